"""What the service publishes of itself: the WSDL and the messages written by hand, the envoi from the contract."""

from functools import cache, lru_cache
from importlib.resources import files

from lxml import etree

from cepage.echanges.canaux.soap.espaces import ECHANGE, WSDL_SOAP12, nom
from cepage.echanges.contrat.exports.xsd import NOM, xsd

WSDL = "point-d-echange-1.wsdl"
MESSAGES = "messages-1.xsd"


def action(operation: str) -> str:
    """The SOAP action of an operation."""
    return f"{ECHANGE}#{operation}"


def fichier(nom_fichier: str, *, adresse: str) -> bytes | None:
    """A published file by its name, None when there is none; the WSDL says where this service answers."""
    if nom_fichier == WSDL:
        return _wsdl(adresse)
    if nom_fichier == MESSAGES:
        return _ecrit(MESSAGES)
    return xsd() if nom_fichier == NOM else None


@cache
def _ecrit(nom_fichier: str) -> bytes:
    return files(__package__).joinpath("wsdl", nom_fichier).read_bytes()


@lru_cache(maxsize=8)
def _wsdl(adresse: str) -> bytes:
    racine = etree.fromstring(_ecrit(WSDL))
    for place in racine.iter(nom(WSDL_SOAP12, "address")):
        place.set("location", adresse)
    return bytes(etree.tostring(racine, xml_declaration=True, encoding="UTF-8"))
