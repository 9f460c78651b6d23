from django.db import migrations

from cepage.fondations.socle.cloisonnement import ajout_seul, cloisonner


class Migration(migrations.Migration):
    dependencies = [("suivi", "0001_initial")]
    operations = [
        cloisonner("suivi_creneau"),
        cloisonner("suivi_constat"),
        cloisonner("suivi_relance"),
        cloisonner("suivi_documentdepose"),
        ajout_seul("suivi_creneau"),
        ajout_seul("suivi_constat"),
        ajout_seul("suivi_documentdepose"),
    ]
