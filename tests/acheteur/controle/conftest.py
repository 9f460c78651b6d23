"""The controls' tests: a postman, a quarter of closed units, the people."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.acheteur.controle.fabrique import unites_closes
from tests.echanges.reception.fabrique import Facteur, ouvrir_le_marche


@pytest.fixture
def facteur(db: None, tmp_path: Path) -> Facteur:
    """AB may send to lot 08, CD to lot 02; everything is rolled back after the test."""
    ouvrir_le_marche()
    return Facteur(tmp_path)


@pytest.fixture
def trimestre(facteur: Facteur) -> Callable[..., None]:
    """Sends closed UO1 of the second quarter of 2020, by structure."""

    def envoyer(**structures: int) -> None:
        accuse = facteur.envoyer(unites_closes(structures or {"S1": 12, "S2": 5}))
        assert [a for a in accuse.anomalies if a["gravite"] == "bloquant"] == []

    return envoyer
