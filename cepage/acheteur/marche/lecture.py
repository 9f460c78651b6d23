"""Reading the market's CSV files: separator, encoding, dates, lots; each defect named with its line and its mend."""

import csv
import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

UO = {"0": "00", "00": "00", "1": "01", "01": "01", "21": "21", "2.1": "21", "22": "22", "2.2": "22"}
Ligne = tuple[int, dict[str, str]]


class FichierRefuse(ValueError):
    """The file cannot be imported; the message says which line, why and how to mend it. Nothing was written."""


@dataclass(frozen=True)
class Import:
    """What an import did: kind of file, lines created, changed and left as they were."""

    genre: str
    crees: int
    modifies: int
    inchanges: int


def lire(fichier: Path) -> list[Ligne]:
    """The lines of a file with their numbers, values stripped. Raises FichierRefuse."""
    try:
        with fichier.open(encoding="utf-8-sig", newline="") as flux:
            lecteur = csv.DictReader(flux, delimiter=";")
            lignes = []
            for ligne in lecteur:
                if None in ligne or None in ligne.values():
                    raise FichierRefuse(
                        f"{fichier.name} ligne {lecteur.line_num} : elle n'a pas autant de colonnes que l'en-tête."
                    )
                lignes.append((lecteur.line_num, {k: v.strip() for k, v in ligne.items()}))
            return lignes
    except UnicodeDecodeError as erreur:
        raise FichierRefuse(f"{fichier.name} n'est pas en UTF-8 : enregistrez-le en UTF-8.") from erreur
    except OSError as erreur:
        raise FichierRefuse(f"{fichier} ne s'ouvre pas : {erreur.strerror}.") from erreur
    except csv.Error as erreur:
        raise FichierRefuse(f"{fichier.name} n'est pas un CSV lisible : {erreur}.") from erreur


def lot(numero: int, texte: str) -> str:
    """A lot from 01 to 19. Raises FichierRefuse."""
    if not re.fullmatch(r"0[1-9]|1[0-9]", texte):
        raise FichierRefuse(f"Ligne {numero} : le lot va de 01 à 19, « {texte} » reçu.")
    return texte


def jour(numero: int, texte: str) -> date:
    """A day written AAAA-MM-JJ. Raises FichierRefuse."""
    try:
        return date.fromisoformat(texte)
    except ValueError as erreur:
        raise FichierRefuse(f"Ligne {numero} : « {texte} » n'est pas une date AAAA-MM-JJ.") from erreur


def verifier_les_bornes(numero: int, debut: date, fin: date | None) -> None:
    """Both days included, the last does not come before the first. Raises FichierRefuse."""
    if fin is not None and fin < debut:
        raise FichierRefuse(f"Ligne {numero} : la fin ({fin}) précède le début ({debut}).")
