from django.db import migrations

from cepage.fondations.socle.cloisonnement import cloisonner


class Migration(migrations.Migration):
    dependencies = [("reclamations", "0001_initial")]
    operations = [cloisonner("reclamations_reclamation")]
