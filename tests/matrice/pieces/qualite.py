"""The surveys: the link by which a person of each operator answers."""

from datetime import date
from pathlib import Path

from cepage.acheteur.qualite.models import Enquete
from cepage.acheteur.qualite.services import jeton, preparer
from cepage.fondations.socle.portee import portee_totale
from tests.matrice.objets import Cote, Piece


def _preparer(cote: Cote, dossier: Path) -> None:
    preparer(date(2020, 5, 1))
    with portee_totale():
        cote.objets["lien de l'enquête"] = jeton(Enquete.objects.get(lot=cote.lot).alea)


PIECE = Piece("qualite", rang=50, preparer=_preparer)
