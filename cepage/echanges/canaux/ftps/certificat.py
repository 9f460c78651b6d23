"""The certificate of the server: that of the settings, else one for trials, made beside the data, again in time.

It is dated with the real clock, even where `CEPAGE_DATE` holds the other one still: clients check it with theirs.
"""

import contextlib
import ipaddress
import os
import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.conf import settings
from OpenSSL import SSL

from cepage.echanges.canaux.ftps import racines

DUREE = timedelta(days=365)
RENOUVELLEMENT = timedelta(days=30)
_CHIFFREMENTS = b"ECDHE+AESGCM:ECDHE+CHACHA20"


class CertificatMalConfigure(Exception):
    """The certificate of the settings cannot be read; the message says which."""


def contexte() -> SSL.Context:
    """TLS 1.2 and 1.3, authenticated encryption alone, sessions resumed. Raises CertificatMalConfigure."""
    certificat, cle = fichiers()
    tls = SSL.Context(SSL.TLS_SERVER_METHOD)
    tls.set_min_proto_version(SSL.TLS1_2_VERSION)
    tls.set_cipher_list(_CHIFFREMENTS)
    tls.set_options(SSL.OP_NO_COMPRESSION | SSL.OP_NO_RENEGOTIATION | SSL.OP_CIPHER_SERVER_PREFERENCE)
    tls.set_session_id(b"cepage-ftps")
    tls.set_session_cache_mode(SSL.SESS_CACHE_SERVER)
    try:
        tls.use_certificate_chain_file(str(certificat))
        tls.use_privatekey_file(str(cle))
        tls.check_privatekey()
    except SSL.Error:
        raise CertificatMalConfigure(
            f"Le certificat {certificat} et la clé {cle} ne s'ouvrent pas ou ne vont pas ensemble : vérifiez "
            "CEPAGE_FTPS_CERTIFICAT et CEPAGE_FTPS_CLE (deux fichiers PEM, la clé sans mot de passe)."
        ) from None
    return tls


def d_essai() -> bool:
    """True when no certificate is set: the one of trials serves, which nobody vouches for."""
    return not settings.CEPAGE_FTPS_CERTIFICAT


def fichiers() -> tuple[Path, Path]:
    """The certificate and its key."""
    if not d_essai():
        certificat = Path(settings.CEPAGE_FTPS_CERTIFICAT)
        return certificat, Path(settings.CEPAGE_FTPS_CLE) if settings.CEPAGE_FTPS_CLE else certificat
    dossier = racines.base() / "certificat"
    certificat, cle = dossier / "essai.pem", dossier / "essai.cle"
    if not _encore_bon(certificat, cle):
        dossier.mkdir(parents=True, exist_ok=True)
        _fabriquer(certificat, cle)
    return certificat, cle


def _encore_bon(certificat: Path, cle: Path) -> bool:
    if not (certificat.is_file() and cle.is_file()):
        return False
    lu = x509.load_pem_x509_certificate(certificat.read_bytes())
    return lu.not_valid_after_utc > datetime.now(UTC) + RENOUVELLEMENT


def _fabriquer(certificat: Path, cle: Path) -> None:
    privee = ec.generate_private_key(ec.SECP256R1())
    nom = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Cépage, certificat d'ESSAI sans valeur")])
    debut = datetime.now(UTC) - timedelta(hours=1)
    acte = (
        x509.CertificateBuilder()
        .subject_name(nom)
        .issuer_name(nom)
        .public_key(privee.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(debut)
        .not_valid_after(debut + DUREE)
        .add_extension(x509.SubjectAlternativeName(_noms()), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(privee, hashes.SHA256())
    )
    with contextlib.suppress(FileNotFoundError):
        cle.unlink()
    with os.fdopen(os.open(cle, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as flux:
        flux.write(
            privee.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
    certificat.write_bytes(acte.public_bytes(serialization.Encoding.PEM))


def _noms() -> list[x509.GeneralName]:
    locaux = [ipaddress.ip_address("127.0.0.1"), ipaddress.ip_address("::1")]
    noms = sorted({"localhost", socket.gethostname()})
    return [*(x509.DNSName(nom) for nom in noms), *(x509.IPAddress(adresse) for adresse in locaux)]
