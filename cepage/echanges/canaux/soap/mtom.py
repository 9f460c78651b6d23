"""MTOM: an envelope and the file it names, in one request. The file is read by blocks and never held whole.

The envelope comes first (RFC 2387, `start`), so that nothing is written before its signature is checked.
"""

from collections.abc import Callable, Iterator, Mapping
from email import message_from_bytes
from email.message import Message
from urllib.parse import unquote

from django.http import HttpRequest, UnreadablePostError

from cepage.echanges.canaux.soap.enveloppe import TAILLE_MAXIMALE, trop_grosse
from cepage.echanges.canaux.soap.fautes import Faute

TYPE = "multipart/related"
_BLOC = 1 << 18
_ENTETES = 8 << 10
_BRUTS = ("", "binary", "8bit", "7bit")
Lire = Callable[[int], bytes]


def flux(request: HttpRequest) -> Lire:
    """How to read the body by blocks: up to its announced size, or as a server that reads chunks gives it."""
    if not request.META.get("CONTENT_LENGTH") and request.META.get("wsgi.input_terminated"):
        entree = request.META["wsgi.input"]
        lu: Lire = entree.read
    else:
        lu = request.read

    def lire(taille: int) -> bytes:
        try:
            return lu(taille)
        except (OSError, UnreadablePostError):
            raise _coupe() from None

    return lire


class Paquet:
    """The parts of one request, read in order: the envelope, then at most one file."""

    def __init__(self, lire: Lire, parametres: Mapping[str, str]) -> None:
        limite = parametres.get("boundary", "")
        if not 1 <= len(limite) <= 70 or not limite.isascii():
            raise _malforme("Content-Type n'annonce pas de limite (boundary) lisible.")
        self._lire = lire
        self._debut = parametres.get("start", "")
        self._delimiteur = b"\r\n--" + limite.encode()
        self._tampon = bytearray(b"\r\n")
        self.action = ""

    def racine(self) -> bytes:
        """The envelope. Raises Faute when it is not the first part, or too big."""
        for _ in self._blocs():
            raise _malforme("Du texte précède la première partie.")
        entetes = self._entetes()
        if entetes is None or entetes.get_content_type() not in ("application/xop+xml", "application/soap+xml"):
            raise _malforme("La première partie n'est pas l'enveloppe (application/xop+xml).")
        if self._debut and entetes.get("Content-ID", "").strip() != self._debut:
            raise _malforme("La partie que « start » désigne n'est pas la première.")
        self.action = str(entetes.get_param("action", ""))
        octets = bytearray()
        for bloc in self._blocs():
            octets += bloc
            if len(octets) > TAILLE_MAXIMALE:
                raise trop_grosse()
        return bytes(octets)

    def piece(self, reference: str) -> Iterator[bytes]:
        """The file that the envelope names `cid:…`, by blocks, and nothing after it. Raises Faute."""
        entetes = self._entetes()
        annonce = f"<{unquote(reference.removeprefix('cid:'))}>"
        if entetes is None or not reference.startswith("cid:") or entetes.get("Content-ID", "").strip() != annonce:
            raise _malforme("La partie qui suit l'enveloppe n'est pas celle que xop:Include nomme.")
        yield from self._blocs()
        self.exiger_la_fin()

    def exiger_la_fin(self) -> None:
        """Raise Faute when one more part comes: a part that nothing names would be dropped unread."""
        if self._entetes() is not None:
            raise _malforme("Une partie jointe n'est nommée par aucun xop:Include.")

    def _blocs(self) -> Iterator[bytes]:
        """The bytes of the part under way, up to the next limit."""
        garde = len(self._delimiteur)
        while (place := self._tampon.find(self._delimiteur)) < 0:
            if len(self._tampon) > garde:
                yield bytes(self._tampon[:-garde])
                del self._tampon[:-garde]
            self._remplir()
        if place:
            yield bytes(self._tampon[:place])
        del self._tampon[: place + garde]

    def _entetes(self) -> "Message[str, str] | None":
        """The headers of the part that begins; None after the last one."""
        while len(self._tampon) < 2:
            self._remplir()
        if self._tampon.startswith(b"--"):
            return None
        # The bytes after the limit end its line, then come the headers; a part without header has an empty line.
        while (fin := self._tampon.find(b"\r\n\r\n")) < 0 and len(self._tampon) <= _ENTETES:
            self._remplir()
        if not 0 <= fin <= _ENTETES:
            raise _malforme("Les en-têtes d'une partie sont trop longs.")
        ligne, _, reste = bytes(self._tampon[:fin]).partition(b"\r\n")
        if ligne.strip(b" \t"):
            raise _malforme("Une limite est suivie d'autre chose que sa fin de ligne.")
        del self._tampon[: fin + 4]
        entetes = message_from_bytes(reste + b"\r\n\r\n")
        if entetes.get("Content-Transfer-Encoding", "").strip().lower() not in _BRUTS:
            raise _malforme("Une partie est encodée : MTOM demande Content-Transfer-Encoding: binary.")
        return entetes

    def _remplir(self) -> None:
        bloc = self._lire(_BLOC)
        if not bloc:
            raise _coupe()
        self._tampon += bloc


def _coupe() -> Faute:
    return Faute("message-illisible", "Le message s'arrête avant sa fin.", "Renvoyez-le entier.")


def _malforme(detail: str) -> Faute:
    return Faute(
        "message-illisible",
        detail,
        "Envoyez multipart/related : l'enveloppe d'abord, puis le fichier que xop:Include nomme, en binaire.",
    )
