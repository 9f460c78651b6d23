"""Tests run on the embedded PostgreSQL: migrated under the owner's role, used under the application's."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

_REPERTOIRE = Path(tempfile.gettempdir()) / f"cepage-tests-{os.environ.get('PYTEST_XDIST_TESTRUNUID', os.getpid())}"
_OUVRIER = os.environ.get("PYTEST_XDIST_WORKER", "seul")
os.environ["CEPAGE_DONNEES"] = str(_REPERTOIRE / _OUVRIER)
os.environ.setdefault("CEPAGE_CLE_SECRETE", "cle-de-test-sans-valeur")
(_REPERTOIRE / _OUVRIER).mkdir(parents=True, exist_ok=True)


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    """The cluster of this worker, migrated once."""
    from cepage.fondations.socle.base import mettre_a_jour

    from cepage.fondations.referentiels import source

    # The packaged lists alone: what a test imports is asked for by that test.
    source.definir_fournisseur(None)
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        mettre_a_jour()
        from django.db import connections

        connections["proprietaire"].close()
    yield
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        from django.db import connections

        connections.close_all()


def pytest_unconfigure() -> None:
    """Stop the cluster and remove its files."""
    from cepage.fondations.socle.base_embarquee import arreter

    donnees = Path(os.environ["CEPAGE_DONNEES"])
    arreter(donnees)
    shutil.rmtree(donnees, ignore_errors=True)
