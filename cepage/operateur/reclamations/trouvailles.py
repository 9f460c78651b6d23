"""What the complaints answer to a search: one, by its identifier."""

from django.http import HttpRequest
from django.urls import reverse

from cepage.fondations.comptes.models import Personne
from cepage.fondations.comptes.recherche.fournisseurs import Fournisseur, Trouvaille, inscrire
from cepage.fondations.referentiels import nomenclatures
from cepage.operateur.reclamations.selectors import visibles


def inscrire_les_reclamations() -> None:
    """Let the complaints answer searches."""
    inscrire(Fournisseur("Réclamations", "reclamation.traiter", 35, _reclamations))


def _reclamations(request: HttpRequest, texte: str) -> list[Trouvaille]:
    assert isinstance(request.user, Personne)
    return [
        Trouvaille(
            reclamation.identifiant,
            reverse("reclamations:reclamation", args=[reclamation.pk]),
            nomenclatures.libelle("motif_reclamation", reclamation.motif),
            exacte=True,
        )
        for reclamation in visibles(request.user).filter(identifiant=texte.upper())
    ]
