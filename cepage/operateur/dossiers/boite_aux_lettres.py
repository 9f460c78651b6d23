"""The mailbox where people answer: what a room asks of it, and how IMAP gives it."""

import imaplib
import re
from collections.abc import Iterator
from types import TracebackType
from typing import Any, Protocol, Self

from django.conf import settings

PRIS = "Cepage"
"""The folder of the mailbox where messages go once they are kept here."""
_DELAI = 20


class BoiteInaccessible(OSError):
    """The mailbox cannot be read now; says why. Nothing is lost: the messages stay in it."""


class BoiteAuxLettres(Protocol):
    """A mailbox: what it holds, oldest first, and setting aside what was kept elsewhere."""

    def messages(self) -> Iterator[tuple[str, bytes]]:
        """Each message under its name, unread by this very act."""
        ...

    def ranger(self, nom: str) -> None:
        """Set a message aside: it is not given again."""
        ...


class BoiteImap:
    """A mailbox read by IMAP4rev1; use it as a context. Raises BoiteInaccessible."""

    def __init__(self, hote: str, port: int, compte: str, secret: str, *, dossier: str = "INBOX", tls: bool = True):
        self._lieu = (hote, port, tls)
        self._identite = (compte, secret)
        self._dossier = dossier

    def __enter__(self) -> Self:
        hote, port, tls = self._lieu
        try:
            ouvrir = imaplib.IMAP4_SSL if tls else imaplib.IMAP4
            self._imap = ouvrir(hote, port, timeout=_DELAI)
        except (OSError, imaplib.IMAP4.error) as erreur:
            raise BoiteInaccessible(f"La boîte aux lettres ne s'ouvre pas : {erreur}.") from erreur
        try:
            self._imap.login(*self._identite)
            self._demander("SELECT", self._imap.select(self._dossier))
            # Refused when the folder is already there.
            self._imap.create(PRIS)
        except (OSError, imaplib.IMAP4.error) as erreur:
            self._imap.shutdown()
            raise BoiteInaccessible(f"La boîte aux lettres ne s'ouvre pas : {erreur}.") from erreur
        return self

    def __exit__(
        self, genre: type[BaseException] | None, erreur: BaseException | None, lieu: TracebackType | None
    ) -> None:
        try:
            self._imap.logout()
        except (OSError, imaplib.IMAP4.error):
            return

    def messages(self) -> Iterator[tuple[str, bytes]]:
        """Every message of the folder by its UID; reading does not mark it as read."""
        numeros = self._demander("SEARCH", self._imap.uid("SEARCH", "UNDELETED"))[0] or b""
        for numero in sorted(int(n) for n in numeros.split()):
            for partie in self._demander("FETCH", self._imap.uid("FETCH", str(numero), "(BODY.PEEK[])")):
                if isinstance(partie, tuple):
                    yield str(numero), partie[1]

    def ranger(self, nom: str) -> None:
        """Move to the folder of the messages taken: copied there first, then removed from here."""
        self._demander("COPY", self._imap.uid("COPY", nom, PRIS))
        self._demander("STORE", self._imap.uid("STORE", nom, "+FLAGS", r"(\Deleted)"))
        self._demander("EXPUNGE", self._imap.expunge())

    @staticmethod
    def _demander(ordre: str, reponse: tuple[str, list[Any]]) -> list[Any]:
        etat, donnees = reponse
        if etat != "OK":
            raise BoiteInaccessible(f"La boîte aux lettres refuse {ordre} : {donnees!r}.")
        return donnees


def boite_configuree() -> BoiteImap | None:
    """The mailbox of the settings; None when none is set."""
    if not settings.CEPAGE_IMAP_HOTE:
        return None
    return BoiteImap(
        settings.CEPAGE_IMAP_HOTE,
        settings.CEPAGE_IMAP_PORT,
        settings.CEPAGE_IMAP_COMPTE,
        settings.CEPAGE_IMAP_SECRET,
        dossier=settings.CEPAGE_IMAP_DOSSIER,
        tls=settings.CEPAGE_IMAP_TLS,
    )


_BALISES = re.compile(r"<(script|style)\b.*?</\1>|<[^>]*>", re.S | re.I)


def sans_balises(html: str) -> str:
    """The text of an HTML message, its entities read."""
    from html import unescape

    return unescape(_BALISES.sub(" ", html))
