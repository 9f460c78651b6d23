"""A scope over everybody and a control that the test answers for."""

from collections.abc import Iterator

import pytest

from cepage.acheteur.decomptes import service_fait
from cepage.fondations.socle.portee import portee_totale
from tests.acheteur.decomptes.fabrique import ControleFictif


@pytest.fixture
def tout(db: None) -> Iterator[None]:
    """The scope of the buyer's own work."""
    with portee_totale():
        yield


@pytest.fixture
def controle() -> Iterator[ControleFictif]:
    """What the contrôle de service fait answers, restored afterwards."""
    avant = service_fait.service_fait()
    fictif = ControleFictif()
    service_fait.abonner(fictif)
    yield fictif
    service_fait.abonner(avant)
