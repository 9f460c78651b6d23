"""Keys of AB, opened on a fixed day."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from pytest_django import Settings

from cepage.echanges.canaux.acces.certificats import joindre
from cepage.echanges.canaux.acces.services import CleOuverte, creer
from tests.echanges.canaux.outils import TOUTES, Api
from tests.echanges.canaux.signataire import Signataire, identite
from tests.echanges.reception.fabrique import ouvrir_le_marche
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


@pytest.fixture
def api(ouvrir: Serrurier, settings: Settings) -> Api:
    """AB's key on the real register of the market of the tests."""
    settings.CEPAGE_DATE = LE.isoformat()
    ouvrir_le_marche()
    return Api(ouvrir(*TOUTES).texte)


@pytest.fixture
def bac(ouvrir: Serrurier, settings: Settings) -> Api:
    """AB's key on its sandbox."""
    settings.CEPAGE_DATE = LE.isoformat()
    return Api(ouvrir(*TOUTES, "registre.lire_nomme", bac_a_sable=True).texte)


def signataire_de(ouvrir: Serrurier, *actions: str, **options: object) -> Signataire:
    """A client whose certificate is bound to a new key."""
    qui = identite("Serveur")
    joindre(ouvrir(*actions, **options).cle, qui.pem, le=LE)
    return Signataire(qui)


@pytest.fixture
def ab(ouvrir: Serrurier, settings: Settings) -> Signataire:
    """AB's SOAP client, its certificate bound to a key on the real register of the market of the tests."""
    settings.CEPAGE_DATE = LE.isoformat()
    ouvrir_le_marche()
    return signataire_de(ouvrir, *TOUTES)
