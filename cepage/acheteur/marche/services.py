"""Importing who holds which lot and what was ordered, from the files of the exchange contract."""

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.db import transaction

from cepage.acheteur.marche.models import Commande, Titulaire

TITULAIRES = ("lot", "operateur", "nom", "debut", "fin")
COMMANDES = ("reference", "lot", "uo", "debut", "fin", "volume")
_REFERENCE = re.compile(r"^\d{4}-Lot(?P<lot>\d{2})-UO(?P<uo>00|01|2\.1|2\.2)-\d{2}$")
_UO = {"0": "00", "00": "00", "1": "01", "01": "01", "21": "21", "2.1": "21", "22": "22", "2.2": "22"}


class FichierRefuse(ValueError):
    """The file cannot be imported; the message says which line, why and how to mend it. Nothing was written."""


@dataclass(frozen=True)
class Import:
    """What an import did: kind of file, lines created, changed and left as they were."""

    genre: str
    crees: int
    modifies: int
    inchanges: int


def importer(fichier: Path) -> Import:
    """Import holders (`lot;operateur;nom;debut;fin`) or orders (`reference;lot;uo;debut;fin;volume`).

    The header says which. All or nothing; importing the same file again changes nothing. Raises FichierRefuse.
    """
    lignes = _lire(fichier)
    entete = set(lignes[0][1]) if lignes else set()
    if entete == set(TITULAIRES):
        return _importer_les_titulaires(lignes)
    if entete == set(COMMANDES):
        return _importer_les_commandes(lignes)
    raise FichierRefuse(
        f"{fichier.name} n'a pas un en-tête connu. Attendu : « {';'.join(TITULAIRES)} » (titulaires) ou "
        f"« {';'.join(COMMANDES)} » (bons de commande), avec au moins une ligne."
    )


def _lire(fichier: Path) -> list[tuple[int, dict[str, str]]]:
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


@transaction.atomic
def _importer_les_titulaires(lignes: list[tuple[int, dict[str, str]]]) -> Import:
    comptes = [0, 0, 0]
    for numero, ligne in lignes:
        if not re.fullmatch(r"[0-9A-Z]{2}", ligne["operateur"]):
            raise FichierRefuse(f"Ligne {numero} : le code d'opérateur a deux lettres majuscules ou chiffres.")
        cle = {
            "lot": _lot(numero, ligne["lot"]),
            "operateur": ligne["operateur"],
            "debut": _jour(numero, ligne["debut"]),
        }
        valeurs = {"nom": ligne["nom"], "fin": _jour(numero, ligne["fin"]) if ligne["fin"] else None}
        _verifier_les_bornes(numero, cle["debut"], valeurs["fin"])
        comptes[_ecrire(Titulaire, cle, valeurs)] += 1
    return Import("titulaires", *comptes)


@transaction.atomic
def _importer_les_commandes(lignes: list[tuple[int, dict[str, str]]]) -> Import:
    comptes = [0, 0, 0]
    for numero, ligne in lignes:
        trouvee = _REFERENCE.match(ligne["reference"])
        uo = _UO.get(ligne["uo"].removeprefix("UO"))
        lot = _lot(numero, ligne["lot"])
        if trouvee is None or uo is None or (trouvee["lot"], _UO[trouvee["uo"]]) != (lot, uo):
            raise FichierRefuse(
                f"Ligne {numero} : la référence {ligne['reference']} n'est pas "
                "AAAA-Lotww-UOxx-yy pour ce lot et cette unité."
            )
        if not ligne["volume"].isdigit():
            raise FichierRefuse(f"Ligne {numero} : le volume est un nombre entier, « {ligne['volume']} » reçu.")
        valeurs = {
            "lot": lot,
            "uo": uo,
            "debut": _jour(numero, ligne["debut"]),
            "fin": _jour(numero, ligne["fin"]),
            "volume": int(ligne["volume"]),
        }
        _verifier_les_bornes(numero, valeurs["debut"], valeurs["fin"])
        comptes[_ecrire(Commande, {"reference": ligne["reference"]}, valeurs)] += 1
    return Import("commandes", *comptes)


def _ecrire(modele: type[Titulaire] | type[Commande], cle: Mapping[str, object], valeurs: Mapping[str, object]) -> int:
    """0 created, 1 changed, 2 as it was."""
    objet, cree = modele._default_manager.get_or_create(**cle, defaults=valeurs)
    if cree:
        return 0
    changees = [nom for nom, valeur in valeurs.items() if getattr(objet, nom) != valeur]
    for nom in changees:
        setattr(objet, nom, valeurs[nom])
    if changees:
        objet.save(update_fields=changees)
    return 1 if changees else 2


def _lot(numero: int, texte: str) -> str:
    if not re.fullmatch(r"0[1-9]|1[0-9]", texte):
        raise FichierRefuse(f"Ligne {numero} : le lot va de 01 à 19, « {texte} » reçu.")
    return texte


def _jour(numero: int, texte: str) -> date:
    try:
        return date.fromisoformat(texte)
    except ValueError as erreur:
        raise FichierRefuse(f"Ligne {numero} : « {texte} » n'est pas une date AAAA-MM-JJ.") from erreur


def _verifier_les_bornes(numero: int, debut: object, fin: object) -> None:
    if isinstance(debut, date) and isinstance(fin, date) and fin < debut:
        raise FichierRefuse(f"Ligne {numero} : la fin ({fin}) précède le début ({debut}).")
