"""How often one may ask: so many requests a minute for a key, for an address, and for failures of an address.

Counts are in the database, so that they hold whatever the number of processes.
"""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

FENETRE = timedelta(minutes=1)
_MEMOIRE = timedelta(hours=1)


@dataclass(frozen=True)
class Etat:
    """Where a subject is in its window: its limit, what remains, and in how many seconds the window ends."""

    limite: int
    reste: int
    attente: int

    @property
    def depassee(self) -> bool:
        """True when this request is one too many."""
        return self.reste < 0

    def entetes(self) -> dict[str, str]:
        """The headers that tell it."""
        entetes = {
            "RateLimit-Limit": str(self.limite),
            "RateLimit-Remaining": str(max(self.reste, 0)),
            "RateLimit-Reset": str(self.attente),
        }
        return entetes | ({"Retry-After": str(self.attente)} if self.depassee else {})


def compter(sujet: str, limite: int, *, le: datetime) -> Etat:
    """Count one more request of `sujet` in the window of `le`."""
    debut = _debut(le)
    with connection.cursor() as curseur:
        curseur.execute(
            "INSERT INTO acces_cadence (sujet, fenetre, compte) VALUES (%s, %s, 1) "
            "ON CONFLICT (sujet, fenetre) DO UPDATE SET compte = acces_cadence.compte + 1 RETURNING compte",
            [sujet, debut],
        )
        compte = curseur.fetchone()[0]
        if compte == 1:
            curseur.execute("DELETE FROM acces_cadence WHERE fenetre < %s", [debut - _MEMOIRE])
    return _etat(compte, limite, le)


def consulter(sujet: str, limite: int, *, le: datetime) -> Etat:
    """The state of `sujet`, as if one more request came, without counting it."""
    with connection.cursor() as curseur:
        curseur.execute("SELECT compte FROM acces_cadence WHERE sujet = %s AND fenetre = %s", [sujet, _debut(le)])
        trouve = curseur.fetchone()
    return _etat((trouve[0] if trouve else 0) + 1, limite, le)


def _debut(le: datetime) -> datetime:
    return le.replace(second=0, microsecond=0)


def _etat(compte: int, limite: int, le: datetime) -> Etat:
    attente = math.ceil((_debut(le) + FENETRE - le).total_seconds())
    return Etat(limite, limite - compte, max(attente, 1))
