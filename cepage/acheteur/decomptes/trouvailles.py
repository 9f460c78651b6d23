"""What the décomptes answer to a search: those whose reference holds what was typed."""

from django.http import HttpRequest
from django.urls import reverse

from cepage.acheteur.decomptes.enums import Etat
from cepage.acheteur.decomptes.selectors import decomptes
from cepage.acheteur.marche.presentation import nom_du_lot
from cepage.fondations.comptes.acces import Perimetre
from cepage.fondations.comptes.recherche.fournisseurs import LIMITE, Fournisseur, Trouvaille, inscrire
from cepage.fondations.socle.texte import cle_de_recherche

LONGUEUR_MINIMALE = 4


def inscrire_les_decomptes() -> None:
    """Let the décomptes answer searches."""
    inscrire(Fournisseur("Décomptes", "decompte.lire", 32, _decomptes))


def _decomptes(request: HttpRequest, texte: str) -> list[Trouvaille]:
    perimetre: Perimetre = request.perimetre  # type: ignore[attr-defined]
    cherche = cle_de_recherche("".join(texte.split()))
    if len(cherche) < LONGUEUR_MINIMALE:
        return []
    # Eighteen lots, four quarters a year: they are all read.
    trouves = [d for d in decomptes(perimetre.lots) if cherche in cle_de_recherche(d.reference)]
    return [
        Trouvaille(
            decompte.reference,
            reverse("decomptes:decompte", args=[decompte.reference]),
            f"{nom_du_lot(decompte.lot)}, {Etat(decompte.etat).label.lower()}",
            exacte=cherche == cle_de_recherche(decompte.reference),
        )
        for decompte in trouves[: LIMITE + 1]
    ]
