"""The files as a session sees and writes them: nothing hidden shown, one writer at a time, never beyond its room."""

import errno
import fcntl
import io
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath

from django.conf import settings
from pyftpdlib.filesystems import AbstractedFS

from cepage.echanges.canaux.acces.authentification import Acces
from cepage.echanges.canaux.ftps import racines
from cepage.echanges.canaux.ftps.refus import Refus

# What each folder lets do, in the letters of pyftpdlib: e enter, l list, r read, d delete, f rename, w write, a append.
_PERMISES = {racines.DEPOT: "eldfwa", racines.RETOURS: "elrd", racines.ARCHIVES: "elr"}
# TLS gives at most 16 KiB at a time: written one by one, the system calls would take longer than the disk.
_TAMPON = 1 << 20
_ACTIONS = {"w": "envoi.deposer", "a": "envoi.deposer", "f": "envoi.deposer", "r": "envoi.lire"}


class Systeme(AbstractedFS):  # type: ignore[misc]  # pyftpdlib carries no types
    """The tree of a root, without the names that begin with a point."""

    def listdir(self, path: str) -> list[str]:
        """The names of a folder that are shown."""
        return [nom for nom in os.listdir(path) if not nom.startswith(".")]  # noqa: PTH208  # names alone

    def validpath(self, path: str) -> bool:
        """Inside the root, and not hidden."""
        dedans: bool = super().validpath(path)
        return dedans and not any(p.startswith(".") for p in self.relatif(path).parts)

    def relatif(self, path: str) -> PurePosixPath:
        """A path of this disk, from the root."""
        return PurePosixPath(os.path.relpath(path, self.root))


class Droits:
    """What an entry may do in its root; pyftpdlib asks it before each command."""

    def __init__(self, acces: Acces, racine: Path) -> None:
        self._acces = acces
        self._racine = racine

    def has_perm(self, username: str, perm: str, path: str | None = None) -> bool:
        """True when the folder lets do it, and the key too."""
        if path is None:
            return perm in "elr"
        dossier = Path(os.path.relpath(path, self._racine)).parts[:1]
        permises = _PERMISES.get(dossier[0], "") if dossier else "el"
        action = _ACTIONS.get(perm)
        return perm in permises and (action is None or action in self._acces.actions)

    def get_perms(self, username: str) -> str:
        """The letters shown beside each file."""
        return "elr"

    def get_msg_quit(self, username: str) -> str:
        """The last words of a session."""
        return "Au revoir."

    def impersonate_user(self, username: str, password: str) -> None:
        """No user of the machine stands behind a key."""

    def terminate_impersonation(self, username: str) -> None:
        """No user of the machine stands behind a key."""


class Ecriture(io.RawIOBase):
    """A file of `depot/` being written from `position` (None: its end), by one session at a time, up to `limite` bytes.

    Raises Refus when another session writes it, or when the position is beyond what was received.
    """

    def __init__(self, chemin: Path, *, position: int | None, limite: int) -> None:
        super().__init__()
        self.name = str(chemin)
        self._limite = limite
        self._tampon = bytearray()
        self._descripteur = os.open(chemin, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self._descripteur, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self._se_placer(position)
        except BlockingIOError:
            os.close(self._descripteur)
            raise Refus(
                450, "Un autre transfert écrit déjà ce fichier.", "Attendez sa fin, ou donnez un autre nom."
            ) from None
        except BaseException:
            os.close(self._descripteur)
            raise

    def _se_placer(self, position: int | None) -> None:
        taille = os.fstat(self._descripteur).st_size
        self._position = taille if position is None else position
        if self._position > taille:
            raise Refus(
                554,
                f"Le serveur n'a reçu que {taille} octets de ce fichier.",
                f"Reprenez à la position {taille} (REST {taille}).",
            )
        os.ftruncate(self._descripteur, self._position)
        os.lseek(self._descripteur, self._position, os.SEEK_SET)

    def writable(self) -> bool:
        """It is written, never read."""
        return True

    def write(self, octets: bytes) -> int:  # type: ignore[override]  # bytes alone come from a socket
        """Take them, to be written by large blocks. Raises OSError, EFBIG beyond the limit."""
        if self._position + len(self._tampon) + len(octets) > self._limite:
            raise OSError(errno.EFBIG, "limite")
        self._tampon += octets
        if len(self._tampon) >= _TAMPON:
            self.vider()
        return len(octets)

    def vider(self) -> None:
        """Write what was taken. Raises OSError; what could be written is."""
        tampon, self._tampon = self._tampon, bytearray()
        with memoryview(tampon) as reste:
            debut = 0
            while debut < len(tampon):
                ecrits = os.write(self._descripteur, reste[debut:])
                self._position += ecrits
                debut += ecrits

    def close(self) -> None:
        """Let go of the file, as far as it can be written."""
        if not self.closed:
            with suppress(OSError):
                self.vider()
            os.close(self._descripteur)
        super().close()


@contextmanager
def seul(chemin: Path) -> Iterator[None]:
    """Hold a file so that no session writes it meanwhile. Raises Refus when one does, or when there is no such file."""
    try:
        with chemin.open("rb") as flux:
            fcntl.flock(flux, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield
    except BlockingIOError:
        raise Refus(450, "Un transfert écrit encore ce fichier.", "Attendez sa fin.") from None
    except (FileNotFoundError, IsADirectoryError):
        raise Refus(550, "Ce fichier n'existe pas.", "Listez le dossier (LIST).") from None


def place(racine: Path, chemin: Path, *, en_attente: int = 0) -> int:
    """How many bytes this file may reach: the largest envoi, the operator's quota, what the disk keeps free.

    The quota counts what is in `depot/` and the bytes that wait for their judgement.
    """
    deja = chemin.stat().st_size if chemin.exists() else 0
    depot = (f.stat().st_size for f in (racine / racines.DEPOT).rglob("*") if f.is_file())
    libre = shutil.disk_usage(racine).free - settings.CEPAGE_FTPS_RESERVE
    reste = min(settings.CEPAGE_FTPS_QUOTA - sum(depot) - en_attente, libre)
    return int(min(deja + max(reste, 0), settings.CEPAGE_TAILLE_MAXIMALE))
