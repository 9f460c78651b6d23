"""A scope over everybody, the lot, and the three people a pénalité needs."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from cepage.fondations.comptes.enums import Role
from cepage.fondations.comptes.models import Personne
from cepage.fondations.socle.portee import portee_totale
from tests.acheteur.decomptes.conftest import controle  # noqa: F401
from tests.acheteur.penalites.fabrique import acheteur, commander_le_lot


@dataclass(frozen=True)
class College:
    """Who proposes, and the two who decide."""

    referent: Personne
    superviseur: Personne
    gestionnaire: Personne


@pytest.fixture
def college(db: None) -> Iterator[College]:
    """The people, lot 08 held and ordered, in the whole scope."""
    with portee_totale():
        commander_le_lot()
        yield College(
            acheteur("Renaud", Role.REFERENT),
            acheteur("Sonia", Role.SUPERVISEUR),
            acheteur("Lucie", Role.GESTIONNAIRE),
        )
