"""Real mail servers for the tests: SMTP by aiosmtpd, IMAP by pymap in its own process, on free ports."""

import imaplib
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller

COMPTE, SECRET = "reponses", "un-secret-d-essai"


@dataclass
class Boite:
    """A mail server that keeps what it takes; it refuses the addresses of `inconnues`."""

    recus: list[EmailMessage] = field(default_factory=list)
    inconnues: set[str] = field(default_factory=set)

    async def handle_RCPT(self, serveur: Any, session: Any, enveloppe: Any, adresse: str, options: list[str]) -> str:
        """Refuse an unknown mailbox."""
        if adresse in self.inconnues:
            return "550 Boîte inconnue"
        enveloppe.rcpt_tos.append(adresse)
        return "250 OK"

    async def handle_DATA(self, serveur: Any, session: Any, enveloppe: Any) -> str:
        """Keep the message."""
        self.recus.append(message_from_bytes(enveloppe.content, policy=policy.default))  # type: ignore[arg-type]
        return "250 OK"


def port_libre() -> int:
    """A port nobody listens on."""
    with socket.socket() as prise:
        prise.bind(("127.0.0.1", 0))
        return int(prise.getsockname()[1])


@contextmanager
def smtp(port: int, boite: Boite | None = None) -> Iterator[Boite]:
    """A mail server on that port, for the time of the block."""
    boite = boite or Boite()
    serveur = Controller(boite, hostname="127.0.0.1", port=port)
    serveur.start()
    try:
        yield boite
    finally:
        serveur.stop()


@contextmanager
def imap() -> Iterator[int]:
    """An IMAP server with one empty mailbox; gives its port."""
    port = port_libre()
    commande = [Path(sys.executable).with_name("pymap"), "--host", "127.0.0.1", "--port", str(port), "--no-tls"]
    serveur = subprocess.Popen(
        [*commande, "--no-service", "admin", "dict", "--demo-user", COMPTE, "--demo-password", SECRET],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _attendre(port, serveur)
        yield port
    finally:
        serveur.terminate()
        serveur.wait(timeout=10)


def _attendre(port: int, serveur: "subprocess.Popen[bytes]") -> None:
    for _ in range(200):
        if serveur.poll() is not None:
            raise RuntimeError("Le serveur IMAP d'essai s'est arrêté.")
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError("Le serveur IMAP d'essai ne répond pas.")


def deposer(port: int, *messages: bytes) -> None:
    """Put messages in the mailbox, as the mail of the world would."""
    with imaplib.IMAP4("127.0.0.1", port) as boite:
        boite.login(COMPTE, SECRET)
        for message in messages:
            assert boite.append("INBOX", "", None, message)[0] == "OK"  # type: ignore[arg-type]


def contenu(port: int, dossier: str) -> int:
    """How many messages are in a folder."""
    with imaplib.IMAP4("127.0.0.1", port) as boite:
        boite.login(COMPTE, SECRET)
        (combien,) = boite.select(dossier, readonly=True)[1]
        return int(combien or 0)
