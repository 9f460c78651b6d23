"""Where the tests keep their data: loaded before Django reads its settings (`-p tests.environnement`)."""

import os
import tempfile
from pathlib import Path

_PASSE = os.environ.get("PYTEST_XDIST_TESTRUNUID", os.getpid())
_OUVRIER = os.environ.get("PYTEST_XDIST_WORKER", "seul")
DONNEES = Path(tempfile.gettempdir()) / f"cepage-tests-{_PASSE}-{_OUVRIER}"
DONNEES.mkdir(parents=True, exist_ok=True)
os.environ["CEPAGE_DONNEES"] = str(DONNEES)
os.environ["CEPAGE_CLE_SECRETE"] = "cle-de-test-sans-valeur"
for nom in ("DATABASE_URL", "DATABASE_URL_PROPRIETAIRE", "CEPAGE_DEMO"):
    os.environ.pop(nom, None)


def sans_les_reglages() -> dict[str, str]:
    """The environment without the settings of the tests: what an instance of its own starts from."""
    return {n: v for n, v in os.environ.items() if not n.startswith(("CEPAGE_", "DATABASE_", "PYTEST_"))}
