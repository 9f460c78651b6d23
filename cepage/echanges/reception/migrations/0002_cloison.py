from django.db import migrations

from cepage.fondations.socle.cloisonnement import ajout_seul, cloisonner


class Migration(migrations.Migration):
    dependencies = [("reception", "0001_initial")]
    operations = [
        cloisonner("reception_envoi"),
        ajout_seul("reception_envoi"),
        cloisonner("reception_anomalie"),
        ajout_seul("reception_anomalie"),
        cloisonner("reception_progression"),
    ]
