"""One delivery over HTTP: to the address checked, within a bounded time, following no redirection."""

import socket
import ssl
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException

from cepage.echanges.canaux.avis import adresses
from cepage.echanges.canaux.avis.adresses import AdresseRefusee, Cible, NomInconnu


@dataclass(frozen=True)
class Reponse:
    """What came back: the status (None: no answer), the milliseconds, why it is a failure (empty: it is none)."""

    statut: int | None
    duree_ms: int
    raison: str = ""

    @property
    def reussie(self) -> bool:
        """True when the receiver took the notice."""
        return not self.raison


def poster(url: str, corps: bytes, entetes: Mapping[str, str], *, bac_a_sable: bool, attente: float) -> Reponse:
    """Post a body; whatever happens is in the answer. `attente`: seconds for the whole exchange."""
    debut = time.monotonic()
    try:
        cible = adresses.lire(url, bac_a_sable=bac_a_sable)
        statut, raison = _echanger(cible, adresses.resoudre(cible), corps, entetes, attente)
    except (AdresseRefusee, NomInconnu) as refus:
        statut, raison = None, str(refus)
    except ssl.SSLError as erreur:
        statut, raison = None, f"Le chiffrement ne s'établit pas : {erreur.reason or 'certificat refusé'}."
    except TimeoutError:
        statut, raison = None, f"Pas de réponse en {attente:g} secondes."
    except (OSError, HTTPException) as erreur:
        passe = time.monotonic() - debut >= attente
        statut = None
        raison = f"Pas de réponse en {attente:g} secondes." if passe else f"Injoignable ({type(erreur).__name__})."
    return Reponse(statut, round((time.monotonic() - debut) * 1000), raison[:200])


def _echanger(cible: Cible, ip: str, corps: bytes, entetes: Mapping[str, str], attente: float) -> tuple[int, str]:
    prise = socket.create_connection((ip, cible.port), timeout=attente)
    # A receiver that answers one byte a second stays under the timeout of each reading: the whole has its own.
    garde = threading.Timer(attente, _couper, [prise])
    garde.start()
    try:
        if cible.schema == "https":
            prise = ssl.create_default_context().wrap_socket(prise, server_hostname=cible.hote)
        connexion = HTTPConnection(cible.hote, cible.port)
        connexion.sock = prise
        connexion.request("POST", cible.chemin, corps, {**entetes, "Connection": "close"})
        statut = connexion.getresponse().status
    finally:
        garde.cancel()
        prise.close()
    return statut, _raison(statut)


def _couper(prise: socket.socket) -> None:
    try:
        prise.shutdown(socket.SHUT_RDWR)
    except OSError:
        return


def _raison(statut: int) -> str:
    if 200 <= statut < 300:
        return ""
    if 300 <= statut < 400:
        return f"Redirection refusée ({statut}) : abonnez l'adresse finale."
    return f"Le destinataire a répondu {statut}."
