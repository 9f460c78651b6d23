"""Producing an export: written whole or not at all, readable by its owner alone, its hash sealed in the journal."""

import contextlib
import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from cepage.echanges.partage.extraction import Parcours, parcours
from cepage.echanges.partage.formats import FORMATS, Entete
from cepage.fondations.referentiels import territoires
from cepage.fondations.socle.journal import sceller
from cepage.fondations.socle.portee import portee_totale


class ExportImpossible(Exception):
    """The export cannot be made; the message says why and how to mend it."""


@dataclass(frozen=True)
class Export:
    """A file produced: where, how many courses, its SHA-256, whether its format is an assumption."""

    fichier: Path
    parcours: int
    empreinte: str
    hypothese: bool


def exporter(format_: str, *, lot: str, du: date, au: date, dossier: Path, le: datetime) -> Export:
    """Write the courses of a lot engaged or closed in [du, au) in a new file of `dossier`. Raises ExportImpossible."""
    if format_ not in FORMATS:
        raise ExportImpossible(f"Le format « {format_} » n'est pas connu. Connus : {', '.join(sorted(FORMATS))}.")
    if lot not in territoires.lots():
        raise ExportImpossible(f"« {lot} » n'est pas un lot : écrivez-le avec deux chiffres, par exemple 08.")
    if au <= du:
        raise ExportImpossible("Le jour de fin, exclu, vient après le premier jour.")
    forme, combien, condense = FORMATS[format_], 0, hashlib.sha256()

    def comptes(lignes: Iterator[Parcours]) -> Iterator[Parcours]:
        nonlocal combien
        for ligne in lignes:
            combien += 1
            yield ligne

    nom = f"{format_}_{lot}_{du:%Y%m%d}_{au:%Y%m%d}.{forme.extension}"
    provisoire, destination = dossier / f"{nom}.{os.getpid()}.part", dossier / nom
    try:
        dossier.mkdir(parents=True, exist_ok=True)
        descripteur = os.open(provisoire, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descripteur, "wb") as flux, portee_totale():
            entete = Entete(lot, du, au, le.isoformat())
            for texte in forme.ecrire(entete, comptes(parcours(lot, du=du, au=au))):
                octets = texte.encode()
                condense.update(octets)
                flux.write(octets)
            flux.flush()
            os.fsync(flux.fileno())
            contenu = {"format": format_, "lot": lot, "du": du.isoformat(), "au": au.isoformat(), "parcours": combien}
            sceller("partage", nom, {**contenu, "empreinte": condense.hexdigest()}, le=le, emetteur=None)
            provisoire.replace(destination)
    except OSError as erreur:
        raise ExportImpossible(f"Le dossier ne s'écrit pas ({type(erreur).__name__}) : vérifiez {dossier}.") from None
    finally:
        with contextlib.suppress(OSError):
            provisoire.unlink(missing_ok=True)
    return Export(destination, combien, condense.hexdigest(), forme.hypothese)
