from django.db import migrations

from cepage.fondations.socle.cloisonnement import ajout_seul, cloisonner


class Migration(migrations.Migration):
    dependencies = [("socle", "0001_initial")]
    operations = [cloisonner("socle_entreejournal"), ajout_seul("socle_entreejournal")]
