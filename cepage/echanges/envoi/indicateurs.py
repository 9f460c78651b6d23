"""The monthly indicators of an operator put in its outbox, from the contract's CSV; they leave with the next envoi."""

import csv
from datetime import datetime
from pathlib import Path

from cepage.echanges.contrat.fiches import FICHES
from cepage.echanges.envoi.boite import emettre
from cepage.fondations.socle.portee import portee_emetteurs


class IndicateursIllisibles(Exception):
    """The file cannot be read; the message says why and how to mend it."""


def mettre_dans_la_boite(fichier: Path, *, emetteur: str, a: datetime) -> int:
    """Put each line of the file in the outbox, all or none; gives how many. Raises IndicateursIllisibles."""
    champs = FICHES["indicateur"].noms
    try:
        with fichier.open(encoding="utf-8-sig", newline="") as flux:
            lecteur = csv.DictReader(flux, delimiter=";")
            lignes, entete = list(lecteur), list(lecteur.fieldnames or ())
    except (OSError, UnicodeDecodeError) as erreur:
        raise IndicateursIllisibles(f"« {fichier.name} » ne se lit pas ({type(erreur).__name__}).") from None
    if inconnues := [nom for nom in entete if nom not in champs]:
        raise IndicateursIllisibles(f"Colonnes inconnues : {', '.join(inconnues)}. Colonnes : {', '.join(champs)}.")
    cle = FICHES["indicateur"].cle
    for rang, ligne in enumerate(lignes, start=2):
        if not all(ligne.get(nom) for nom in (*cle, "valeur")):
            raise IndicateursIllisibles(f"Ligne {rang} : {', '.join(cle)} et valeur sont obligatoires.")
    with portee_emetteurs([emetteur]):
        for ligne in lignes:
            contenu = {nom: valeur for nom, valeur in ligne.items() if nom in champs and valeur}
            emettre("indicateur", contenu, emetteur=emetteur, lot=ligne["lot"], nature="C", a=a)
    return len(lignes)
