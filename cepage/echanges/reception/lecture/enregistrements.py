"""Careful reading of CSV records, one by one, for the parts of a file that the engine cannot read alone."""

from __future__ import annotations

import re
from dataclasses import dataclass

_ENTRE_GUILLEMETS = re.compile(rb'"((?:[^"]++|"")*+)"(?:(;)|(\r?\n))')
_NU = re.compile(rb"([^;\n]*+)(?:(;)|(\n))")


@dataclass(frozen=True, slots=True)
class Enregistrement:
    """One record: its fields (None when its quotes are wrong), where it ends, its physical lines."""

    champs: list[bytes] | None
    fin: int
    lignes: int


def lire_enregistrement(tampon: bytes, position: int) -> Enregistrement | None:
    """Read the record of `tampon` that starts at `position`; None when no end of line follows.

    A quote opens only at the start of a field; elsewhere it is an ordinary character. When an opened
    quote is not closed before a separator, only the physical line is given up (`champs` is None).
    """
    champs: list[bytes] = []
    courant = position
    while True:
        if tampon.startswith(b'"', courant):
            trouve = _ENTRE_GUILLEMETS.match(tampon, courant)
            if trouve is None:
                fin = tampon.find(b"\n", position)
                if fin < 0:
                    return None
                return Enregistrement(None, fin + 1, 1)
            champs.append(trouve[1].replace(b'""', b'"'))
        else:
            trouve = _NU.match(tampon, courant)
            if trouve is None:
                return None
            valeur = trouve[1]
            champs.append(valeur[:-1] if trouve[2] is None and valeur.endswith(b"\r") else valeur)
        courant = trouve.end()
        if trouve[2] is None:
            return Enregistrement(champs, courant, tampon.count(b"\n", position, courant))
