"""The raw bytes received, kept as proof: one file per content, named by its SHA-256, never rewritten."""

import hashlib
import os
import shutil
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from cepage.echanges.reception.milieu import milieu

_BLOC = 1 << 20


def racine() -> Path:
    """Where the proofs are."""
    remplacant = milieu()
    if remplacant is not None:
        return remplacant.preuves
    return Path(settings.CEPAGE_DONNEES) / "preuves"


def chemin(empreinte: str) -> Path:
    """Place of the proof of that SHA-256."""
    return racine() / empreinte[:2] / empreinte


def presente(empreinte: str) -> bool:
    """True when these bytes have already been received."""
    return chemin(empreinte).is_file()


def empreinte_du_fichier(fichier: Path) -> str:
    """SHA-256 hex of a file, read by blocks."""
    with fichier.open("rb") as flux:
        return hashlib.file_digest(flux, "sha256").hexdigest()


def garder(source: BinaryIO, empreinte: str) -> None:
    """Write the bytes under their hash, whole or not at all, and make sure they are on disk."""
    destination = chemin(empreinte)
    if destination.is_file():
        return
    destination.parent.mkdir(parents=True, exist_ok=True)
    provisoire = destination.with_name(f"{empreinte}.{os.getpid()}.part")
    with provisoire.open("wb") as flux:
        shutil.copyfileobj(source, flux, _BLOC)
        flux.flush()
        os.fsync(flux.fileno())
    provisoire.replace(destination)
