from django.db import migrations

from cepage.fondations.socle.cloisonnement import cloisonner
from cepage.echanges.canaux.bac_a_sable.schema import FONCTION, SANS_FONCTION


class Migration(migrations.Migration):
    dependencies = [("bac_a_sable", "0001_initial")]
    operations = [
        cloisonner("bac_a_sable_reglage"),
        migrations.RunSQL(FONCTION, SANS_FONCTION),
    ]
