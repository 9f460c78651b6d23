"""What the register answers to a search: dossiers by the beginning of their number."""

from django.http import HttpRequest
from django.urls import reverse

from cepage.acheteur.registre.histoire import chercher, normaliser
from cepage.fondations.comptes.acces import Perimetre
from cepage.fondations.comptes.recherche.fournisseurs import LIMITE, Fournisseur, Trouvaille, inscrire


def inscrire_le_registre() -> None:
    """Let the register answer searches."""
    inscrire(Fournisseur("Dossiers du registre", "registre.lire", 20, _dossiers))


def _dossiers(request: HttpRequest, texte: str) -> list[Trouvaille]:
    perimetre: Perimetre = request.perimetre  # type: ignore[attr-defined]
    return [
        Trouvaille(
            dossier.numero,
            reverse("registre:dossier", args=[dossier.numero]),
            f"{dossier.uo}, lot {dossier.lot}",
            exacte=dossier.numero == normaliser(texte),
        )
        for dossier in chercher(texte, perimetre.lots)[: LIMITE + 1]
    ]
