"""How this instance reaches the exchange point: one small interface, one class per way.

`local` is the same instance; another transport is another class of the same interface.
"""

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Protocol

import polars as pl
from django.conf import settings

from cepage.echanges.reception.contexte import registre
from cepage.echanges.reception.enums import Mode
from cepage.echanges.reception.identite import normaliser
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
        identite = f"{normaliser(nom)}|{normaliser(prenom)}|{naissance.isoformat()}"
        with portee_totale():
            suivis = registre().suivis_ailleurs(lot, pl.DataFrame({"identite": [identite]}))
        return any(debut <= le and (fin is None or fin >= le) for _, debut, fin in suivis.iter_rows())


TRANSPORTS: dict[str, type[Transport]] = {"local": TransportLocal}


def transport() -> Transport:
    """The way chosen by the setting CEPAGE_TRANSPORT; KeyError names the known ones."""
    choisi = settings.CEPAGE_TRANSPORT
    if choisi not in TRANSPORTS:
        raise KeyError(f"Le transport « {choisi} » n'est pas connu. Connus : {', '.join(sorted(TRANSPORTS))}.")
    return TRANSPORTS[choisi]()
