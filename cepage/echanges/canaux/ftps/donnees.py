"""The data connection: a file is whole when its sender has closed the TLS stream, and only then."""

import logging
from typing import Any

from OpenSSL import SSL
from pyftpdlib.exceptions import _RetryError
from pyftpdlib.handlers import DTPHandler, TLS_DTPHandler

from cepage.echanges.canaux.ftps.refus import de_l_ecriture

journal = logging.getLogger("cepage.ftps")
_BLOCS_D_AFFILEE = 32
# After a refused write, what the sender already has in flight is let through, so that it reads the answer rather than
# see its connection cut; a sender that goes on beyond is cut.
_TOLERANCE = 64 << 20
_COUPE = (
    "426 Le transfert s'est arrêté avant sa fin : le fichier n'est pas entré, ce qui est arrivé est gardé. "
    "Reprenez-le là où il s'est arrêté (SIZE, puis REST et STOR), ou renvoyez-le entier."
)
_REPRISE = (
    "522 La connexion de données doit reprendre la session TLS de la connexion de commande. "
    "Activez la reprise de session (TLS session resumption) dans votre client."
)


class _Reception(DTPHandler):  # type: ignore[misc]  # pyftpdlib carries no types
    """What differs from pyftpdlib once the stream is decrypted.

    It stands after SSLConnectionMixin in the order of resolution: the mixin calls `super()`, so that a subclass of
    TLS_DTPHandler would not be asked.
    """

    _lastdata: int
    _refus = ""
    _perdus = 0

    def handle_read_event(self) -> None:
        """Write what has come; whatever stops it is answered on the control connection."""
        for _ in range(_BLOCS_D_AFFILEE):
            try:
                bloc = self.recv(self.ac_in_buffer_size)
            except _RetryError:
                return
            except (OSError, SSL.Error):
                self.interrompre(_COUPE)
                return
            if not bloc:
                return
            self.tot_bytes_received += len(bloc)
            if not self._ecrire(bloc):
                return

    def _ecrire(self, bloc: bytes) -> bool:
        """Write a block, or let it go by after a refusal; False once the connection is cut."""
        if not self._refus:
            try:
                self.file_obj.write(bloc)
            except OSError as erreur:
                self._refus = de_l_ecriture(erreur).reponse
        else:
            self._perdus += len(bloc)
            if self._perdus > _TOLERANCE:
                self.interrompre(self._refus)
                return False
        return True

    def handle_close(self) -> None:
        """The stream has ended: deliver the file if its end was announced (close_notify), else keep it as begun."""
        if self._closed:
            return
        if not self.receive:
            super().handle_close()
        elif not self.socket.get_shutdown() & SSL.RECEIVED_SHUTDOWN:
            self.interrompre(self._refus or _COUPE)
        else:
            self.transfer_finished = not self._refus
            # Before the file is closed: until then no other session may write it.
            reponse = self._refus or self.cmd_channel.conclure(self.file_obj)
            self._resp = (reponse, journal.debug)
            self.close()

    def interrompre(self, reponse: str) -> None:
        """Stop here; what was written stays."""
        self._resp = (reponse, journal.debug)
        self.transfer_finished = False
        # No TLS farewell on a stream that is broken: the mixin would wait for it.
        self._error = True
        self.close()

    def handle_timeout(self) -> None:
        """No byte for long."""
        if self.get_transmitted_bytes() > self._lastdata:
            self._lastdata = self.get_transmitted_bytes()
            return
        self.interrompre(_COUPE)


class Donnees(TLS_DTPHandler, _Reception):  # type: ignore[misc]
    """A data connection over TLS that resumes the session of its control connection."""

    ac_in_buffer_size = 1 << 18

    def handle_ssl_established(self) -> None:
        """Refuse a stranger's connection to our port: it does not know the session."""
        if self.cmd_channel.reprise_exigee and not _reprise(self.socket):
            self.interrompre(_REPRISE)

    def handle_failed_ssl_handshake(self) -> None:
        """The client speaks another TLS."""
        self.interrompre("522 La négociation TLS a échoué. Utilisez TLS 1.2 ou 1.3 sur la connexion de données.")

    def close(self) -> None:
        """A transfer whose connection is dropped during its handshake is answered too."""
        if self._ssl_accepting and self._initialized and not self._resp:
            self._resp = (_COUPE, journal.debug)
        super().close()


def _reprise(prise: Any) -> bool:
    # pyOpenSSL has no public name for SSL_session_reused.
    return bool(SSL._lib.SSL_session_reused(prise._ssl))  # type: ignore[attr-defined]
