from django.db import migrations

from cepage.fondations.socle.cloisonnement import ajout_seul, cloisonner


class Migration(migrations.Migration):
    dependencies = [("livrables", "0001_initial")]
    operations = [
        cloisonner("livrables_livrable"),
        cloisonner("livrables_versionlivrable"),
        ajout_seul("livrables_versionlivrable"),
        cloisonner("livrables_signature"),
        cloisonner("livrables_courrielsortant"),
    ]
