"""The server: one thread per session, and the process that judges, started again whenever it stops."""

import contextlib
import os
import subprocess
import sys
import threading
from types import TracebackType

from django.conf import settings
from pyftpdlib.servers import ThreadedFTPServer

from cepage.echanges.canaux.ftps import attente, certificat
from cepage.echanges.canaux.ftps.session import Session

SESSIONS, SESSIONS_PAR_ADRESSE = 200, 20
_RELEVE = [sys.executable, "-m", "cepage.echanges.canaux.ftps"]


class PortsMalDits(Exception):
    """CEPAGE_FTPS_PORTS is not a range of ports."""


class Releve:
    """The process that judges: called when a file has entered, started again one second after it dies."""

    def __init__(self) -> None:
        self._fin = threading.Event()
        self._processus = self._lancer()
        self._veille = threading.Thread(target=self._veiller, name="releve", daemon=True)
        self._veille.start()

    def __enter__(self) -> "Releve":
        return self

    def __exit__(
        self, genre: type[BaseException] | None, erreur: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close its pipe: it ends after the file under way."""
        self._fin.set()
        with contextlib.suppress(OSError):
            os.close(self._entree)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._processus.wait(timeout=20)

    def prevenir(self) -> None:
        """A file has entered."""
        # It reads the queue by itself from time to time: a call lost while it starts again is only late.
        with contextlib.suppress(OSError):
            os.write(self._entree, b"\n")

    def _lancer(self) -> "subprocess.Popen[bytes]":
        lecture, self._entree = os.pipe()
        os.set_blocking(self._entree, False)
        try:
            return subprocess.Popen(
                _RELEVE, stdin=lecture, env={**os.environ, "DJANGO_SETTINGS_MODULE": "cepage.config.settings"}
            )
        finally:
            os.close(lecture)

    def _veiller(self) -> None:
        while True:
            self._processus.wait()
            if self._fin.wait(1.0):
                return
            os.close(self._entree)
            self._processus = self._lancer()


class Serveur(ThreadedFTPServer):  # type: ignore[misc]  # pyftpdlib carries no types
    """Listens, and lets its sessions call the process that judges."""

    max_cons = SESSIONS
    max_cons_per_ip = SESSIONS_PAR_ADRESSE

    def __init__(self, adresse: tuple[str, int], releve: Releve) -> None:
        self._releve = releve
        super().__init__(adresse, _session())

    def prevenir(self) -> None:
        """A file has entered."""
        self._releve.prevenir()


def _session() -> type[Session]:
    """The session of this instance, with its certificate and its ports. Raises CertificatMalConfigure, PortsMalDits."""
    return type(
        "SessionDeLInstance",
        (Session,),
        {
            "ssl_context": certificat.contexte(),
            "passive_ports": _ports(settings.CEPAGE_FTPS_PORTS),
            "masquerade_address": settings.CEPAGE_FTPS_ADRESSE_PUBLIQUE or None,
            "reprise_exigee": settings.CEPAGE_FTPS_REPRISE,
        },
    )


def _ports(texte: str) -> list[int] | None:
    if not texte:
        return None
    debut, _, fin = texte.partition("-")
    if not (debut.isdecimal() and fin.isdecimal() and 1024 <= int(debut) <= int(fin) <= 65535):
        raise PortsMalDits(
            f"CEPAGE_FTPS_PORTS vaut « {texte} » : écrivez le premier et le dernier port, par exemple 50000-50100."
        )
    return list(range(int(debut), int(fin) + 1))


def ouvrir(adresse: str, port: int) -> tuple[Serveur, Releve]:
    """The server, listening, and its judge. Raises OSError when the port is taken, and what `_session` raises."""
    attente.balayer()
    releve = Releve()
    try:
        return Serveur((adresse, port), releve), releve
    except BaseException:
        releve.__exit__(None, None, None)
        raise
