"""The market of the tests, and the postman who sends the envois."""

from pathlib import Path

import pytest

from tests.echanges.reception.fabrique import Facteur, ouvrir_le_marche


@pytest.fixture
def facteur(db: None, tmp_path: Path) -> Facteur:
    """AB may send to lot 08; everything is rolled back after the test."""
    ouvrir_le_marche()
    return Facteur(tmp_path)
