"""An authority for trials: it issues assertions that open one key of the sandbox, and says so in every name it bears.

Its private key is beside the data. It is a double of the InterOPS authority of an operator: whoever writes a client
tries the whole chain with it before the convention is signed.
"""

import os
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import NameOID
from django.conf import settings
from lxml.builder import ElementMaker
from signxml.algorithms import CanonicalizationMethod, SignatureConstructionMethod, SignatureMethod
from signxml.signer import XMLSigner

from cepage.echanges.canaux.acces.certificats import ESSAI
from cepage.echanges.canaux.soap.espaces import DS, SAML
from cepage.echanges.canaux.soap.interops.assertion import PAGM, PORTEUR_DE_CLE, audience

DUREE = timedelta(hours=1)
_S = ElementMaker(namespace=SAML, nsmap={"saml": SAML, "ds": DS})
_D = ElementMaker(namespace=DS, nsmap={"ds": DS})


@dataclass(frozen=True)
class AutoriteDEssai:
    """The trial authority of one key of the sandbox."""

    entite: str
    cle: ec.EllipticCurvePrivateKey
    certificat: x509.Certificate

    @property
    def pem(self) -> bytes:
        """Its certificate, to be bound to its key of the sandbox."""
        return self.certificat.public_bytes(Encoding.PEM)

    def emettre(
        self, signataire: x509.Certificate, profils: tuple[str, ...], *, le: datetime, usage_unique: bool = False
    ) -> Any:
        """A signed assertion: this signer of messages has these profiles, for an hour."""
        identifiant = f"_{uuid.uuid4().hex}"
        conditions = _S.Conditions(
            {"NotBefore": le.isoformat(), "NotOnOrAfter": (le + DUREE).isoformat()},
            _S.AudienceRestriction(_S.Audience(audience())),
        )
        if usage_unique:
            conditions.append(_S.OneTimeUse())
        der = signataire.public_bytes(Encoding.PEM).decode().splitlines()[1:-1]
        porteur = _S.SubjectConfirmationData(_D.KeyInfo(_D.X509Data(_D.X509Certificate("".join(der)))))
        assertion = _S.Assertion(
            {"Version": "2.0", "ID": identifiant, "IssueInstant": le.isoformat()},
            _S.Issuer(self.entite),
            _D.Signature(Id="placeholder"),
            _S.Subject(
                _S.NameID(signataire.subject.rfc4514_string()), _S.SubjectConfirmation(porteur, Method=PORTEUR_DE_CLE)
            ),
            conditions,
            _S.AttributeStatement(_S.Attribute({"Name": PAGM}, *(_S.AttributeValue(p) for p in profils))),
        )
        return self.signer(assertion)

    def signer(self, assertion: Any) -> Any:
        """The assertion, signed where its `placeholder` is."""
        signataire = XMLSigner(
            method=SignatureConstructionMethod.enveloped,
            signature_algorithm=SignatureMethod.ECDSA_SHA256,
            c14n_algorithm=CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0,
        )
        return signataire.sign(assertion, key=self.cle, cert=[self.certificat], reference_uri=f"#{assertion.get('ID')}")


def autorite_d_essai(identifiant: str, *, le: datetime) -> AutoriteDEssai:
    """The trial authority of this key of the sandbox, made the first time."""
    fichier = Path(settings.CEPAGE_DONNEES) / "soap" / f"autorite-d-essai-{identifiant}.pem"
    if not fichier.exists():
        _fabriquer(fichier, le)
    contenu = fichier.read_bytes()
    cle = load_pem_private_key(contenu, None)
    assert isinstance(cle, ec.EllipticCurvePrivateKey)
    return AutoriteDEssai(f"{ESSAI}{identifiant}", cle, x509.load_pem_x509_certificate(contenu))


def _fabriquer(fichier: Path, le: datetime) -> None:
    cle = ec.generate_private_key(ec.SECP256R1())
    nom_x509 = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Autorité d'essai de Cépage, sans valeur")])
    certificat = (
        x509.CertificateBuilder()
        .subject_name(nom_x509)
        .issuer_name(nom_x509)
        .public_key(cle.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(le.astimezone(UTC) - timedelta(days=1))
        .not_valid_after(le.astimezone(UTC) + timedelta(days=366))
        .sign(cle, hashes.SHA256())
    )
    prive = cle.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    fichier.parent.mkdir(parents=True, exist_ok=True)
    provisoire = fichier.with_suffix(f".{uuid.uuid4().hex}")
    with os.fdopen(os.open(provisoire, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as flux:
        flux.write(prive + certificat.public_bytes(Encoding.PEM))
    provisoire.replace(fichier)
