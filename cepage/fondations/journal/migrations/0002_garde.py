from django.db import migrations

from cepage.fondations.socle.cloisonnement import ajout_seul


class Migration(migrations.Migration):
    dependencies = [("journal", "0001_initial")]
    operations = [ajout_seul("journal_ancre")]
