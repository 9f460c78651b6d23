from django.db import migrations

from cepage.fondations.socle.cloisonnement import ajout_seul, cloisonner


class Migration(migrations.Migration):
    dependencies = [("avis", "0001_initial")]
    operations = [
        cloisonner("avis_abonnement"),
        cloisonner("avis_avis"),
        cloisonner("avis_tentative"),
        ajout_seul("avis_tentative"),
    ]
