"""The documents of people, kept on disk under their hash, apart for each operator; only known types are taken."""

import hashlib
import os
import zipfile
from io import BytesIO
from pathlib import Path

from django.conf import settings

from cepage.fondations.socle import antivirus

TAILLE_MAXIMALE = 10_000_000
TYPES = {
    "PDF": "application/pdf",
    "ODT": "application/vnd.oasis.opendocument.text",
    "JPEG": "image/jpeg",
    "PNG": "image/png",
}
_DEBUTS = {b"%PDF-": "PDF", b"\xff\xd8\xff": "JPEG", b"\x89PNG\r\n\x1a\n": "PNG"}


class FichierRefuse(Exception):
    """The file cannot be taken; says why and what to do."""


def type_du_fichier(octets: bytes) -> str:
    """The type read in the bytes, whatever the name says. Raises FichierRefuse."""
    if not octets or len(octets) > TAILLE_MAXIMALE:
        raise FichierRefuse("Le fichier est vide ou dépasse 10 Mo. Choisissez-en un autre, ou réduisez-le.")
    for debut, genre in _DEBUTS.items():
        if octets.startswith(debut):
            return genre
    if octets.startswith(b"PK") and _est_un_odt(octets):
        return "ODT"
    raise FichierRefuse("Ce type de fichier n'est pas admis. Enregistrez le document en PDF, ODT, JPEG ou PNG.")


def inspecter(octets: bytes) -> None:
    """Have the bytes looked at by the antivirus, where there is one. Raises FichierRefuse."""
    try:
        antivirus.inspecter(octets)
    except antivirus.FichierDouteux as doute:
        raise FichierRefuse(str(doute)) from doute


def _est_un_odt(octets: bytes) -> bool:
    try:
        with zipfile.ZipFile(BytesIO(octets)) as archive, archive.open("mimetype") as flux:
            return flux.read(100).strip() == TYPES["ODT"].encode()
    except (zipfile.BadZipFile, KeyError, RuntimeError, OSError):
        return False


def chemin(emetteur: str, empreinte: str) -> Path:
    """Where the bytes of that hash are."""
    return Path(settings.CEPAGE_DONNEES) / "pieces" / emetteur / empreinte[:2] / empreinte


def garder(emetteur: str, octets: bytes) -> str:
    """Write the bytes whole or not at all; gives their SHA-256."""
    empreinte = hashlib.sha256(octets).hexdigest()
    destination = chemin(emetteur, empreinte)
    if not destination.is_file():
        destination.parent.mkdir(parents=True, exist_ok=True)
        provisoire = destination.with_name(f"{empreinte}.{os.getpid()}.part")
        with provisoire.open("wb") as flux:
            flux.write(octets)
            flux.flush()
            os.fsync(flux.fileno())
        provisoire.replace(destination)
    return empreinte
