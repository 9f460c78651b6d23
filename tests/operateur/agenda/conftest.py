"""The market is open; everything runs inside the scope of operator AB."""

import pytest

from cepage.fondations.socle.portee import fixer_emetteurs
from tests.echanges.reception.fabrique import ouvrir_le_marche


@pytest.fixture
def operateur_ab(db: None) -> None:
    ouvrir_le_marche()
    fixer_emetteurs(["AB"])
