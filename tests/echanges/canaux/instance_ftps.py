"""A real FTPS server in processes of its own, on a database of its own, and the real clients that use it.

The database is a copy of that of the tests, in the same cluster: it is migrated already.
"""

from __future__ import annotations

import ftplib
import io
import json
import os
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psutil
import psycopg
import pytest
from django.conf import settings
from django.db import connections

from tests.echanges.canaux.conftest import LE
from tests.environnement import DONNEES, sans_les_reglages

RACINE = Path(__file__).resolve().parents[3]
CURL, LFTP = shutil.which("curl"), shutil.which("lftp")
_CEPAGE = [sys.executable, "-m", "cepage.config.ligne_de_commande"]
# AB holds lot 08 on the market of the tests; its keys, by what each is for.
_PREPARER = """
import django
django.setup()
import json
from datetime import timedelta
from cepage.echanges.canaux.acces.services import creer
from tests.echanges.canaux.conftest import LE
from tests.echanges.canaux.outils import TOUTES
from tests.echanges.reception.fabrique import ouvrir_le_marche
from tests.personnes import operateur
operateur("AB", "08")
operateur("CD", "02")
ouvrir_le_marche()
ICI = ["127.0.0.1", "::1"]
def cle(emetteur="AB", actions=TOUTES, adresses=ICI, bac_a_sable=False):
    ouverte = creer(emetteur=emetteur, nom="Essais", actions=actions, adresses=adresses, bac_a_sable=bac_a_sable,
                    expire_le=LE + timedelta(days=90), le=LE)
    return [ouverte.cle.identifiant, ouverte.secret]
print(json.dumps({
    "reel": cle(), "bac": cle(bac_a_sable=True), "autre": cle(emetteur="CD"), "lecture": cle(actions=["envoi.lire"]),
    "sans_adresse": cle(adresses=[]), "etrangere": cle(adresses=["203.0.113.0/24"]), "revocable": cle(),
}))
"""


class InstanceFtps:
    """`cles` enter it (identifier and secret, by use); `demarrer`, `tuer` and `arreter` rule its server."""

    def __init__(self, donnees: Path, base: str) -> None:
        self.donnees = donnees
        self.environnement = {
            **sans_les_reglages(),
            "CEPAGE_DONNEES": str(donnees),
            "CEPAGE_BASE": base,
            "CEPAGE_DATE": LE.isoformat(),
            "CEPAGE_CADENCE_CLE": "1000000",
            "CEPAGE_CADENCE_ECHECS": "1000000",
            "DJANGO_SETTINGS_MODULE": "cepage.config.settings",
        }
        self.cles: dict[str, list[str]] = json.loads(self.lancer([sys.executable, "-c", _PREPARER]))
        self.port = 0
        self.serveur: subprocess.Popen[str] | None = None
        self.demarrer()

    @property
    def certificat(self) -> Path:
        """The certificate that clients trust."""
        return self.donnees / "ftps" / "certificat" / "essai.pem"

    def demarrer(self, **reglages: str) -> None:
        """Start the server, with other settings if any, and wait until it listens."""
        self.serveur = subprocess.Popen(
            [*_CEPAGE, "ftps", "--port", str(self.port)],
            env=self.environnement | reglages,
            cwd=RACINE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.serveur.stdout
        for ligne in self.serveur.stdout:
            if "est prêt" in ligne:
                self.port = int(ligne.split(",")[0].rsplit(":", 1)[1])
                return
        raise AssertionError("Le serveur ne démarre pas.")

    def arreter(self, signe: int = signal.SIGTERM) -> None:
        """Stop the server by a signal, and wait for its end."""
        assert self.serveur
        assert self.serveur.stdout
        self.serveur.send_signal(signe)
        self.serveur.wait(timeout=60)
        self.serveur.stdout.close()

    @property
    def releve(self) -> psutil.Process:
        """The process that judges; it takes an instant to come."""
        assert self.serveur
        for _ in range(600):
            if enfants := psutil.Process(self.serveur.pid).children():
                return enfants[0]
            time.sleep(0.05)
        raise AssertionError("Le contrôle ne démarre pas.")

    @contextmanager
    def sans_controle(self) -> Iterator[None]:
        """What is laid meanwhile waits: the process that judges is suspended."""
        releve = self.releve
        releve.suspend()
        try:
            yield
        finally:
            with suppress(psutil.NoSuchProcess):
                releve.resume()

    def cepage(self, *arguments: str) -> str:
        """Run a command on this instance; gives what it wrote."""
        return self.lancer([*_CEPAGE, *arguments])

    def lancer(self, commande: list[str]) -> str:
        """Run a program on this instance; gives what it wrote."""
        fait = subprocess.run(commande, env=self.environnement, cwd=RACINE, capture_output=True, text=True, check=False)
        assert fait.returncode == 0, fait.stdout + fait.stderr
        return fait.stdout

    def racine(self, emetteur: str = "AB", *, bac: bool = False) -> Path:
        """The root of an operator on this disk."""
        return self.donnees / "ftps" / ("bac_a_sable" if bac else "reel") / emetteur

    def entrer(self, cle: str = "reel", **options: Any) -> ClientFtps:
        """A session of Python's own client."""
        client = ClientFtps(self, **options)
        client.login(*self.cles[cle])
        client.prot_p()
        return client

    def curl(self, cle: str, *arguments: str, attendu: int | None = 0) -> str:
        """What curl says, its conversation included."""
        assert CURL, "curl manque : make clients"
        commande = [CURL, "-sSv", "--ssl-reqd", "--cacert", str(self.certificat), "-u", ":".join(self.cles[cle])]
        fait = subprocess.run([*commande, *arguments], capture_output=True, check=False, timeout=60)
        dit = (fait.stdout + fait.stderr).decode(errors="replace")
        assert attendu is None or fait.returncode == attendu, dit
        return dit

    def lftp(self, cle: str, *ordres: str) -> str:
        """What lftp writes."""
        assert LFTP, "lftp manque : make clients"
        reglages = [
            f"set ssl:ca-file {self.certificat}",
            "set ftp:ssl-force true",
            "set ftp:ssl-protect-data true",
            "set net:max-retries 1",
            f"open -u {','.join(self.cles[cle])} ftp://127.0.0.1:{self.port}",
        ]
        environnement = {"HOME": str(self.donnees), "PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}
        fait = subprocess.run(
            [LFTP, "-c", "; ".join([*reglages, *ordres])],
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
            env=environnement,
        )
        assert fait.returncode == 0, fait.stdout + fait.stderr
        return fait.stdout

    def url(self, chemin: str) -> str:
        """The address of a path, for curl."""
        return f"ftp://127.0.0.1:{self.port}/{chemin}"

    def attendre(self, chemin: Path) -> Path:
        """Wait for a file to be there."""
        for _ in range(1200):
            if chemin.exists():
                return chemin
            time.sleep(0.05)
        raise AssertionError(f"{chemin} ne vient pas.")

    def accuse(self, chemin: str, *, bac: bool = False) -> dict[str, Any]:
        """The receipt of a file laid at `chemin` under depot/, once it has come."""
        fichier = self.racine(bac=bac) / "retours" / f"{chemin}.json"
        lu: dict[str, Any] = json.loads(self.attendre(fichier).read_bytes())
        return lu


@contextmanager
def ouvrir_une_instance() -> Iterator[InstanceFtps]:
    """An instance that listens, removed at the end."""
    connections.close_all()
    with _copie_de_la_base() as base:
        instance = InstanceFtps(DONNEES, base)
        try:
            yield instance
        finally:
            instance.arreter()
            shutil.rmtree(DONNEES / "ftps", ignore_errors=True)


@contextmanager
def _copie_de_la_base() -> Iterator[str]:
    modele, proprietaire = (settings.DATABASES[nom] for nom in ("default", "proprietaire"))
    copie = f"{modele['NAME']}_ftps"
    with psycopg.connect(host=modele["HOST"], user="postgres", dbname="postgres", autocommit=True) as connexion:
        connexion.execute(f"DROP DATABASE IF EXISTS {copie} WITH (FORCE)")
        connexion.execute(f"CREATE DATABASE {copie} TEMPLATE {modele['NAME']} OWNER {proprietaire['USER']}")
        try:
            yield copie
        finally:
            connexion.execute(f"DROP DATABASE {copie} WITH (FORCE)")


class ClientFtps(ftplib.FTP_TLS):
    """Python's client, which resumes the session of its control connection as others do by themselves."""

    def __init__(self, instance: InstanceFtps, *, tls: ssl.TLSVersion | None = None, reprise: bool = True) -> None:
        contexte = ssl.create_default_context(cafile=str(instance.certificat))
        if tls is not None:
            contexte.minimum_version = contexte.maximum_version = tls
        super().__init__(context=contexte, timeout=30, encoding="utf-8")
        self._reprise = reprise
        self.connect("127.0.0.1", instance.port)

    def ntransfercmd(self, cmd: str, rest: int | str | None = None) -> tuple[Any, int | None]:
        prise, taille = ftplib.FTP.ntransfercmd(self, cmd, rest)
        session = self.sock.session if self._reprise else None  # type: ignore[union-attr]
        chiffree = self.context.wrap_socket(prise, server_hostname=self.host, session=session)
        return chiffree, taille

    def deposer(self, chemin: str, octets: bytes, **options: Any) -> str:
        """Lay a file at `chemin` under depot/; the server's last answer."""
        return self.storbinary(f"STOR /depot/{chemin}", io.BytesIO(octets), **options)

    def couper(self, chemin: str, octets: bytes) -> str:
        """Send some bytes of a file and hang up without the farewell of TLS; the server's last answer."""
        self.voidcmd("TYPE I")
        prise, _ = self.ntransfercmd(f"STOR /depot/{chemin}")
        prise.sendall(octets)
        # The bytes are in the other's hands: only the farewell is missing.
        socket.socket(fileno=prise.detach()).close()
        with pytest.raises(ftplib.error_temp) as dite:
            self.voidresp()
        return str(dite.value)

    def refus(self, faire: Callable[[], object]) -> str:
        """What the server answers to what it must refuse."""
        with pytest.raises(ftplib.Error) as dit:
            faire()
        return str(dit.value)

    def lire(self, chemin: str) -> bytes:
        """The bytes of a file."""
        recus: list[bytes] = []
        self.retrbinary(f"RETR {chemin}", recus.append)
        return b"".join(recus)
