"""Reading an envelope: a parser that follows nothing, and the one shape in which a message is understood.

Everything else (two bodies, a comment in a value, a second security header…) is refused before anything is believed.
"""

import re
from dataclasses import dataclass
from typing import Any

from lxml import etree

from cepage.echanges.canaux.soap.espaces import DS, SAML, SOAP, WSSE, WSU, XOP, nom
from cepage.echanges.canaux.soap.fautes import Faute

TAILLE_MAXIMALE = 2 << 20
"""Bytes of an envelope, attachments aside."""
_DTD = re.compile(rb"<!DOCTYPE", re.IGNORECASE)
_RACINE = re.compile(rb"<[A-Za-z_]")
IDENTIFIANTS = ("Id", "ID", "id", "AssertionID")
_NOM_LOCAL = re.compile(r"\{.*\}")


@dataclass(frozen=True)
class Enveloppe:
    """A message whose shape is right; nothing in it is believed yet."""

    racine: Any
    corps: Any
    demande: Any
    securite: Any
    horodatage: Any
    signature: Any
    assertion: Any | None
    identifiants: dict[str, Any]

    @property
    def inclusion(self) -> Any | None:
        """What stands in the Body for a file joined apart (XOP); at most one."""
        return self.corps.find(f".//{nom(XOP, 'Include')}")


def lire(octets: bytes) -> Enveloppe:
    """The envelope of these bytes. Raises Faute."""
    racine = _analyser(octets)
    if racine.tag != nom(SOAP, "Envelope"):
        raise Faute(
            "version",
            "L'enveloppe n'est pas celle de SOAP 1.2.",
            f"La racine du message est Envelope, dans l'espace de noms {SOAP}.",
        )
    entete, corps = _parties(racine)
    demandes = list(corps)
    if len(demandes) != 1:
        raise _malforme("Le corps du message contient une demande et une seule.")
    if len(list(racine.iter(nom(XOP, "Include")))) > 1:
        raise _malforme("Le message joint plus d'un fichier.")
    securite = _securite(entete)
    return Enveloppe(
        racine,
        corps,
        demandes[0],
        securite,
        _un_seul(securite, nom(WSU, "Timestamp"), "un horodatage (wsu:Timestamp)"),
        _un_seul(securite, nom(DS, "Signature"), "une signature (ds:Signature)"),
        _assertion(racine, securite),
        _identifiants(racine),
    )


def trop_grosse() -> Faute:
    """The fault of an envelope beyond its size."""
    return Faute(
        "message-trop-gros",
        f"L'enveloppe dépasse {TAILLE_MAXIMALE} octets.",
        "Joignez le fichier à part (MTOM), ou coupez l'envoi en plusieurs.",
    )


def _analyser(octets: bytes) -> Any:
    debut = _RACINE.search(octets)
    if _DTD.search(octets[: debut.start()] if debut else octets):
        raise Faute(
            "message-illisible",
            "Le message contient une déclaration de type (DOCTYPE), que SOAP interdit.",
            "Retirez-la : ni DTD ni entité ne sont lues ici.",
        )
    analyseur = etree.XMLParser(
        encoding="utf-8", resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        racine = etree.fromstring(octets, analyseur)
    except (etree.XMLSyntaxError, ValueError) as erreur:
        ligne = getattr(erreur, "lineno", None)
        raise _malforme(f"Le XML est mal formé{f', ligne {ligne}' if ligne else ''}.") from None
    if racine.getroottree().docinfo.internalDTD is not None:
        raise _malforme("Le message contient une déclaration de type (DOCTYPE), que SOAP interdit.")
    # A comment or an instruction splits a text without breaking a signature: what is read would not be what is signed.
    for _ in racine.iter(etree.Comment, etree.ProcessingInstruction, etree.Entity):
        raise _malforme("Le message contient un commentaire, une instruction ou une entité.")
    return racine


def _malforme(detail: str) -> Faute:
    return Faute("message-illisible", detail, "Envoyez une enveloppe SOAP 1.2 en UTF-8, sans DTD, telle que le WSDL.")


def _parties(racine: Any) -> tuple[Any, Any]:
    enfants = [enfant.tag for enfant in racine]
    if enfants == [nom(SOAP, "Body")]:
        raise Faute(
            "signature-absente",
            "Le message n'a pas d'en-tête (env:Header), donc pas de signature.",
            "Signez le corps et l'horodatage selon WS-Security, avec le certificat joint à votre clé.",
        )
    if enfants != [nom(SOAP, "Header"), nom(SOAP, "Body")]:
        raise _malforme("L'enveloppe contient un en-tête (Header) puis un corps (Body), et rien d'autre.")
    return racine[0], racine[1]


def _securite(entete: Any) -> Any:
    securites = [enfant for enfant in entete if enfant.tag == nom(WSSE, "Security")]
    if not securites:
        raise Faute(
            "signature-absente",
            "Le message n'a pas d'en-tête wsse:Security.",
            "Signez le corps et l'horodatage selon WS-Security, avec le certificat joint à votre clé.",
        )
    for autre in entete:
        if autre.tag != nom(WSSE, "Security") and autre.get(nom(SOAP, "mustUnderstand")) in ("1", "true"):
            raise Faute(
                "entete-inconnu",
                f"L'en-tête « {_NOM_LOCAL.sub('', autre.tag)} » est marqué obligatoire et n'est pas compris ici.",
                "Retirez mustUnderstand ou l'en-tête : seul wsse:Security est traité.",
            )
    if len(securites) > 1:
        raise _non_signe("Le message a plusieurs en-têtes wsse:Security.")
    return securites[0]


def _un_seul(parent: Any, balise: str, quoi: str) -> Any:
    trouves = [enfant for enfant in parent if enfant.tag == balise]
    if not trouves:
        raise Faute("signature-absente", f"L'en-tête de sécurité n'a pas {quoi}.", "Ajoutez-le : il est exigé.")
    if len(trouves) > 1:
        raise _non_signe(f"L'en-tête de sécurité a plus d'un élément là où il en faut {quoi}.")
    return trouves[0]


def _assertion(racine: Any, securite: Any) -> Any | None:
    """The assertion of the security header; a signature stands only there or in the header itself."""
    assertions = list(racine.iter(nom(SAML, "Assertion")))
    if any(assertion.getparent() is not securite for assertion in assertions) or len(assertions) > 1:
        raise _non_signe("L'assertion SAML n'est pas seule, directement dans l'en-tête de sécurité.")
    permis = [securite, *assertions]
    if any(not any(s.getparent() is p for p in permis) for s in racine.iter(nom(DS, "Signature"))):
        raise _non_signe("Une signature se trouve ailleurs que dans l'en-tête de sécurité.")
    return assertions[0] if assertions else None


def _identifiants(racine: Any) -> dict[str, Any]:
    """Each identifier and its element: two elements of the same identifier would let one stand for the other."""
    trouves: dict[str, Any] = {}
    for element in racine.iter(etree.Element):
        for attribut, valeur in element.attrib.items():
            if _NOM_LOCAL.sub("", attribut) not in IDENTIFIANTS:
                continue
            if trouves.setdefault(valeur, element) is not element:
                raise _non_signe(f"Deux éléments portent le même identifiant « {valeur[:60]} ».")
    return trouves


def _non_signe(detail: str) -> Faute:
    return Faute(
        "signature-invalide", detail, "Signez le corps et l'horodatage, et eux seuls, dans un seul en-tête de sécurité."
    )
