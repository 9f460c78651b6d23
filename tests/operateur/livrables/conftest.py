"""The market is open, operator AB has two counsellors and a person whose UO1 is engaged."""

import pytest

from cepage.fondations.comptes.models import Personne
from cepage.fondations.socle.portee import fixer_emetteurs
from tests.echanges.reception.fabrique import ouvrir_le_marche
from tests.operateur.livrables.bureau import Bureau
from tests.personnes import diane


@pytest.fixture
def operateur_ab(db: None) -> None:
    """The scope of AB, the market open."""
    ouvrir_le_marche()
    fixer_emetteurs(["AB"])


@pytest.fixture
def conseillere(operateur_ab: None) -> Personne:
    """Diane, counsellor of AB."""
    return diane()


@pytest.fixture
def bureau(conseillere: Personne) -> Bureau:
    """Diane at work with a person whose UO1 is open."""
    return Bureau.ouvrir(conseillere)
