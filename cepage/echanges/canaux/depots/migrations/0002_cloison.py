from django.db import migrations

from cepage.fondations.socle.cloisonnement import cloisonner


class Migration(migrations.Migration):
    dependencies = [("depots", "0001_initial")]
    operations = [cloisonner("depots_depot")]
