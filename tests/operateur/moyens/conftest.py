"""The market is open; everything runs inside the scope of operator AB, on a day of 2021."""

import pytest
from pytest_django import Settings

from cepage.fondations.socle.portee import fixer_emetteurs
from tests.echanges.reception.fabrique import ouvrir_le_marche


@pytest.fixture
def operateur_ab(db: None, settings: Settings) -> None:
    ouvrir_le_marche()
    fixer_emetteurs(["AB"])
    settings.CEPAGE_DATE = "2021-06-01T10:00:00+02:00"
