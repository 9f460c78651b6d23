"""Looking for viruses in a file that somebody hands over, by the clamd server named in the settings, if any.

`CEPAGE_CLAMD` is `host:port` or the path of a socket; empty, nothing is looked for. A server that does not answer
refuses the file: what could not be looked at does not come in.
"""

import socket
import struct
from contextlib import closing

from django.conf import settings

DELAI = 30
_MORCEAU = 64 * 1024


class FichierDouteux(Exception):
    """The file must not be kept: `raison` says why, `suite` what its owner can do."""

    raison = ""
    suite = ""

    def __str__(self) -> str:
        return f"{self.raison} {self.suite}"


class FichierInfecte(FichierDouteux):
    """The file carries what the server knows as a virus."""

    raison = "L'antivirus a trouvé un virus dans ce fichier : il n'est pas gardé."
    suite = "Prévenez la personne qui vous l'a remis, et demandez-lui un fichier sain."


class AntivirusMuet(FichierDouteux):
    """The server could not look at the file."""

    raison = "L'antivirus ne répond pas : le fichier n'est pas gardé."
    suite = "Réessayez dans quelques minutes ; si cela dure, prévenez l'administrateur."


def inspecter(octets: bytes) -> None:
    """Have the bytes looked at (clamd's INSTREAM). Raises FichierInfecte, AntivirusMuet."""
    adresse = settings.CEPAGE_CLAMD
    if not adresse:
        return
    try:
        with closing(_joindre(adresse)) as prise:
            prise.sendall(b"zINSTREAM\0")
            for debut in range(0, len(octets), _MORCEAU):
                morceau = octets[debut : debut + _MORCEAU]
                prise.sendall(struct.pack(">L", len(morceau)) + morceau)
            prise.sendall(struct.pack(">L", 0))
            reponse = _lire(prise)
    except (OSError, ValueError) as erreur:
        raise AntivirusMuet from erreur
    if reponse.endswith(" FOUND"):
        raise FichierInfecte
    if not reponse.endswith(" OK"):
        raise AntivirusMuet


def _joindre(adresse: str) -> socket.socket:
    if adresse.startswith("/"):
        prise = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        prise.settimeout(DELAI)
        try:
            prise.connect(adresse)
        except OSError:
            prise.close()
            raise
        return prise
    hote, _, port = adresse.rpartition(":")
    return socket.create_connection((hote.strip("[]"), int(port)), timeout=DELAI)


def _lire(prise: socket.socket) -> str:
    recu = bytearray()
    while not recu.endswith(b"\0") and (bloc := prise.recv(4096)):
        recu += bloc
    return recu.rstrip(b"\0\n").decode("utf-8", "replace")
