"""A SOAP client's side of WS-Security, written apart from the service: keys, certificates, signed messages.

The signature is made by hand with `cryptography` and lxml's canonicalization, so that the service is checked by
something else than the library it uses. As a zeep plugin, `Signataire` signs what zeep sends.
"""

import base64
import hashlib
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from lxml import etree
from lxml.builder import ElementMaker

SOAP = "http://www.w3.org/2003/05/soap-envelope"
WSSE = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
WSU = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"
DS = "http://www.w3.org/2000/09/xmldsig#"
EXC = "http://www.w3.org/2001/10/xml-exc-c14n#"
X509V3 = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-x509-token-profile-1.0#X509v3"
BASE64 = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-soap-message-security-1.0#Base64Binary"
ECHANGE = "urn:cepage:point-d-echange:1"
NOMS = {"env": SOAP, "wsse": WSSE, "wsu": WSU, "ds": DS, "c": ECHANGE}
D, W, U = (ElementMaker(namespace=n, nsmap={p: n}) for p, n in (("ds", DS), ("wsse", WSSE), ("wsu", WSU)))
SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"


def c14n(element: Any) -> bytes:
    return etree.tostring(element, method="c14n", exclusive=True, with_comments=False)


@dataclass
class Identite:
    """A private key and its certificate, signed by itself or by `par`."""

    cle: Any
    certificat: x509.Certificate

    @property
    def pem(self) -> bytes:
        return self.certificat.public_bytes(Encoding.PEM)

    @property
    def der64(self) -> str:
        return base64.b64encode(self.certificat.public_bytes(Encoding.DER)).decode()


def identite(nom: str, *, cle: Any = None, debut: datetime | None = None, fin: datetime | None = None) -> Identite:
    """A new identity, valid for long unless said otherwise."""
    cle = cle or ec.generate_private_key(ec.SECP256R1())
    sujet = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, nom)])
    certificat = (
        x509.CertificateBuilder()
        .subject_name(sujet)
        .issuer_name(sujet)
        .public_key(cle.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(debut or datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(fin or datetime(2090, 1, 1, tzinfo=UTC))
        .sign(cle, hashes.SHA256())
    )
    return Identite(cle, certificat)


@cache
def rsa_2048() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@dataclass
class Signataire:
    """Signs envelopes; what is signed, and when, can be bent by the tests."""

    qui: Identite
    cree: datetime | None = None
    duree: timedelta = timedelta(minutes=5)
    jeton: bool = True
    """The certificate in a BinarySecurityToken; otherwise in X509Data."""
    transformation: str = EXC
    couverts: tuple[str, ...] = ("corps", "horodatage")
    assertion: Any = None
    noms: dict[str, str] = field(default_factory=dict)

    def apply(self, enveloppe: Any, entetes: dict[str, str]) -> tuple[Any, dict[str, str]]:
        """What zeep calls before it sends."""
        self.signer(enveloppe)
        return enveloppe, entetes

    def verify(self, enveloppe: Any) -> None:
        """What zeep calls on the answer, which is not signed."""

    def signer(self, enveloppe: Any) -> Any:
        """Add the security header of an envelope and sign; gives the envelope."""
        corps = enveloppe.find(f"{{{SOAP}}}Body")
        entete = enveloppe.find(f"{{{SOAP}}}Header")
        if entete is None:
            entete = etree.Element(f"{{{SOAP}}}Header")
            enveloppe.insert(0, entete)
        cree = self.cree or datetime.now(UTC)
        self.noms = {n: f"{n}-{uuid.uuid4().hex}" for n in ("corps", "horodatage", "jeton")}
        corps.set(f"{{{WSU}}}Id", self.noms["corps"])
        horodatage = U.Timestamp(
            {f"{{{WSU}}}Id": self.noms["horodatage"]}, U.Created(_instant(cree)), U.Expires(_instant(cree + self.duree))
        )
        jeton = W.BinarySecurityToken(
            {"EncodingType": BASE64, "ValueType": X509V3, f"{{{WSU}}}Id": self.noms["jeton"]}, self.qui.der64
        )
        securite = etree.SubElement(entete, f"{{{WSSE}}}Security", nsmap={"wsse": WSSE, "wsu": WSU, "ds": DS})
        securite.set(f"{{{SOAP}}}mustUnderstand", "true")
        if self.jeton:
            securite.append(jeton)
        securite.append(horodatage)
        if self.assertion is not None:
            securite.append(self.assertion)
        elements = {"corps": corps, "horodatage": horodatage}
        securite.append(self.signature([(self.noms[n], elements[n]) for n in self.couverts]))
        return enveloppe

    def signature(self, references: list[tuple[str, Any]]) -> Any:
        """A ds:Signature over these (identifier, element)."""
        information = D.SignedInfo(
            D.CanonicalizationMethod(Algorithm=EXC),
            D.SignatureMethod(Algorithm=self._methode()),
            *(
                D.Reference(
                    {"URI": f"#{nom}"},
                    D.Transforms(D.Transform(Algorithm=self.transformation)),
                    D.DigestMethod(Algorithm=SHA256),
                    D.DigestValue(base64.b64encode(hashlib.sha256(c14n(element)).digest()).decode()),
                )
                for nom, element in references
            ),
        )
        valeur = D.SignatureValue(base64.b64encode(self._brute(c14n(information))).decode())
        return D.Signature(information, valeur, D.KeyInfo(self._cle_donnee()))

    def _cle_donnee(self) -> Any:
        if not self.jeton:
            return D.X509Data(D.X509Certificate(self.qui.der64))
        return W.SecurityTokenReference(W.Reference(URI=f"#{self.noms['jeton']}", ValueType=X509V3))

    def _methode(self) -> str:
        sorte = "rsa" if isinstance(self.qui.cle, rsa.RSAPrivateKey) else "ecdsa"
        return f"http://www.w3.org/2001/04/xmldsig-more#{sorte}-sha256"

    def _brute(self, octets: bytes) -> bytes:
        if isinstance(self.qui.cle, rsa.RSAPrivateKey):
            return self.qui.cle.sign(octets, padding.PKCS1v15(), hashes.SHA256())
        r, s = decode_dss_signature(self.qui.cle.sign(octets, ec.ECDSA(hashes.SHA256())))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def _instant(le: datetime) -> str:
    return le.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


def enveloppe(operation: str, **champs: str) -> Any:
    """An envelope whose Body asks for an operation, not signed."""
    racine = etree.Element(f"{{{SOAP}}}Envelope", nsmap={"env": SOAP, "c": ECHANGE})
    demande = etree.SubElement(etree.SubElement(racine, f"{{{SOAP}}}Body"), f"{{{ECHANGE}}}{operation}")
    for nom, valeur in champs.items():
        etree.SubElement(demande, f"{{{ECHANGE}}}{nom}").text = valeur
    return racine


def fichier(octets: bytes, **champs: str) -> Any:
    """An envelope that deposits these bytes, in base64."""
    return enveloppe(
        "deposerEnvoi",
        **({"lot": "08"} | champs),
        empreinte=hashlib.sha256(octets).hexdigest(),
        fichier=base64.b64encode(octets).decode(),
    )


XOP = "http://www.w3.org/2004/08/xop/include"


def joint(octets: bytes, **champs: str) -> Any:
    """An envelope that deposits these bytes, named and joined apart."""
    racine = fichier(octets, **champs)
    element = racine.find(".//c:fichier", NOMS)
    element.text = None
    etree.SubElement(element, f"{{{XOP}}}Include", nsmap={"xop": XOP}, href="cid:fichier%40client")
    return racine


def paquet(enveloppe: Any, octets: bytes, *, limite: str = "limite-1", nom: str = "<fichier@client>") -> bytes:
    """The parts of a request: the envelope, then the file."""
    tete = (
        f'--{limite}\r\nContent-Type: application/xop+xml; charset=utf-8; type="application/soap+xml"\r\n'
        f"Content-Transfer-Encoding: 8bit\r\nContent-ID: <racine@client>\r\n\r\n"
    )
    suite = (
        f"\r\n--{limite}\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: binary\r\n"
        f"Content-ID: {nom}\r\n\r\n"
    )
    return tete.encode() + etree.tostring(enveloppe) + suite.encode() + octets + f"\r\n--{limite}--\r\n".encode()


GENRE_PAQUET = (
    'multipart/related; boundary="limite-1"; type="application/xop+xml"; start="<racine@client>"; '
    'start-info="application/soap+xml"'
)
