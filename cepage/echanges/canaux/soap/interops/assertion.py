"""The vector as a SAML 2.0 assertion, in the manner of InterOPS A2.0.

Checked: the authority is bound to a key, its own certificate signs the assertion, which speaks to this service
(audience), now (dates), of whoever signs the message (holder of key). Only the signed assertion is read.
hypothèse : profiles come in the attribute `PAGM`; the standard's own schema is not among the contract's sources.
"""

import base64
import binascii
from datetime import datetime, timedelta
from typing import Any

from cryptography import x509
from django.conf import settings
from lxml import etree
from signxml.exceptions import SignXMLException
from signxml.verifier import SignatureConfiguration, XMLVerifier

from cepage.echanges.canaux.acces.certificats import empreinte_de
from cepage.echanges.canaux.acces.models import Certificat
from cepage.echanges.canaux.acces.selectors import autorite
from cepage.echanges.canaux.soap.espaces import DS, EXC_C14N, SAML, nom
from cepage.echanges.canaux.soap.fautes import Faute
from cepage.echanges.canaux.soap.fraicheur import ECART
from cepage.echanges.canaux.soap.interops.vecteur import PROFILS, Vecteur
from cepage.echanges.canaux.soap.signature import EMPREINTES, METHODES

ENVELOPPEE = "http://www.w3.org/2000/09/xmldsig#enveloped-signature"
PORTEUR_DE_CLE = "urn:oasis:names:tc:SAML:2.0:cm:holder-of-key"
PAGM = "PAGM"
DUREE = timedelta(hours=12)
"""How long an assertion may last."""


class AssertionSaml2:
    """The adapter of SAML 2.0."""

    def lire(self, element: Any, *, signataire: x509.Certificate, le: datetime) -> Vecteur:
        """The vector, checked at the instant `le` for this signer of the message. Raises Faute."""
        emettrice = _autorite(element)
        signee = _signee(element, emettrice)
        fin = _conditions(signee, le)
        _exiger_le_porteur(signee, signataire, le)
        return Vecteur(
            identifiant=signee.get("ID"),
            autorite=emettrice,
            sujet=(signee.findtext(f"{_s('Subject')}/{_s('NameID')}") or "").strip(),
            actions=_actions(signee),
            fin=fin,
            usage_unique=signee.find(f"{_s('Conditions')}/{_s('OneTimeUse')}") is not None,
        )


def audience() -> str:
    """The name by which an assertion speaks to this service."""
    return settings.CEPAGE_SOAP_AUDIENCE or f"{settings.CEPAGE_ADRESSE}/soap/"


def _autorite(element: Any) -> Certificat:
    """The authority that the assertion names; what it says is not believed before its signature."""
    nommee = (element.findtext(_s("Issuer")) or "").strip()
    connue = autorite(nommee)
    if connue is None:
        raise _refusee(
            f"L'autorité « {nommee[:100]} » qui émet l'assertion n'est jointe à aucune clé d'accès.",
            "Joignez son certificat à une clé : page Clés d'accès, usage « Émettre des assertions InterOPS ».",
        )
    return connue


def _signee(element: Any, emettrice: Certificat) -> Any:
    """The assertion rebuilt from what its authority signed."""
    signatures = list(element.iter(nom(DS, "Signature")))
    references = list(element.iter(nom(DS, "Reference")))
    if len(signatures) != 1 or signatures[0].getparent() is not element or len(references) != 1:
        raise _refusee("L'assertion n'a pas une signature et une seule, qui la couvre entière.")
    transformations = [t.get("Algorithm") for t in references[0].iter(nom(DS, "Transform"))]
    if (
        not element.get("ID")
        or references[0].get("URI") != f"#{element.get('ID')}"
        or transformations != [ENVELOPPEE, EXC_C14N]
    ):
        raise _refusee("La signature de l'assertion ne couvre pas l'assertion entière.")
    configuration = SignatureConfiguration(
        location="./", expect_references=1, signature_methods=METHODES, digest_algorithms=EMPREINTES
    )
    try:
        resultat = XMLVerifier().verify(
            etree.fromstring(etree.tostring(element, with_tail=False)),
            x509_cert=emettrice.pem,
            expect_config=configuration,
        )
    except (SignXMLException, etree.LxmlError, ValueError, KeyError, TypeError, AttributeError):
        raise _refusee("La signature de l'assertion est fausse, ou n'est pas de l'autorité qu'elle nomme.") from None
    assert not isinstance(resultat, list)
    if resultat.signed_xml is None or resultat.signed_xml.tag != _s("Assertion"):
        raise _refusee("La signature de l'assertion ne couvre pas l'assertion entière.")
    return resultat.signed_xml


def _conditions(assertion: Any, le: datetime) -> datetime:
    """The end of the assertion, whose dates and audience are right."""
    conditions = assertion.find(_s("Conditions"))
    if conditions is None or assertion.get("Version") != "2.0":
        raise _refusee("L'assertion n'est pas une assertion SAML 2.0 avec ses conditions.")
    debut, fin = _instant(conditions.get("NotBefore")), _instant(conditions.get("NotOnOrAfter"))
    if not debut < fin <= debut + DUREE:
        raise _refusee("L'assertion dure trop longtemps, ou finit avant de commencer : douze heures au plus.")
    if not debut - ECART <= le < fin + ECART:
        raise _refusee(f"L'assertion vaut de {debut.isoformat()} à {fin.isoformat()} : il est ici {le.isoformat()}.")
    audiences = [(a.text or "").strip() for a in conditions.iterfind(f"{_s('AudienceRestriction')}/{_s('Audience')}")]
    if audience() not in audiences:
        raise _refusee("L'assertion ne s'adresse pas à ce service.", f"Demandez-la pour l'audience {audience()}.")
    return fin


def _exiger_le_porteur(assertion: Any, signataire: x509.Certificate, le: datetime) -> None:
    """Raise Faute unless the assertion speaks of the very certificate that signs the message."""
    for confirmation in assertion.iterfind(f"{_s('Subject')}/{_s('SubjectConfirmation')}"):
        donnees = confirmation.find(_s("SubjectConfirmationData"))
        if confirmation.get("Method") != PORTEUR_DE_CLE or donnees is None:
            continue
        if (fin := donnees.get("NotOnOrAfter")) is not None and _instant(fin) + ECART <= le:
            continue
        if any(_meme(c.text, signataire) for c in donnees.iter(nom(DS, "X509Certificate"))):
            return
    raise _refusee(
        "L'assertion ne nomme pas le certificat qui signe le message (holder-of-key).",
        "Demandez à l'autorité une assertion pour le certificat qui signe vos messages.",
    )


def _meme(texte: str | None, signataire: x509.Certificate) -> bool:
    try:
        lu = x509.load_der_x509_certificate(base64.b64decode("".join((texte or "").split()), validate=True))
    except (binascii.Error, ValueError):
        return False
    return empreinte_de(lu) == empreinte_de(signataire)


def _actions(assertion: Any) -> frozenset[str]:
    """The actions of the profiles that the assertion gives; an unknown profile gives none."""
    valeurs = assertion.iterfind(f"{_s('AttributeStatement')}/{_s('Attribute')}[@Name='{PAGM}']/{_s('AttributeValue')}")
    return frozenset(action for v in valeurs for action in PROFILS.get((v.text or "").strip(), ()))


def _instant(texte: str | None) -> datetime:
    try:
        lu = datetime.fromisoformat(texte or "")
    except ValueError:
        lu = None
    if lu is None or lu.tzinfo is None:
        raise _refusee("L'assertion a une date absente ou illisible.")
    return lu


def _s(local: str) -> str:
    return nom(SAML, local)


def _refusee(detail: str, remede: str = "Demandez une nouvelle assertion à l'autorité.") -> Faute:
    return Faute("assertion-refusee", detail, remede)
