"""What an operator reads back: the receipt of each file in `retours/`, the whole of past exchanges in `archives/`."""

import contextlib
import json
import os
from datetime import datetime
from pathlib import Path

from cepage.echanges.canaux.ftps.racines import ARCHIVES, RETOURS, Destination
from cepage.echanges.reception.accuse import Accuse
from cepage.fondations.socle.horloge import PARIS

# The last one written says that all are there.
FORMATS = ("csv", "xml", "json")
PROBLEME = "probleme.json"


def ecritures(accuse: Accuse) -> dict[str, bytes]:
    """The three writings of a receipt, by the end of their names."""
    return {
        "csv": accuse.en_csv().encode(),
        "xml": accuse.en_xml(),
        "json": json.dumps(accuse.en_dict(), ensure_ascii=False, indent=1).encode(),
    }


def probleme(message: str, remede: str, trace: str) -> dict[str, bytes]:
    """What stands in place of a receipt when there is none."""
    contenu = {"detail": message, "remede": remede, "trace": trace}
    return {PROBLEME: json.dumps(contenu, ensure_ascii=False, indent=1).encode()}


def rendre(racine: Path, destination: Destination, textes: dict[str, bytes]) -> None:
    """Lay the writings in `retours/`, each whole or not at all."""
    oublier(racine, destination)
    _poser(racine / RETOURS / destination.dossier, destination.nom, textes)


def archiver(
    racine: Path, destination: Destination, octets: Path, textes: dict[str, bytes], *, le: datetime, cle: str
) -> None:
    """Keep a past exchange, the file and its receipt, in a folder of `archives/` that bears its day, hour and key."""
    local = le.astimezone(PARIS)
    dossier = racine / ARCHIVES / f"{local:%Y-%m-%d}" / f"{local:%H%M%S}-{cle[:8]}"
    _poser(dossier, destination.nom, textes)
    with contextlib.suppress(FileExistsError):
        os.link(octets, dossier / destination.nom)


def oublier(racine: Path, destination: Destination) -> None:
    """Take the receipt of an earlier file of this name away from `retours/`."""
    for fin in (*reversed(FORMATS), PROBLEME):
        (racine / RETOURS / destination.dossier / f"{destination.nom}.{fin}").unlink(missing_ok=True)


def _poser(dossier: Path, nom: str, textes: dict[str, bytes]) -> None:
    dossier.mkdir(parents=True, exist_ok=True)
    for fin, texte in textes.items():
        provisoire = dossier / f".{nom}.{fin}"
        with provisoire.open("wb") as flux:
            flux.write(texte)
            flux.flush()
            os.fsync(flux.fileno())
        provisoire.replace(dossier / f"{nom}.{fin}")
