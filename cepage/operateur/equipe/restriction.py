"""A sous-traitant's people see its dossiers alone: the database narrows them, and what shows the whole is refused."""

from django.http import HttpRequest

from cepage.fondations.comptes.enums import Nature
from cepage.fondations.comptes.models import Personne
from cepage.operateur.equipe.models import Membre, Qualite
from cepage.operateur.equipe.selectors.rattachement import membre_de

DES_DOSSIERS = ("dossiers.", "livrable.", "reclamation.", "agenda.", "equipe.", "contrat.")
"""Actions over dossiers that the database narrows, or over nobody's data."""
DU_TITULAIRE = frozenset({"dossiers.transmettre"})
"""Actions of those rooms that carry the whole operator's data all the same."""


class SousTraitant:
    """The restriction of a sous-traitant's people."""

    def membre(self, request: HttpRequest) -> int | None:
        """The sous-traitant this person works for."""
        trouve = membre_du_groupement(request)
        return trouve.pk if trouve is not None and trouve.qualite == Qualite.SOUS_TRAITANT else None

    def permet(self, action: str) -> bool:
        """What crosses the exchange point, the register, the money: the titulaire's people only."""
        return action.startswith(DES_DOSSIERS) and action not in DU_TITULAIRE


def membre_du_groupement(request: HttpRequest) -> Membre | None:
    """The member the person asking works for, read once per request inside its scope; None: the mandataire."""
    if not hasattr(request, "membre_du_groupement"):
        personne = request.user
        operateur = isinstance(personne, Personne) and personne.organisation.nature == Nature.OPERATEUR
        trouve = membre_de(personne) if operateur and isinstance(personne, Personne) else None
        request.membre_du_groupement = trouve  # type: ignore[attr-defined]
    tenu: Membre | None = request.membre_du_groupement  # type: ignore[attr-defined]
    return tenu
