"""The sealed journal: the same for all who may check it; one anchor."""

from pathlib import Path

from cepage.fondations.journal.services import ancrer
from cepage.fondations.socle import horloge
from tests.matrice.objets import Argument, Cote, Piece


def _preparer(cote: Cote, dossier: Path) -> None:
    cote.objets["ancre"] = str(ancrer(le=horloge.maintenant()).ancre.numero)


PIECE = Piece(
    "journal",
    rang=90,
    preparer=_preparer,
    arguments={"numero": Argument(lambda cote: cote.objets["ancre"], 999_999_999, possede=False)},
)
