"""Keys of AB, opened on a fixed day."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from cepage.echanges.canaux.acces.services import CleOuverte, creer
from tests.personnes import operateur

LE = datetime(2022, 6, 2, 6, 0, 10, tzinfo=UTC)
Serrurier = Callable[..., CleOuverte]


@pytest.fixture
def ouvrir(db: None) -> Serrurier:
    """Opens a key of AB, with the actions asked."""
    operateur("AB", "08")

    def creer_une_cle(*actions: str, **options: object) -> CleOuverte:
        defauts = {
            "emetteur": "AB",
            "nom": "Serveur",
            "actions": actions or ("envoi.deposer",),
            "expire_le": LE + timedelta(days=90),
            "le": LE,
        }
        return creer(**(defauts | options))  # type: ignore[arg-type]

    return creer_une_cle
