"""Scratch directories of receptions, kept under the data directory.

They hold people's fiches in clear while an envoi is judged. A killed process leaves its own behind: the next
reception removes it, whatever the container that process ran in (a lock tells the living from the dead).
"""

import fcntl
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

_TEMOIN = "vivant"


def racine() -> Path:
    """Where the scratch directories are."""
    return Path(settings.CEPAGE_DONNEES) / "travail"


@contextmanager
def repertoire_de_travail() -> Iterator[Path]:
    """A directory of its own, removed at the end; those of dead processes are removed first."""
    racine().mkdir(parents=True, exist_ok=True)
    with (racine() / "balayage").open("w") as balayage:
        fcntl.flock(balayage, fcntl.LOCK_EX)
        _balayer()
        repertoire = Path(tempfile.mkdtemp(dir=racine()))
        temoin = (repertoire / _TEMOIN).open("w")
        fcntl.flock(temoin, fcntl.LOCK_EX)
    try:
        yield repertoire
    finally:
        shutil.rmtree(repertoire, ignore_errors=True)
        temoin.close()


def _balayer() -> None:
    """Remove what no living process holds. Without its witness, a directory was being removed when its process died."""
    for repertoire in (r for r in racine().iterdir() if r.is_dir()):
        try:
            with (repertoire / _TEMOIN).open() as verrou:
                fcntl.flock(verrou, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except FileNotFoundError:
            pass
        except OSError:
            continue  # its process is alive
        shutil.rmtree(repertoire, ignore_errors=True)
