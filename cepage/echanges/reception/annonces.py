"""Who must know of a receipt: those subscribed are told in the transaction that keeps it."""

from collections.abc import Callable

from cepage.echanges.reception.accuse import Accuse
from cepage.echanges.reception.milieu import milieu

Ecoute = Callable[[Accuse, bool], None]
_ecoutes: list[Ecoute] = []


def a_chaque_accuse(ecoute: Ecoute) -> None:
    """Subscribe what hears of each new receipt, and whether it is a sandbox's; called once, at start-up."""
    if ecoute not in _ecoutes:
        _ecoutes.append(ecoute)


def annoncer(accuse: Accuse) -> None:
    """Tell those subscribed of a receipt that has just been kept."""
    for ecoute in _ecoutes:
        ecoute(accuse, milieu() is not None)
