"""The postman of the reception's tests, and the market it delivers to."""

from pathlib import Path

import pytest

from tests.echanges.reception.fabrique import Facteur, ouvrir_le_marche


@pytest.fixture
def facteur(db: None, tmp_path: Path) -> Facteur:
    """AB may send to lot 08, CD to lot 02; everything is rolled back after the test."""
    ouvrir_le_marche()
    return Facteur(tmp_path)
