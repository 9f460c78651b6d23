"""Amounts in euros: exact decimals, rounded half up to the cent, never floats."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import total_ordering

CENTIME = Decimal("0.01")


def _decimal(valeur: object) -> Decimal:
    if isinstance(valeur, bool) or not isinstance(valeur, (int, str, Decimal)):
        raise TypeError(
            f"Un montant ne se calcule pas à partir de {valeur!r} ({type(valeur).__name__}) : "
            "donnez un entier, un Decimal ou un texte comme « 12.34 »."
        )
    return Decimal(valeur)


@total_ordering
@dataclass(frozen=True, init=False)
class Montant:
    """An amount in euros, always a whole number of cents.

    Every operation rounds half away from zero to the cent.
    Raises TypeError for a float, ValueError for an infinite or undefined value.
    """

    valeur: Decimal

    def __init__(self, valeur: int | str | Decimal = 0) -> None:
        exacte = _decimal(valeur)
        if not exacte.is_finite():
            raise ValueError(f"« {valeur} » n'est pas un montant.")
        object.__setattr__(self, "valeur", exacte.quantize(CENTIME, rounding=ROUND_HALF_UP))

    def __add__(self, autre: "Montant") -> "Montant":
        return Montant(self.valeur + autre.valeur) if isinstance(autre, Montant) else NotImplemented

    def __radd__(self, autre: object) -> "Montant":
        # sum() starts from 0.
        return self if autre == 0 and not isinstance(autre, float) else NotImplemented

    def __sub__(self, autre: "Montant") -> "Montant":
        return Montant(self.valeur - autre.valeur) if isinstance(autre, Montant) else NotImplemented

    def __neg__(self) -> "Montant":
        return Montant(-self.valeur)

    def __mul__(self, facteur: int | Decimal) -> "Montant":
        return Montant(self.valeur * _decimal(facteur))

    __rmul__ = __mul__

    def __lt__(self, autre: "Montant") -> bool:
        return self.valeur < autre.valeur if isinstance(autre, Montant) else NotImplemented

    def __bool__(self) -> bool:
        return bool(self.valeur)

    def __str__(self) -> str:
        from cepage.fondations.socle.formats import montant

        return montant(self.valeur)
