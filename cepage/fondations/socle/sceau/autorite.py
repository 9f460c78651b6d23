"""Whose key seals: the one of the settings, or a test authority made once beside the data."""

import os
import shutil
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from asn1crypto import keys, pem, x509
from cryptography import x509 as certificats
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from django.conf import settings
from pyhanko.sign.signers import SimpleSigner
from pyhanko_certvalidator.registry import SimpleCertificateStore

from cepage.fondations.socle.sceau.cles import HorodateurDeTest, Signataire

NOM_DE_TEST = "Cépage, autorité de TEST sans valeur"
_BITS = 3072
# Wide bounds: rehearsals seal on past dates.
_VALIDITE = (datetime(2019, 1, 1, tzinfo=UTC), datetime(2049, 1, 1, tzinfo=UTC))


class SceauMalConfigure(Exception):
    """The key or the certificates of the settings cannot be read; the message says which."""


@dataclass(frozen=True)
class Porteur:
    """A certificate and its private key."""

    certificat: x509.Certificate
    cle: keys.PrivateKeyInfo


@dataclass(frozen=True)
class Autorite:
    """What one instance seals with, and the roots it trusts. `de_test`: the seal has no legal value."""

    signataire: Signataire
    racines: tuple[x509.Certificate, ...]
    de_test: bool
    horodateur: HorodateurDeTest | None = None


def autorite() -> Autorite:
    """The authority of this instance. Raises SceauMalConfigure."""
    return _charger(
        settings.CEPAGE_SCEAU,
        settings.CEPAGE_SCEAU_MOT_DE_PASSE,
        settings.CEPAGE_SCEAU_RACINES,
        str(Path(settings.CEPAGE_DONNEES) / "sceau"),
    )


@lru_cache(maxsize=4)
def _charger(pkcs12: str, mot_de_passe: str, racines: str, dossier_de_test: str) -> Autorite:
    """Read the keys once per process; the settings are the key of the cache."""
    if not pkcs12:
        return _autorite_de_test(Path(dossier_de_test))
    lu = SimpleSigner.load_pkcs12(pkcs12, passphrase=mot_de_passe.encode())
    if lu is None:
        raise SceauMalConfigure(
            f"La clé du sceau {pkcs12} ne s'ouvre pas : vérifiez le fichier (PKCS 12) et son mot de passe "
            "(CEPAGE_SCEAU et CEPAGE_SCEAU_MOT_DE_PASSE)."
        )
    signataire = Signataire(
        signing_cert=lu.signing_cert, signing_key=lu.signing_key, cert_registry=lu.cert_registry, embed_roots=False
    )
    return Autorite(signataire, _lire_racines(racines), de_test=False)


def _lire_racines(chemin: str) -> tuple[x509.Certificate, ...]:
    try:
        contenu = Path(chemin).read_bytes()
        lues = tuple(x509.Certificate.load(der) for _, _, der in pem.unarmor(contenu, multiple=True))
    except (OSError, ValueError) as erreur:
        raise SceauMalConfigure(
            f"Les certificats racines {chemin or '(aucun fichier)'} ne se lisent pas : {erreur}. Donnez un fichier PEM "
            "dans CEPAGE_SCEAU_RACINES."
        ) from erreur
    return lues


def _autorite_de_test(dossier: Path) -> Autorite:
    if not dossier.exists():
        _fabriquer(dossier)
    racine = _lire_racines(str(dossier / "racine.pem"))
    sceau, horodatage = (_lire_porteur(dossier, nom) for nom in ("sceau", "horodatage"))
    signataire = Signataire(
        signing_cert=sceau.certificat,
        signing_key=sceau.cle,
        cert_registry=SimpleCertificateStore(),
        embed_roots=False,
    )
    return Autorite(
        signataire, racine, de_test=True, horodateur=HorodateurDeTest(horodatage.certificat, horodatage.cle)
    )


def _lire_porteur(dossier: Path, nom: str) -> Porteur:
    _, _, certificat = pem.unarmor((dossier / f"{nom}.pem").read_bytes())
    _, _, cle = pem.unarmor((dossier / f"{nom}.cle.pem").read_bytes())
    return Porteur(x509.Certificate.load(certificat), keys.PrivateKeyInfo.load(cle))


def _fabriquer(dossier: Path) -> None:
    """Make the root, the seal's and the time stamp's certificates; the root's key is not kept.

    Several processes may start at once: each makes its own, the first to rename wins.
    """
    dossier.parent.mkdir(parents=True, exist_ok=True)
    chantier = Path(tempfile.mkdtemp(prefix=".sceau-", dir=dossier.parent))
    cle_racine = rsa.generate_private_key(public_exponent=65537, key_size=_BITS)
    nom_racine = _nom(NOM_DE_TEST)
    racine = (
        _base(nom_racine, nom_racine, cle_racine)
        .add_extension(certificats.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usages(certificats_signes=True), critical=True)
        .sign(cle_racine, hashes.SHA256())
    )
    (chantier / "racine.pem").write_bytes(racine.public_bytes(serialization.Encoding.PEM))
    usages = {
        "sceau": (ExtendedKeyUsageOID.EMAIL_PROTECTION, False),
        "horodatage": (ExtendedKeyUsageOID.TIME_STAMPING, True),
    }
    for nom, (usage, critique) in usages.items():
        cle = rsa.generate_private_key(public_exponent=65537, key_size=_BITS)
        certificat = (
            _base(_nom(f"{NOM_DE_TEST} : {nom}"), nom_racine, cle)
            .add_extension(certificats.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_usages(certificats_signes=False), critical=True)
            .add_extension(certificats.ExtendedKeyUsage([usage]), critical=critique)
            .sign(cle_racine, hashes.SHA256())
        )
        _ecrire(chantier / f"{nom}.pem", certificat.public_bytes(serialization.Encoding.PEM))
        _ecrire(
            chantier / f"{nom}.cle.pem",
            cle.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            ),
        )
    try:
        chantier.rename(dossier)
    except OSError:
        shutil.rmtree(chantier)


def _ecrire(fichier: Path, contenu: bytes) -> None:
    descripteur = os.open(fichier, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descripteur, "wb") as flux:
        flux.write(contenu)


def _nom(commun: str) -> certificats.Name:
    return certificats.Name([certificats.NameAttribute(NameOID.COMMON_NAME, commun)])


def _base(
    sujet: certificats.Name, emetteur: certificats.Name, cle: rsa.RSAPrivateKey
) -> certificats.CertificateBuilder:
    return (
        certificats.CertificateBuilder()
        .subject_name(sujet)
        .issuer_name(emetteur)
        .public_key(cle.public_key())
        .serial_number(certificats.random_serial_number())
        .not_valid_before(_VALIDITE[0])
        .not_valid_after(_VALIDITE[1])
    )


def _usages(*, certificats_signes: bool) -> certificats.KeyUsage:
    return certificats.KeyUsage(
        digital_signature=not certificats_signes,
        content_commitment=not certificats_signes,
        key_cert_sign=certificats_signes,
        crl_sign=certificats_signes,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )
