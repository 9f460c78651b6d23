"""The buyer's instance reached over its API: the same requests as any third party's software."""

import hashlib
import json
import time
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings

from cepage.echanges.conformite.client import Instance, InstanceInjoignable
from cepage.echanges.envoi.transports import CommandeConnue, TransportIndisponible

_PATIENCE, _PAUSE = 120.0, 1.0
_LOCALES = ("127.0.0.1", "localhost", "::1")
_DE_NOTRE_FAIT = (401, 403, 404, 405, 406, 411, 413, 422)


class TransportRest:
    """Reads its address and its key in the settings CEPAGE_POINT_ECHANGE and CEPAGE_CLE_POINT_ECHANGE."""

    def __init__(self) -> None:
        adresse, cle = settings.CEPAGE_POINT_ECHANGE, settings.CEPAGE_CLE_POINT_ECHANGE
        parties = urlsplit(adresse)
        if not cle or not parties.hostname or parties.scheme not in ("http", "https"):
            raise TransportIndisponible(
                "Le point d'échange n'est pas réglé : donnez son adresse (CEPAGE_POINT_ECHANGE) et la clé d'accès "
                "(CEPAGE_CLE_POINT_ECHANGE)."
            )
        if parties.scheme == "http" and parties.hostname not in _LOCALES:
            raise TransportIndisponible("Le point d'échange se joint en HTTPS : corrigez CEPAGE_POINT_ECHANGE.")
        self._instance = Instance(adresse.rstrip("/"), cle)

    def transmettre(self, fichier: Path, *, lot: str, emetteur: str, le: datetime, essai: bool) -> dict[str, Any]:
        """Send a file and wait for its receipt; sent again, the exchange point gives the same one."""
        octets = fichier.read_bytes()
        trace = hashlib.sha256(fichier.name.encode() + octets).hexdigest()[:32]
        # The file's name is its own for ever: the same envoi can be asked for any number of times.
        entetes = {"Content-Type": "application/zip", "Accept": "application/json", "Trace-Id": trace}
        if not essai:
            entetes["Idempotency-Key"] = fichier.name
        mode = "essai" if essai else "normal"
        adresse = "/api/v1/envois?" + urlencode({"lot": lot, "mode": mode, "nom": fichier.name})
        return self._accuse(*self._demander("POST", adresse, octets, entetes))

    def _accuse(self, statut: int, entetes: Mapping[str, str], corps: bytes) -> dict[str, Any]:
        """The receipt of an answer, waited for when the file is judged later."""
        limite, adresse = time.monotonic() + _PATIENCE, entetes.get("Location", "")
        while statut == 202 or (statut == 409 and b"probleme-en-cours" in corps):
            if time.monotonic() > limite:
                raise TransportIndisponible("Le fichier est reçu et son contrôle dure : l'accusé sera lu plus tard.")
            time.sleep(_PAUSE)
            statut, _, corps = self._demander("GET", f"{adresse}/accuse", b"", {"Accept": "application/json"})
        lu = _lire(statut, corps)
        if not isinstance(lu, dict) or "envoi" not in lu:
            raise TransportIndisponible("Le point d'échange n'a pas rendu d'accusé : réessayez plus tard.")
        return lu

    def commandes(self, lot: str) -> list[CommandeConnue]:
        """The orders of the lot, as the buyer publishes them to its holder."""
        statut, _, corps = self._demander("GET", "/api/v1/bons-de-commande?" + urlencode({"lot": lot}))
        return [
            CommandeConnue(
                bon["reference"], date.fromisoformat(bon["debut"]), date.fromisoformat(bon["fin"]), bon["volume"]
            )
            for bon in _lire(statut, corps)
        ]

    def suivi_ailleurs(self, *, lot: str, nom: str, prenom: str, naissance: date, le: date) -> bool:
        """Ask whether someone else follows this person; the question goes in the body, never in an address."""
        question = {
            "lot": lot,
            "nom": nom,
            "prenom": prenom,
            "date_naissance": naissance.isoformat(),
            "le": le.isoformat(),
        }
        json_ = {"Content-Type": "application/json"}
        statut, _, corps = self._demander("POST", "/api/v1/double-suivi", json.dumps(question).encode(), json_)
        return bool(_lire(statut, corps)["suivie_ailleurs"])

    def _demander(
        self, methode: str, adresse: str, corps: bytes = b"", entetes: Mapping[str, str] | None = None
    ) -> tuple[int, Mapping[str, str], bytes]:
        try:
            return self._instance.demander(methode, adresse, corps, entetes)
        except InstanceInjoignable:
            # Its words may hold the address with its parameters: what must be done is enough.
            raise TransportIndisponible(
                "Le point d'échange ne répond pas. Rien n'est perdu : l'envoi repart à la prochaine heure."
            ) from None


def _lire(statut: int, corps: bytes) -> Any:
    """The answer read, or why there is none. Raises TransportIndisponible."""
    try:
        lu = json.loads(corps)
    except ValueError:
        lu = {}
    if statut in (200, 201):
        return lu
    detail = lu.get("detail", "") if isinstance(lu, dict) else ""
    if statut in _DE_NOTRE_FAIT:
        remede = lu.get("remede", "") if isinstance(lu, dict) else ""
        raise TransportIndisponible(f"Le point d'échange refuse la demande ({statut}). {detail} {remede}".strip())
    raise TransportIndisponible(f"Le point d'échange est indisponible ({statut}). {detail}".strip())
