"""Who works for whom."""

from cepage.fondations.comptes.models import Personne
from cepage.operateur.equipe.models import Membre, Qualite, Rattachement


def membre_de(personne: Personne) -> Membre | None:
    """The member a person works for, inside the row-level scope under way; None: the mandataire itself."""
    trouve = Rattachement.objects.select_related("membre").filter(personne=personne).first()
    return trouve.membre if trouve else None


def sous_traitant_de(personne: Personne) -> Membre | None:
    """The sous-traitant a person works for: they see its dossiers only. None: they see the operator's."""
    membre = membre_de(personne)
    return membre if membre is not None and membre.qualite == Qualite.SOUS_TRAITANT else None
