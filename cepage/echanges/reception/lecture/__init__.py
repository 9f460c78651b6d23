"""Reading of an envoi: ZIP, CSV, JSON, JSON Lines or XML, hostile or not, in constant memory.

`ouvrir` gives an `EnvoiLu` or raises `EnvoiIllisible` with a stable code of `codes.CODES`.
Imports neither Django nor the contract: the caller passes the fields.
"""

from cepage.echanges.reception.lecture.codes import CODES, CodeLecture
from cepage.echanges.reception.lecture.envoi import EnvoiLu, ouvrir
from cepage.echanges.reception.lecture.modeles import (
    MARQUE_FORME_FAUSSE,
    AnomalieLecture,
    EnvoiIllisible,
    Limites,
    Manifeste,
    Piece,
    Progres,
    Schema,
)

__all__ = [
    "CODES",
    "MARQUE_FORME_FAUSSE",
    "AnomalieLecture",
    "CodeLecture",
    "EnvoiIllisible",
    "EnvoiLu",
    "Limites",
    "Manifeste",
    "Piece",
    "Progres",
    "Schema",
    "ouvrir",
]
