"""Each test leaves the readers as it found them."""

from collections.abc import Iterator

import pytest

from cepage.fondations.referentiels import source


@pytest.fixture(autouse=True)
def sans_liste_importee() -> Iterator[None]:
    """Packaged files only, unless the test sets a provider; the former provider comes back afterwards."""
    ancien = source._Etat.fournisseur
    source.definir_fournisseur(None)
    yield
    source.definir_fournisseur(ancien)
