"""Dates of a run: working days, sending days, time zone offsets."""

from calendar import monthrange
from datetime import date, timedelta
from functools import cache

UN_JOUR = timedelta(days=1)


@cache
def _feries(annee: int) -> frozenset[date]:
    """National holidays of France (Easter by the Gregorian computus of Meeus)."""
    a, b, c = annee % 19, annee // 100, annee % 100
    h = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    k = (32 + 2 * (b % 4) + 2 * (c // 4) - h - c % 4) % 7
    m = (a + 11 * h + 22 * k) // 451
    mois, jour = divmod(h + k - 7 * m + 114, 31)
    paques = date(annee, mois, jour + 1)
    fixes = ((1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25))
    return frozenset({date(annee, *f) for f in fixes} | {paques + timedelta(days=n) for n in (1, 39, 50)})


@cache
def est_ouvre(jour: date) -> bool:
    """True from Monday to Friday but on a national holiday."""
    return jour.weekday() < 5 and jour not in _feries(jour.year)


@cache
def ouvre_suivant(jour: date) -> date:
    """`jour` itself when worked, else the next worked day."""
    while not est_ouvre(jour):
        jour += UN_JOUR
    return jour


@cache
def ouvre_precedent(jour: date) -> date:
    """`jour` itself when worked, else the worked day before."""
    while not est_ouvre(jour):
        jour -= UN_JOUR
    return jour


def dernier_du_mois(jour: date) -> date:
    """Last calendar day of the month of `jour`."""
    return jour.replace(day=monthrange(jour.year, jour.month)[1])


@cache
def decalage_paris(jour: date) -> str:
    """UTC offset of Paris at midday: summer time from the last Sunday of March to the last of October."""

    def dernier_dimanche(mois: int) -> date:
        fin = date(jour.year, mois, 31)
        return fin - timedelta(days=(fin.weekday() + 1) % 7)

    return "+02:00" if dernier_dimanche(3) <= jour < dernier_dimanche(10) else "+01:00"


class Envois:
    """On which day what happened on a date is sent: every working day, or once a month for large sets."""

    def __init__(self, fin: date, periode: str) -> None:
        self.mensuel = periode == "mois"
        self.fin = fin
        self.dernier = ouvre_precedent(fin)
        self._memo: dict[date, date | None] = {}

    def jour(self, evenement: date) -> date | None:
        """Sending day of an event; None when it would be after the run."""
        if evenement not in self._memo:
            envoi = self._calculer(evenement)
            self._memo[evenement] = envoi if envoi <= self.dernier else None
        return self._memo[evenement]

    def _calculer(self, evenement: date) -> date:
        if not self.mensuel:
            return ouvre_suivant(evenement)
        cloture = ouvre_precedent(dernier_du_mois(evenement))
        if evenement <= cloture:
            return cloture
        return ouvre_precedent(dernier_du_mois(dernier_du_mois(evenement) + UN_JOUR))
