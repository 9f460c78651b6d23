"""The world of the matrix, built once a module."""

import logging
from collections.abc import Iterator

import pytest
from pytest_django.plugin import DjangoDbBlocker

from tests.matrice.monde import Monde
from tests.matrice.monde import monde as construire


@pytest.fixture(scope="module")
def monde(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Monde]:
    """Two operators and everyone; nothing of it remains after the module."""
    # Refusals are what is asked for here: telling each of them, with its trace, would take most of the time.
    logging.disable(logging.WARNING)
    with django_db_blocker.unblock(), construire(tmp_path_factory.mktemp("monde")) as tenu:
        yield tenu
    logging.disable(logging.NOTSET)
