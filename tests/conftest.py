"""Tests run on the embedded PostgreSQL: migrated under the owner's role, used under the application's."""

import shutil
from collections.abc import Iterator

import pytest

from tests.environnement import DONNEES


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    """The cluster of this worker, migrated once."""
    from cepage.fondations.referentiels import source
    from cepage.fondations.socle.base import mettre_a_jour

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

    donnees = DONNEES
    arreter(donnees)
    shutil.rmtree(donnees, ignore_errors=True)
