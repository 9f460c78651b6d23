"""The register of a sandbox: the real one's code over other tables, on a fictitious market."""

from datetime import date
from typing import Any

import polars as pl

from cepage.echanges.reception.contexte import SCHEMA_COMMANDES, Registre, Titulaire
from cepage.fondations.referentiels import territoires
from cepage.fondations.regles.numeros import reference_commande

# The fictitious market: whoever tries holds every lot, with one order of each unit a year.
ANNEES = range(2020, 2030)
UNITES = ("00", "01", "21", "22")
VOLUME = 100
OUVERTURE = date(2020, 1, 2)


class RegistreDuBacASable:
    """Answers as the register does, but for the market; keeps nothing up to date but itself."""

    def __init__(self, reel: Registre, emetteur: str, tenu_jusqu_au: date | None = None) -> None:
        self._reel = reel
        self._tenu_jusqu_au = tenu_jusqu_au
        self._emetteur = emetteur

    def __getattr__(self, nom: str) -> Any:
        return getattr(self._reel, nom)

    def titulaires(self, lot: str) -> list[Titulaire]:
        """The emitter holds every lot there is, to the end that it has set."""
        if lot not in territoires.lots():
            return []
        return [Titulaire(self._emetteur, "Opérateur du bac à sable", OUVERTURE, self._tenu_jusqu_au)]

    def commandes(self, lot: str) -> pl.DataFrame:
        """One order a year of each unit."""
        lignes = [
            (reference_commande(annee, lot, uo, 1), date(annee, 1, 1), date(annee, 12, 31), VOLUME)
            for annee in ANNEES
            for uo in UNITES
            if lot in territoires.lots()
        ]
        return pl.DataFrame(lignes, schema=SCHEMA_COMMANDES, orient="row")

    def rafraichir(self) -> None:
        """No indicator is computed from a sandbox."""
