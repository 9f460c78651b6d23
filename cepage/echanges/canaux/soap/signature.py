"""WS-Security: the signature covers exactly the Body and the Timestamp, and only what it covers is read.

What is handed on is rebuilt from the signed bytes (`signed_xml`), never taken from the message as it came. When a file
is joined apart, some senders sign the Body as they send it, others as if the file were inside (XOP §5): both are
accepted, and in the second case nothing of the Body is believed before the file has come (`Attente`).
"""

import base64
import binascii
import hashlib
import hmac
import uuid
from dataclasses import dataclass
from typing import Any

from cryptography import x509
from lxml import etree
from signxml.algorithms import DigestAlgorithm, SignatureMethod
from signxml.exceptions import InvalidCertificate, InvalidDigest, InvalidInput, SignXMLException
from signxml.verifier import SignatureConfiguration, VerifyResult, XMLVerifier

from cepage.echanges.canaux.acces.certificats import CertificatRefuse, empreinte_de
from cepage.echanges.canaux.acces.certificats import lire as lire_certificat
from cepage.echanges.canaux.soap.enveloppe import IDENTIFIANTS, Enveloppe
from cepage.echanges.canaux.soap.espaces import BASE64, DS, EXC_C14N, SOAP, WSSE, X509V3, XOP, nom
from cepage.echanges.canaux.soap.fautes import Faute

_M, _E = SignatureMethod, DigestAlgorithm
METHODES = frozenset(
    {
        *(_M.RSA_SHA256, _M.RSA_SHA384, _M.RSA_SHA512),
        *(_M.ECDSA_SHA256, _M.ECDSA_SHA384, _M.ECDSA_SHA512),
        *(_M.SHA256_RSA_MGF1, _M.SHA384_RSA_MGF1, _M.SHA512_RSA_MGF1),
    }
)
EMPREINTES = frozenset({_E.SHA256, _E.SHA384, _E.SHA512})
_PLACE = f"./{{{SOAP}}}Header/{{{WSSE}}}Security/"
_REMEDE = "Signez le corps et l'horodatage avec la clé privée du certificat joint à votre clé d'accès."


@dataclass(frozen=True)
class MessageSigne:
    """What a signature proves: who holds this certificate, and the very Body and Timestamp that were signed.

    `empreinte` is that of the signed information: the same message again has the same one, whatever its signature.
    """

    certificat: x509.Certificate
    corps: Any
    horodatage: Any
    empreinte: str
    attente: "Attente | None" = None


class Attente:
    """The digest of a Body that was signed with its file inside: computed as the file comes, checked at its end."""

    def __init__(self, corps: Any, reference: Any) -> None:
        algorithme = reference.find(nom(DS, "DigestMethod")).get("Algorithm")
        self._attendue = base64.b64decode(reference.findtext(nom(DS, "DigestValue")))
        self._hachage = hashlib.new(DigestAlgorithm(algorithme).name.lower())
        avant, self._apres = _autour_du_fichier(corps, reference)
        self._hachage.update(avant)
        self._reste = b""

    def ajouter(self, bloc: bytes) -> None:
        """One more block of the file, as its base64 stands in the Body."""
        octets = self._reste + bloc
        entiers = len(octets) - len(octets) % 3
        self._hachage.update(base64.b64encode(octets[:entiers]))
        self._reste = octets[entiers:]

    def exiger(self) -> None:
        """Raise Faute unless the whole Body is the signed one."""
        self._hachage.update(base64.b64encode(self._reste) + self._apres)
        if not hmac.compare_digest(self._hachage.digest(), self._attendue):
            raise _fausse("Ce qui est reçu n'est pas ce qui a été signé : une empreinte diffère.")


def _autour_du_fichier(corps: Any, reference: Any) -> tuple[bytes, bytes]:
    """The canonical Body before and after the place of its file."""
    copie = etree.fromstring(etree.tostring(corps, with_tail=False))
    inclusion = copie.find(f".//{nom(XOP, 'Include')}")
    marque, parent = uuid.uuid4().hex, inclusion.getparent()
    if len(parent) > 1 or (parent.text or "").strip() or (inclusion.tail or "").strip():
        raise _fausse("Autre chose accompagne xop:Include dans son élément.")
    parent.remove(inclusion)
    parent.text = marque
    prefixes = reference.find(f".//{nom(EXC_C14N, 'InclusiveNamespaces')}")
    liste = (prefixes.get("PrefixList") or "").split() if prefixes is not None else None
    canonique = etree.tostring(copie, method="c14n", exclusive=True, inclusive_ns_prefixes=liste)
    avant, _, apres = canonique.partition(marque.encode())
    return avant, apres


class _Verificateur(XMLVerifier):
    """signxml's, but for the Body of a message whose file is joined: its digest may have to wait for the file."""

    def __init__(self, corps: Any | None) -> None:
        super().__init__()
        self._corps = corps
        self.attente: Attente | None = None

    def _verify_reference(self, reference: Any, *suite: Any) -> VerifyResult:
        try:
            verifie: VerifyResult = super()._verify_reference(reference, *suite)  # type: ignore[no-untyped-call]
            return verifie
        except InvalidDigest:
            if self._corps is None or reference.get("URI") != f"#{_identifiant(self._corps)}":
                raise
            self.attente = Attente(self._corps, reference)
            # Read by nobody before the file has come and `exiger` has said that it is the signed one.
            corps = etree.fromstring(etree.tostring(self._corps, method="c14n", exclusive=True))
            return VerifyResult(b"", corps, reference, b"")


def verifier(enveloppe: Enveloppe) -> MessageSigne:
    """Check the signature of a message. Raises Faute; whether the certificate is known is for the door to say."""
    references = _references(enveloppe)
    certificat = _certificat(enveloppe)
    configuration = SignatureConfiguration(
        location=_PLACE, expect_references=2, signature_methods=METHODES, digest_algorithms=EMPREINTES
    )
    verificateur = _Verificateur(enveloppe.corps if enveloppe.inclusion is not None else None)
    try:
        resultats = verificateur.verify(enveloppe.racine, x509_cert=certificat, expect_config=configuration)
    except SignXMLException as erreur:
        raise _fausse(_phrase(erreur)) from None
    except (etree.LxmlError, ValueError, KeyError, TypeError, AttributeError):
        raise _fausse("La signature ne se lit pas.") from None
    assert isinstance(resultats, list)
    signes = {place: resultat.signed_xml for place, resultat in zip(references, resultats, strict=True)}
    empreinte = _empreinte(enveloppe, certificat)
    return MessageSigne(certificat, signes["corps"], signes["horodatage"], empreinte, verificateur.attente)


def _references(enveloppe: Enveloppe) -> list[str]:
    """What each reference covers, in their order; raises Faute unless it is the Body and the Timestamp, once each."""
    information = _enfant(enveloppe.signature, "SignedInfo")
    if _enfant(information, "CanonicalizationMethod").get("Algorithm") != EXC_C14N:
        raise _fausse("La signature n'est pas canonisée par exc-c14n.")
    attendus = {id(enveloppe.corps): "corps", id(enveloppe.horodatage): "horodatage"}
    places = []
    for reference in information.iterfind(nom(DS, "Reference")):
        _exiger_une_simple_canonisation(reference)
        uri = reference.get("URI") or ""
        vise = enveloppe.identifiants.get(uri[1:]) if uri.startswith("#") else None
        place = attendus.pop(id(vise), None)
        if place is None:
            raise _fausse(
                f"La référence « {uri[:60]} » ne désigne ni le corps ni l'horodatage lus ici, une fois chacun."
            )
        places.append(place)
    if attendus:
        raise _fausse(f"La signature ne couvre pas : {', '.join(sorted(attendus.values()))}.")
    return places


def _exiger_une_simple_canonisation(reference: Any) -> None:
    transformations = list(reference.iter(nom(DS, "Transform")))
    if [t.get("Algorithm") for t in transformations] != [EXC_C14N]:
        raise _fausse(
            "Une référence porte une autre transformation que exc-c14n : elle pourrait changer ce qui est lu."
        )


def _identifiant(element: Any) -> str:
    """The identifier by which a signature designates an element."""
    return next((v for a, v in element.attrib.items() if etree.QName(a).localname in IDENTIFIANTS), "")


def _certificat(enveloppe: Enveloppe) -> x509.Certificate:
    """The certificate given with the signature: in the key's own data, or in a token of the security header."""
    cle = _enfant(enveloppe.signature, "KeyInfo")
    donnes = list(cle.iter(nom(DS, "X509Certificate")))
    if not donnes:
        donnes = [_jeton(enveloppe, reference) for reference in cle.iter(nom(WSSE, "Reference"))]
    if len(donnes) != 1:
        raise _fausse("La signature ne donne pas son certificat, ou en donne plusieurs.")
    try:
        return lire_certificat(base64.b64decode("".join((donnes[0].text or "").split()), validate=True))
    except binascii.Error:
        raise _fausse("Le certificat de la signature n'est pas en base64.") from None
    except CertificatRefuse as refus:
        raise _fausse(str(refus)) from None


def _jeton(enveloppe: Enveloppe, reference: Any) -> Any:
    uri = reference.get("URI") or ""
    jeton = enveloppe.identifiants.get(uri[1:]) if uri.startswith("#") else None
    if (
        jeton is None
        or jeton.tag != nom(WSSE, "BinarySecurityToken")
        or jeton.getparent() is not enveloppe.securite
        or jeton.get("ValueType") != X509V3
        or jeton.get("EncodingType", BASE64) != BASE64
    ):
        raise _fausse("Le certificat n'est pas dans un BinarySecurityToken X509v3 de l'en-tête de sécurité.")
    return jeton


def _empreinte(enveloppe: Enveloppe, certificat: x509.Certificate) -> str:
    information = etree.tostring(_enfant(enveloppe.signature, "SignedInfo"), method="c14n", exclusive=True)
    return hashlib.sha256(empreinte_de(certificat).encode() + information).hexdigest()


def _enfant(parent: Any, local: str) -> Any:
    trouve = parent.find(nom(DS, local))
    if trouve is None:
        raise _fausse(f"La signature n'a pas d'élément {local}.")
    return trouve


def _phrase(erreur: SignXMLException) -> str:
    match erreur:
        case InvalidDigest():
            return "Ce qui est reçu n'est pas ce qui a été signé : une empreinte diffère."
        case InvalidCertificate():
            return "Le certificat de la signature n'est pas valable à cet instant."
        case InvalidInput() if "forbidden" in str(erreur):
            return "L'algorithme de signature ou d'empreinte n'est pas accepté : prenez SHA-256 ou plus fort."
    return "La valeur de la signature est fausse."


def _fausse(detail: str) -> Faute:
    return Faute("signature-invalide", detail, _REMEDE)
