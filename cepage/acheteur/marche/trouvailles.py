"""What the market answers to a search: orders, by their reference or that of a unit engaged on them."""

from django.http import HttpRequest
from django.urls import reverse

from cepage.acheteur.marche.presentation import nom_du_lot, sigle
from cepage.acheteur.marche.selectors import commandes
from cepage.fondations.comptes.acces import Perimetre
from cepage.fondations.comptes.recherche.fournisseurs import LIMITE, Fournisseur, Trouvaille, inscrire
from cepage.fondations.socle.texte import cle_de_recherche

LONGUEUR_MINIMALE = 4
"""Below, what is typed is in every reference."""


def inscrire_le_marche() -> None:
    """Let the market answer searches."""
    inscrire(Fournisseur("Bons de commande", "marche.lire", 30, _bons))


def _bons(request: HttpRequest, texte: str) -> list[Trouvaille]:
    perimetre: Perimetre = request.perimetre  # type: ignore[attr-defined]
    cherche = cle_de_recherche("".join(texte.split()))
    if len(cherche) < LONGUEUR_MINIMALE:
        return []
    # A few hundred orders over the whole market: they are all read.
    trouves = [
        bon
        for bon in commandes(perimetre.lots)
        if cherche in cle_de_recherche(bon.reference) or cherche.startswith(cle_de_recherche(f"{bon.reference}-"))
    ]
    return [
        Trouvaille(
            bon.reference,
            reverse("marche:bon", args=[bon.reference]),
            f"{sigle(bon.uo)}, {nom_du_lot(bon.lot)}",
            exacte=cherche.startswith(cle_de_recherche(bon.reference)),
        )
        for bon in trouves[: LIMITE + 1]
    ]
