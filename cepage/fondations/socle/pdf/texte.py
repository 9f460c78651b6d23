"""Making any text printable: what the font cannot draw, or what would deceive the reader, is replaced."""

import re
import unicodedata
from bisect import bisect_right
from functools import cache
from pathlib import Path
from typing import Any

POLICES = Path(__file__).resolve().parent / "polices"
REMPLACANT = "□"
MOT_LONG = 40
_COUPURE = "\u200b"
_MOT = re.compile(rf"\S{{{MOT_LONG},}}")
_FINS_DE_LIGNE = re.compile(r"\r\n?|[\u2028\u2029\u0085\u000b\u000c]")
# Directional overrides can make a text show other than what it holds.
_SENS_FORCE = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_MUETS = frozenset("\u200c\u200d\u00ad\ufeff\ufe0e\ufe0f")


def imprimable(texte: str) -> str:
    """`texte` with only characters the document's font has, its line breaks as `\\n`, long words breakable.

    Control characters and directional overrides go; a character the font lacks becomes « □ ».
    """
    normal = unicodedata.normalize("NFC", _FINS_DE_LIGNE.sub("\n", texte)).replace("\t", " ")
    return _MOT.sub(_coupable, normal.translate(_CARACTERES))


def imprimables(valeur: Any) -> Any:
    """`imprimable` on every text of nested dictionaries and sequences."""
    if isinstance(valeur, str):
        return imprimable(valeur)
    if isinstance(valeur, dict):
        return {cle: imprimables(contenu) for cle, contenu in valeur.items()}
    if isinstance(valeur, (list, tuple)):
        return [imprimables(contenu) for contenu in valeur]
    return valeur


def _caractere(caractere: str) -> str:
    if caractere == "\n":
        return caractere
    if caractere in _SENS_FORCE or caractere in _MUETS or unicodedata.category(caractere) in ("Cc", "Cs"):
        return ""
    if unicodedata.category(caractere) in ("Co", "Cn") or not _dans_la_police(ord(caractere)):
        return REMPLACANT
    return caractere


class _Caracteres(dict[int, str]):
    """What each code point becomes, found the first time it is met."""

    def __missing__(self, point: int) -> str:
        self[point] = _caractere(chr(point))
        return self[point]


_CARACTERES = _Caracteres()


def _coupable(mot: re.Match[str]) -> str:
    texte = mot.group()
    return _COUPURE.join(texte[debut : debut + MOT_LONG] for debut in range(0, len(texte), MOT_LONG))


def _dans_la_police(point: int) -> bool:
    debuts, fins = _couverture()
    rang = bisect_right(debuts, point) - 1
    return rang >= 0 and point <= fins[rang]


@cache
def _couverture() -> tuple[list[int], list[int]]:
    """First and last code points of the ranges drawn by both weights of the font, sorted."""
    lignes = (POLICES / "couverture.txt").read_text(encoding="ascii").split()
    bornes = [ligne.split("-") for ligne in lignes]
    return [int(b[0], 16) for b in bornes], [int(b[-1], 16) for b in bornes]
