from django.db import migrations

from cepage.fondations.socle.cloisonnement import ajout_seul, cloisonner


class Migration(migrations.Migration):
    """What was compared stays as it was found, within its operator's scope."""

    dependencies = [("controle", "0004_rapprochement")]
    operations = [cloisonner("controle_rapprochement"), ajout_seul("controle_rapprochement")]
