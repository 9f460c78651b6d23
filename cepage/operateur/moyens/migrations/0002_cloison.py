from django.db import migrations

from cepage.fondations.socle.cloisonnement import cloisonner


class Migration(migrations.Migration):
    dependencies = [("moyens", "0001_initial")]
    operations = [cloisonner("moyens_moyenscouts")]
