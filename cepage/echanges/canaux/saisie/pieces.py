"""The files of livrables that wait for their envoi: apart for each operator, erased with the draft."""

import hashlib
import io
import os
import re
import zipfile
from pathlib import Path

from django.conf import settings

from cepage.fondations.socle import antivirus

TAILLE_MAXIMALE = 10_000_000
TROP_GROS = "Le fichier dépasse 10 Mo. Enregistrez-le en plus petit, par exemple sans photographie."
_ODT = b"application/vnd.oasis.opendocument.text"
TYPES = {"pdf": "application/pdf", "odt": _ODT.decode()}


class PieceRefusee(Exception):
    """The file cannot be taken; says why and what to do."""


def chemin(emetteur: str, empreinte: str) -> Path:
    """Where the bytes of that hash wait."""
    return Path(settings.CEPAGE_DONNEES) / "saisie" / emetteur / empreinte[:2] / empreinte


def type_de(octets: bytes) -> str:
    """« pdf » or « odt », read in the bytes, whatever the name says. Raises PieceRefusee."""
    if not octets:
        raise PieceRefusee("Le fichier est vide. Choisissez celui que la personne a reçu.")
    if len(octets) > TAILLE_MAXIMALE:
        raise PieceRefusee(TROP_GROS)
    if octets.startswith(b"%PDF-"):
        return "pdf"
    if octets.startswith(b"PK") and _est_un_odt(octets):
        return "odt"
    raise PieceRefusee("Ce fichier n'est ni un PDF ni un ODT. Enregistrez l'écrit en PDF, puis déposez-le.")


def inspecter(octets: bytes) -> None:
    """Have the bytes looked at by the antivirus, where there is one. Raises PieceRefusee."""
    try:
        antivirus.inspecter(octets)
    except antivirus.FichierDouteux as doute:
        raise PieceRefusee(str(doute)) from doute


def _est_un_odt(octets: bytes) -> bool:
    try:
        with zipfile.ZipFile(io.BytesIO(octets)) as archive, archive.open("mimetype") as flux:
            return flux.read(100).strip() == _ODT
    except (zipfile.BadZipFile, KeyError, RuntimeError, OSError):
        return False


def nom_propre(nom: str, genre: str) -> str:
    """A name that any system takes, ending as the bytes say."""
    base = re.sub(r"[^\w .()-]", "_", Path(nom.replace("\\", "/")).name).strip(" .") or "livrable"
    tige = base[: -len(genre) - 1] if base.lower().endswith(f".{genre}") else base
    return f"{tige[:100]}.{genre}"


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


def effacer(emetteur: str, empreinte: str) -> None:
    """Forget the bytes, when nothing else waits for them."""
    chemin(emetteur, empreinte).unlink(missing_ok=True)
