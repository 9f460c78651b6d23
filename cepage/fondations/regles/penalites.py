"""The price of a breach, from the dated grid: a tariff, what is tolerated, the cap of the breach, that of the year.

A breach that the grid of the day does not name (`penalites.faits`) opens nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from cepage.fondations.regles.parametres import Regles

_CENTIME = Decimal("0.01")
ZERO = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class Chiffrage:
    """What a breach costs: how many times it counts once the tolerated ones are left out, the amount, in words.

    `plafonne`: the breach's own cap cut the amount. `confiance` is the weakest of the values used.
    """

    retenus: int
    tarif: Decimal
    montant: Decimal
    plafonne: bool
    clause: str
    confiance: str
    explication: str


@dataclass(frozen=True, slots=True)
class SousPlafond:
    """What may still be held back in the year: the cap, and the amount once cut by it."""

    plafond: Decimal
    montant: Decimal
    clause: str
    confiance: str


def faits_sanctionnes(regles: Regles, *, le: date) -> tuple[str, ...]:
    """The breaches that may open a pénalité on the day `le`; none in a market without a grid."""
    if "penalites.faits" not in regles or not regles.a_une_valeur("penalites.faits", le=le):
        return ()
    return regles.liste("penalites.faits", le=le)


def chiffrer(fait: str, constates: int, *, le: date, regles: Regles) -> Chiffrage:
    """The amount of a breach seen `constates` times, under the grid in force on `le` (last day of its period)."""
    tarif = regles.valeur_datee(f"penalites.{fait}.tarif", le=le)
    assert isinstance(tarif.valeur, Decimal)
    confiances = [tarif.confiance]
    franchise = 0
    if f"penalites.{fait}.franchise" in regles:
        franchise = regles.entier(f"penalites.{fait}.franchise", le=le)
        confiances.append(regles.valeur_datee(f"penalites.{fait}.franchise", le=le).confiance)
    retenus = max(0, constates - franchise)
    montant, plafonne, plafond = retenus * tarif.valeur, False, None
    if f"penalites.{fait}.plafond" in regles:
        plafond = regles.decimal(f"penalites.{fait}.plafond", le=le)
        confiances.append(regles.valeur_datee(f"penalites.{fait}.plafond", le=le).confiance)
        plafonne = montant > plafond
        montant = min(montant, plafond)
    montant = montant.quantize(_CENTIME)
    return Chiffrage(
        retenus,
        tarif.valeur,
        montant,
        plafonne,
        tarif.clause,
        _la_plus_faible(confiances),
        _explication(constates, franchise, retenus, tarif.valeur, montant, plafond if plafonne else None),
    )


def plafonner(montant: Decimal, deja: Decimal, commande_ht: Decimal, *, le: date, regles: Regles) -> SousPlafond:
    """Cut `montant` so that, with what was decided before (`deja`), the year stays under its part of what was ordered.

    `commande_ht`: amount ordered to the holder on the lot that year. The cap is rounded half up to the cent.
    """
    part = regles.valeur_datee("penalites.plafond_annuel", le=le)
    assert isinstance(part.valeur, Decimal)
    plafond = (commande_ht * part.valeur / 100).quantize(_CENTIME, rounding=ROUND_HALF_UP)
    return SousPlafond(plafond, max(ZERO, min(montant, plafond - deja)), part.clause, part.confiance)


def _explication(
    constates: int, franchise: int, retenus: int, tarif: Decimal, montant: Decimal, plafond: Decimal | None
) -> str:
    debut = f"{constates} constaté(s)" + (f" − {franchise} toléré(s)" if franchise else "")
    calcul = f"{debut} : {retenus} × {_euros(tarif)} = {_euros(retenus * tarif)}"
    if plafond is not None:
        calcul += f", ramené au plafond de {_euros(plafond)}"
    return f"{calcul}. Montant : {_euros(montant)}."


def _euros(montant: Decimal) -> str:
    return f"{montant:.2f} €".replace(".", ",")


def _la_plus_faible(confiances: list[str]) -> str:
    return next((c for c in ("hypothèse", "décision") if c in confiances), "lu")
