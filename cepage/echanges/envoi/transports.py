"""How this instance reaches the exchange point: one small interface, one class per way.

`local` is the same instance; another transport is another class of the same interface.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Protocol

from django.conf import settings

from cepage.echanges.reception.contexte import registre
from cepage.echanges.reception.double_suivi import suivie_ailleurs
from cepage.echanges.reception.enums import Mode
from cepage.echanges.reception.services import Depot, recevoir
from cepage.fondations.socle.portee import portee_totale


class TransportIndisponible(Exception):
    """The exchange point does not answer; nothing is lost, it is tried again later."""


@dataclass(frozen=True)
class CommandeConnue:
    """An order as the exchange point publishes it to the holder: both days included."""

    reference: str
    debut: date
    fin: date
    volume: int


class Transport(Protocol):
    """What an operator's instance asks of the exchange point."""

    def transmettre(self, fichier: Path, *, lot: str, emetteur: str, le: datetime, essai: bool) -> dict[str, Any]:
        """Send a file and give its receipt as the contract writes it; raises TransportIndisponible."""

    def commandes(self, lot: str) -> list[CommandeConnue]:
        """Orders of the lot, by reference; raises TransportIndisponible."""

    def suivi_ailleurs(self, *, lot: str, nom: str, prenom: str, naissance: date, le: date) -> bool:
        """Whether someone else follows this person on that day: only that, never who. Raises TransportIndisponible."""


class TransportLocal:
    """The exchange point of the same instance, called as any channel calls it."""

    def transmettre(self, fichier: Path, *, lot: str, emetteur: str, le: datetime, essai: bool) -> dict[str, Any]:
        """Receive the file here; the indicators follow."""
        mode = Mode.ESSAI if essai else Mode.NORMAL
        accuse = recevoir(Depot(fichier, lot, le, mode=mode, canal="operateur", emetteur=emetteur))
        if not essai:
            registre().rafraichir()
        return accuse.en_dict()

    def commandes(self, lot: str) -> list[CommandeConnue]:
        """The orders the register's keeper knows."""
        with portee_totale():
            lues = registre().commandes(lot).sort("commande")
        return [CommandeConnue(r, d, f, v) for r, d, f, v in lues.iter_rows()]

    def suivi_ailleurs(self, *, lot: str, nom: str, prenom: str, naissance: date, le: date) -> bool:
        """The same question the validator asks, of one person."""
        return suivie_ailleurs(lot, nom, prenom, naissance, le)


def _rest() -> Transport:
    from cepage.echanges.envoi.transport_rest import TransportRest

    return TransportRest()


TRANSPORTS: dict[str, Callable[[], Transport]] = {"local": TransportLocal, "rest": _rest}


def transport() -> Transport:
    """The way chosen by the setting CEPAGE_TRANSPORT; KeyError names the known ones.

    Raises TransportIndisponible when its settings are missing.
    """
    choisi = settings.CEPAGE_TRANSPORT
    if choisi not in TRANSPORTS:
        raise KeyError(f"Le transport « {choisi} » n'est pas connu. Connus : {', '.join(sorted(TRANSPORTS))}.")
    return TRANSPORTS[choisi]()
