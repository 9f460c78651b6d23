from django.db import migrations

from cepage.fondations.socle.cloisonnement import suit


class Migration(migrations.Migration):
    """A sous-traitant's people see the livrables of its units."""

    dependencies = [("livrables", "0002_cloison"), ("dossiers", "0005_cloison_du_membre")]
    operations = [
        suit("livrables_livrable", "unite_id", "dossiers_uniteoeuvre"),
        suit("livrables_versionlivrable", "livrable_id", "livrables_livrable"),
        suit("livrables_signature", "livrable_id", "livrables_livrable"),
        suit("livrables_courrielsortant", "signature_id", "livrables_signature"),
    ]
