"""Populations of the tests: round numbers, one lot unknown."""

from dataclasses import dataclass

import pytest


@dataclass(frozen=True)
class PopulationDEssai:
    valeur: int | None
    annee: int | None = 2017
    champ: str = "actifs d'essai"
    confiance: str = "haute"
    motif: str = ""


class PopulationsDEssai:
    """Lot 17 has no CEP population; category 5 is known everywhere."""

    def habitants(self, nom: str, lot: str, categorie: str | None) -> int | None:
        rang = int(lot)
        if nom == "active":
            return 10_000 + rang
        if nom == "cep":
            return None if lot == "17" else 7_000 + rang
        return 3_000 + rang if categorie == "5" else None

    def population_active(self, lot: str) -> PopulationDEssai:
        return PopulationDEssai(self.habitants("active", lot, None))

    def population_cep(self, lot: str) -> PopulationDEssai:
        return PopulationDEssai(self.habitants("cep", lot, None))

    def population_categorie(self, lot: str, categorie: str) -> PopulationDEssai:
        return PopulationDEssai(self.habitants("categorie", lot, categorie))


@pytest.fixture
def populations() -> PopulationsDEssai:
    return PopulationsDEssai()
