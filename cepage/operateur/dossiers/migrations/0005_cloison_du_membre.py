from django.db import migrations

from cepage.fondations.socle.cloisonnement import MEMBRE, restreindre_au_membre, suit

DE_LA_PERSONNE = (
    *("clederecherche", "changementdestatut", "accesaudossier", "etape", "courriel", "noteconfidentielle"),
    *("piecejointe", "courrielrecu"),
)


class Migration(migrations.Migration):
    """A sous-traitant's people see its units, the people they concern, and what hangs on them."""

    dependencies = [("dossiers", "0004_cloison_courriers")]
    operations = [
        restreindre_au_membre("dossiers_uniteoeuvre", f"membre_id = {MEMBRE}"),
        restreindre_au_membre(
            "dossiers_beneficiaire",
            f"membre_id = {MEMBRE} OR EXISTS "
            "(SELECT 1 FROM dossiers_uniteoeuvre unite WHERE unite.beneficiaire_id = dossiers_beneficiaire.id)",
        ),
        *(suit(f"dossiers_{nom}", "beneficiaire_id", "dossiers_beneficiaire") for nom in DE_LA_PERSONNE),
        suit("dossiers_fusion", "gardee_id", "dossiers_beneficiaire"),
        suit("dossiers_interaction", "unite_id", "dossiers_uniteoeuvre"),
        suit("dossiers_courrielsortant", "courriel_id", "dossiers_courriel"),
    ]
