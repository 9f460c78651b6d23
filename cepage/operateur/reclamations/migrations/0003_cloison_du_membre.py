from django.db import migrations

from cepage.fondations.socle.cloisonnement import restreindre_au_membre


class Migration(migrations.Migration):
    """A sous-traitant's people see the complaints about its units; one about no unit may be written by anybody."""

    dependencies = [("reclamations", "0002_cloison"), ("dossiers", "0005_cloison_du_membre")]
    operations = [
        restreindre_au_membre(
            "reclamations_reclamation",
            "unite_id IS NULL OR EXISTS "
            "(SELECT 1 FROM dossiers_uniteoeuvre unite WHERE unite.id = reclamations_reclamation.unite_id)",
        ),
    ]
