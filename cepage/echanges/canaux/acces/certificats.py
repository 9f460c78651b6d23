"""Binding certificates to keys and taking them back; each act is sealed in the journal."""

from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from django.db import IntegrityError, transaction

from cepage.echanges.canaux.acces.enums import Usage
from cepage.echanges.canaux.acces.models import Certificat, Cle
from cepage.fondations.comptes.models import Personne
from cepage.fondations.socle.journal import sceller
from cepage.fondations.socle.portee import portee_totale

TAILLE_RSA = 2048
COURBES = ("secp256r1", "secp384r1", "secp521r1")
ESSAI = "urn:cepage:essai:"
"""An authority whose name begins so is a trial one: it opens the sandbox alone."""


class CertificatRefuse(Exception):
    """The certificate cannot be bound; the message says why and what to do."""


def empreinte_de(certificat: x509.Certificate) -> str:
    """SHA-256 of the certificate, in hexadecimal: by it a certificate is known."""
    return certificat.fingerprint(SHA256()).hex()


def lire(contenu: bytes) -> x509.Certificate:
    """The certificate of a PEM or DER content. Raises CertificatRefuse."""
    if b"PRIVATE KEY" in contenu:
        raise CertificatRefuse(
            "Ce fichier contient une clé privée, qui ne doit jamais quitter vos serveurs. Donnez le certificat seul."
        )
    try:
        if b"-----BEGIN" in contenu:
            certificat = x509.load_pem_x509_certificate(contenu)
        else:
            certificat = x509.load_der_x509_certificate(contenu)
    except ValueError:
        raise CertificatRefuse("Ce n'est pas un certificat X.509 : donnez-le en PEM ou en DER.") from None
    _exiger_une_cle_forte(certificat)
    return certificat


def _exiger_une_cle_forte(certificat: x509.Certificate) -> None:
    try:
        cle = certificat.public_key()
    except (ValueError, TypeError, NotImplementedError):
        cle = None
    forte = (isinstance(cle, rsa.RSAPublicKey) and cle.key_size >= TAILLE_RSA) or (
        isinstance(cle, ec.EllipticCurvePublicKey) and cle.curve.name in COURBES
    )
    if not forte:
        raise CertificatRefuse(
            f"La clé de ce certificat est trop faible ou inconnue. Prenez une clé RSA d'au moins {TAILLE_RSA} bits, "
            "ou une courbe P-256, P-384 ou P-521."
        )


def joindre(
    cle: Cle,
    contenu: bytes,
    *,
    le: datetime,
    usage: Usage = Usage.MESSAGE,
    entite: str = "",
    par: Personne | None = None,
) -> Certificat:
    """Bind a certificate to a key that is open. Raises CertificatRefuse."""
    certificat = lire(contenu)
    if cle.revoquee_le is not None or cle.expire_le <= le:
        raise CertificatRefuse("Cette clé est révoquée ou expirée. Créez une nouvelle clé.")
    if certificat.not_valid_after_utc <= le:
        raise CertificatRefuse("Ce certificat a expiré. Donnez celui qui le remplace.")
    if entite.startswith(ESSAI) and not cle.bac_a_sable:
        raise CertificatRefuse("Une autorité d'essai ne s'attache qu'à une clé du bac à sable.")
    try:
        with portee_totale(), transaction.atomic():
            joint = Certificat.objects.create(
                cle=cle,
                emetteur=cle.emetteur,
                usage=usage,
                entite=entite,
                empreinte=empreinte_de(certificat),
                sujet=certificat.subject.rfc4514_string()[:300] or "sans nom",
                pem=certificat.public_bytes(Encoding.PEM).decode(),
                debut=certificat.not_valid_before_utc,
                fin=certificat.not_valid_after_utc,
                joint_le=le,
            )
            _sceller(joint, "ajout d'un certificat", le, par)
    except IntegrityError as erreur:
        raise CertificatRefuse(_deja(erreur)) from None
    return joint


def _deja(erreur: IntegrityError) -> str:
    if "certificat_autorite_nommee" in str(erreur):
        return "Une autorité d'assertions a un nom ; un certificat de messages n'en a pas."
    if "certificat_une_autorite_par_nom" in str(erreur):
        return "Une autorité de ce nom est déjà jointe à une clé. Retirez-la d'abord."
    return "Ce certificat est déjà joint à une clé. Retirez-le d'abord, ou prenez-en un par clé."


def retirer(certificat: Certificat, *, le: datetime, par: Personne | None = None) -> None:
    """Take a certificate back: it opens nothing any more; doing it twice changes nothing."""
    with portee_totale():
        if Certificat.objects.filter(pk=certificat.pk, retire_le__isnull=True).update(retire_le=le):
            _sceller(certificat, "retrait d'un certificat", le, par)


def _sceller(certificat: Certificat, acte: str, le: datetime, par: Personne | None) -> None:
    contenu = {
        "acte": acte,
        "usage": str(certificat.usage),
        "entite": certificat.entite,
        "empreinte": certificat.empreinte,
        "sujet": certificat.sujet,
        "par": par.pk if par else None,
    }
    sceller("cle_acces", certificat.cle.identifiant, contenu, le=le, emetteur=certificat.emetteur)
