"""Asking the service from the tests: a signed message in, its answer or its fault out."""

from typing import Any

from django.test import Client
from lxml import etree

from tests.echanges.canaux.signataire import ECHANGE, NOMS, Signataire

TYPE = "application/soap+xml; charset=utf-8"


def poster(octets: bytes, *, genre: str = TYPE, **entetes: str) -> Any:
    """The answer of the service to these very bytes."""
    noms = {nom.replace("_", "-"): valeur for nom, valeur in entetes.items()}
    return Client(raise_request_exception=False).generic("POST", "/soap/v1", octets, content_type=genre, headers=noms)


def demander(signataire: Signataire, enveloppe: Any, **entetes: str) -> Any:
    """The answer to a message signed by `signataire`."""
    return poster(etree.tostring(signataire.signer(enveloppe)), **entetes)


def rendu(reponse: Any) -> Any:
    """The element of an answer that worked."""
    assert reponse.status_code == 200, reponse.content.decode()
    return etree.fromstring(reponse.content).find("env:Body", NOMS)[0]


def faute(reponse: Any, code: str, statut: int = 400) -> Any:
    """The detail of a fault, whole: code, French reason, mend, trace."""
    assert reponse.status_code == statut, reponse.content.decode()
    assert reponse.headers["Content-Type"] == TYPE
    element = etree.fromstring(reponse.content).find("env:Body/env:Fault", NOMS)
    probleme = element.find("env:Detail/c:probleme", NOMS)
    vu = probleme.findtext("c:code", namespaces=NOMS)
    assert vu == code, etree.tostring(probleme, encoding="unicode")
    assert element.findtext("env:Code/env:Subcode/env:Value", namespaces=NOMS) == f"c:{code}"
    for nom in ("titre", "detail", "remede", "trace"):
        assert probleme.findtext(f"c:{nom}", namespaces=NOMS)
    assert probleme.findtext("c:trace", namespaces=NOMS) == reponse.headers["Trace-Id"]
    return probleme


def accuse_en_dict(element: Any) -> dict[str, Any]:
    """The receipt of an answer, as the exchange contract writes it."""
    lu: dict[str, Any] = {"comptes": {}, "anomalies": []}
    for enfant in element:
        local = enfant.tag.removeprefix(f"{{{ECHANGE}}}")
        if local == "compte":
            lu["comptes"][enfant.get("fiche")] = {n: int(v) for n, v in enfant.attrib.items() if n != "fiche"}
        elif local == "anomalie":
            lignes = {e.tag.removeprefix(f"{{{ECHANGE}}}"): e.text or "" for e in enfant}
            lignes |= {"ligne": int(lignes["ligne"])} if "ligne" in lignes else {}
            lu["anomalies"].append(lignes)
        else:
            lu[local] = enfant.text or ""
    return lu
