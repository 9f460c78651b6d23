"""Where an entry leads: the real register or its sandbox, and what time it is there."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from cepage.echanges.canaux.acces.authentification import Acces
from cepage.echanges.canaux.bac_a_sable import services as bac_a_sable
from cepage.fondations.socle import horloge
from cepage.fondations.socle.portee import portee_emetteurs


@contextmanager
def dans(emetteur: str, *, bac: bool) -> Iterator[None]:
    """A transaction in the register, or in the sandbox, of this emitter alone."""
    milieu = bac_a_sable.entrer(emetteur) if bac else portee_emetteurs([emetteur])
    with milieu:
        yield


def maintenant(acces: Acces) -> datetime:
    """The present instant for this entry: the real one, or the one its sandbox is set to."""
    regle = bac_a_sable.reglage(acces.emetteur).maintenant if acces.bac_a_sable else None
    return regle or horloge.maintenant()
