"""What the exchange point answers to a search: envois, by their identifier or the whole name of their file."""

from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse

from cepage.echanges.reception.selectors import envois
from cepage.fondations.comptes.acces import Perimetre
from cepage.fondations.comptes.recherche.fournisseurs import LIMITE, Fournisseur, Trouvaille, inscrire
from cepage.fondations.socle import formats


def inscrire_la_reception() -> None:
    """Let the exchange point answer searches."""
    inscrire(Fournisseur("Envois", "envoi.lire", 25, _envois))


def _envois(request: HttpRequest, texte: str) -> list[Trouvaille]:
    perimetre: Perimetre = request.perimetre  # type: ignore[attr-defined]
    # By equality, which row-level security lets the database answer with its indexes.
    nomme = Q(identifiant=texte.lower()) | Q(nom_fichier=texte)
    trouves = envois(perimetre.lots).filter(nomme).order_by("-recu_le")[: LIMITE + 1]
    return [
        Trouvaille(
            envoi.identifiant,
            reverse("reception:accuse", args=[envoi.identifiant]),
            f"{envoi.nom_fichier}, lot {envoi.lot}, reçu le {formats.instant(envoi.recu_le)}",
            exacte=True,
        )
        for envoi in trouves
    ]
