"""The HTTP client of the kit: the standard library alone, one request at a time."""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import urlencode, urlsplit

from lxml import etree

from cepage.echanges.conformite.scenarios import Etape, Scenario
from cepage.echanges.conformite.verification import Reponse

PATIENCE = 120.0
_PAUSE = 0.2


class InstanceInjoignable(Exception):
    """The instance does not answer, or not as an exchange point; the message says what was seen."""


@dataclass
class Instance:
    """An exchange point, and the key that enters it."""

    url: str
    cle: str
    delai: float = 60.0
    _racine: str = field(init=False, default="")

    def __post_init__(self) -> None:
        self._racine = urlsplit(self.url).path.rstrip("/")

    def demander(
        self,
        methode: str,
        chemin: str,
        corps: bytes = b"",
        entetes: Mapping[str, str] | None = None,
        *,
        cle: bool = True,
    ) -> tuple[int, Mapping[str, str], bytes]:
        """Status, headers and body of one request. Raises InstanceInjoignable."""
        parties = urlsplit(self.url)
        genre = HTTPSConnection if parties.scheme == "https" else HTTPConnection
        connexion = genre(parties.hostname or "", parties.port, timeout=self.delai)
        envoyes = {"Content-Length": str(len(corps)), **(entetes or {})}
        if cle:
            envoyes["Authorization"] = f"Bearer {self.cle}"
        try:
            with contextlib.closing(connexion):
                connexion.request(methode, self._racine + chemin, corps, envoyes)
                reponse = connexion.getresponse()
                return reponse.status, dict(reponse.headers.items()), reponse.read()
        except (OSError, HTTPException) as erreur:
            raise InstanceInjoignable(f"{self.url} ne répond pas à {methode} {chemin} : {erreur}.") from erreur

    def emetteur(self) -> str:
        """The emitter of the key, which must be a sandbox's. Raises InstanceInjoignable."""
        statut, _, corps = self.demander("GET", "/api/v1/acces")
        lu = _mapping(corps)
        if statut != 200 or "emetteur" not in lu:
            raise InstanceInjoignable(f"La clé n'entre pas ({statut}) : {lu.get('detail', 'réponse inattendue')}.")
        if not lu.get("bac_a_sable"):
            raise InstanceInjoignable("Cette clé atteint le registre réel. Prenez une clé du bac à sable.")
        return str(lu["emetteur"])

    def preparer(self, scenario: Scenario) -> None:
        """Empty the sandbox and set it as the scenario asks. Raises InstanceInjoignable."""
        statut, _, _ = self.demander("POST", "/api/v1/bac-a-sable/vider")
        if statut != 204:
            raise InstanceInjoignable(f"Le bac à sable ne se vide pas : statut {statut}.")
        self.regler(scenario, scenario.maintenant)

    def regler(self, scenario: Scenario, maintenant: datetime) -> None:
        """Set the sandbox to that hour. Raises InstanceInjoignable."""
        reglage = {
            "maintenant": maintenant.isoformat(),
            "nir_autorise": scenario.nir,
            "tenu_jusqu_au": scenario.tenu_jusqu_au.isoformat() if scenario.tenu_jusqu_au else None,
        }
        json_ = {"Content-Type": "application/json"}
        statut, _, _ = self.demander("PUT", "/api/v1/bac-a-sable", json.dumps(reglage).encode(), json_)
        if statut != 200:
            raise InstanceInjoignable(f"Le bac à sable ne se règle pas : statut {statut}.")

    def jouer(self, etape: Etape) -> Reponse:
        """Send the file of a step in its way, wait for its receipt if it must be waited for."""
        entetes = {"Content-Type": "application/octet-stream", "Accept": etape.accept}
        if etape.cle_idempotence:
            entetes["Idempotency-Key"] = etape.cle_idempotence
        if etape.voie == "morceaux":
            return self._en_morceaux(etape, entetes)
        if etape.voie == "attente":
            entetes["Prefer"] = "respond-async"
        adresse = "/api/v1/envois?" + urlencode({"lot": etape.lot, "mode": etape.mode, "nom": etape.nom})
        reponse = self.demander("POST", adresse, etape.octets, entetes, cle=etape.voie != "sans_cle")
        if etape.voie == "attente" and reponse[0] != 202:
            return Reponse(reponse[0])
        return self._conclure(reponse, etape.accept)

    def _en_morceaux(self, etape: Etape, entetes: Mapping[str, str]) -> Reponse:
        total, milieu = len(etape.octets), len(etape.octets) // 2
        ouverture = {"nom": etape.nom, "lot": etape.lot, "mode": etape.mode, "taille": total}
        json_ = {"Content-Type": "application/json"}
        statut, recus, _ = self.demander("POST", "/api/v1/depots", json.dumps(ouverture).encode(), json_)
        if statut != 201:
            return Reponse(statut)
        adresse = recus.get("Location", "") + "/octets"
        un = {**entetes, "Content-Range": f"bytes 0-{milieu - 1}/{total}"}
        deux = {**entetes, "Content-Range": f"bytes {milieu}-{total - 1}/{total}"}
        statut, _, _ = self.demander("PUT", adresse, etape.octets[:milieu], un)
        if statut != 200:
            return Reponse(statut)
        return self._conclure(self.demander("PUT", adresse, etape.octets[milieu:], deux), etape.accept)

    def _conclure(self, reponse: tuple[int, Mapping[str, str], bytes], accept: str) -> Reponse:
        statut, entetes, corps = reponse
        adresse, limite = entetes.get("Location", ""), time.monotonic() + PATIENCE
        while statut == 202 or (statut == 409 and b"probleme-en-cours" in corps):
            if time.monotonic() > limite:
                return Reponse(statut)
            time.sleep(_PAUSE)
            statut, _, corps = self.demander("GET", f"{adresse}/accuse", entetes={"Accept": accept})
        return Reponse(statut, _de_xml(corps) if corps.startswith(b"<?xml") else _mapping(corps))


def _mapping(corps: bytes) -> Mapping[str, Any]:
    try:
        lu = json.loads(corps)
    except ValueError:
        return {}
    return lu if isinstance(lu, dict) else {}


def _de_xml(corps: bytes) -> Mapping[str, Any]:
    """The receipt in XML, as its JSON; a value that is not there is None."""
    from cepage.echanges.conformite.verification import MEMBRES, MEMBRES_D_ANOMALIE

    try:
        racine = etree.fromstring(corps, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError:
        return {}
    lu: dict[str, Any] = {nom: racine.findtext(nom) for nom in (*MEMBRES, "mode") if racine.find(nom) is not None}
    comptes, anomalies = racine.find("comptes"), racine.find("anomalies")
    lu["comptes"] = {e.tag: {n: int(v) for n, v in e.attrib.items()} for e in ([] if comptes is None else comptes)}
    lu["anomalies"] = [
        {nom: int(t) if nom == "ligne" and (t := e.findtext(nom)) else e.findtext(nom) for nom in MEMBRES_D_ANOMALIE}
        for e in ([] if anomalies is None else anomalies)
    ]
    return lu
