"""The indicators an operator sends, against those the register gives: a gap is said, never refused."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cepage.echanges.reception.contexte import Chiffre, chiffres_recalcules

if TYPE_CHECKING:
    from cepage.echanges.reception.reserve import Reserve

_MOIS = r"^\d{4}-\d{2}$"


def ecarts(lot: str, recues: "Reserve", tolerance: Decimal, repertoire: Path) -> Iterator[dict[str, Any]]:
    """The accepted figures of a month that differ from the register's by more than `tolerance`, as anomalies to
    complete (`_fichier`, `_ligne`, `_cle`, `valeur`, `detail`). A share may be sent as 0.12 or as 12 (percent)."""
    envoyees = [
        ligne
        for lot_lu in recues.acceptees()
        for ligne in lot_lu.filter(lot_lu["periode"].str.contains(_MOIS)).to_dicts()
    ]
    chiffres = chiffres_recalcules(lot, {(e["periode"], e["code"]) for e in envoyees}, repertoire)
    for envoyee in envoyees:
        chiffre = chiffres.get((envoyee["periode"], envoyee["code"]))
        if chiffre is not None and not _proche(Decimal(envoyee["valeur"]), chiffre, tolerance):
            detail = f"{chiffre.valeur:.4f}".rstrip("0").rstrip(".").replace(".", ",")
            yield envoyee | {"detail": detail}


def _proche(envoyee: Decimal, chiffre: Chiffre, tolerance: Decimal) -> bool:
    attendu = Decimal(repr(chiffre.valeur))
    ecriture_en_pourcent = chiffre.part and abs(envoyee - 100 * attendu) <= tolerance
    return abs(envoyee - attendu) <= tolerance or ecriture_en_pourcent
