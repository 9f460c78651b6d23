"""Importing who holds which lot, what was ordered and at what price, from files recognised by their header."""

import re
from collections.abc import Mapping
from pathlib import Path

from cepage.acheteur.marche import bons, prix
from cepage.acheteur.marche.lecture import UO, FichierRefuse, Import, Ligne, jour, lire, lot, verifier_les_bornes
from cepage.acheteur.marche.models import Commande, Titulaire
from cepage.fondations.socle import horloge
from cepage.fondations.socle.portee import portee_totale

TITULAIRES = ("lot", "operateur", "nom", "debut", "fin")
COMMANDES = ("reference", "lot", "uo", "debut", "fin", "volume")
_REFERENCE = re.compile(r"^\d{4}-Lot(?P<lot>\d{2})-UO(?P<uo>00|01|2\.1|2\.2)-\d{2}$")

__all__ = ["FichierRefuse", "Import", "importer"]


def importer(fichier: Path) -> Import:
    """Import holders, orders, prices or price revisions; the header says which (see `GENRES`).

    All or nothing; importing the same file again changes nothing. Raises FichierRefuse.
    """
    lignes = lire(fichier)
    entete = frozenset(lignes[0][1]) if lignes else frozenset()
    for nom, (colonnes, importation) in GENRES.items():
        if entete == frozenset(colonnes):
            with portee_totale():
                return Import(nom, *importation(lignes, fichier.name))
    attendus = ", ".join(f"« {';'.join(colonnes)} » ({nom})" for nom, (colonnes, _) in GENRES.items())
    raise FichierRefuse(f"{fichier.name} n'a pas un en-tête connu, suivi d'une ligne au moins. Attendu : {attendus}.")


def _importer_les_titulaires(lignes: list[Ligne], source: str) -> tuple[int, int, int]:
    comptes = [0, 0, 0]
    for numero, ligne in lignes:
        if not re.fullmatch(r"[0-9A-Z]{2}", ligne["operateur"]):
            raise FichierRefuse(f"Ligne {numero} : le code d'opérateur a deux lettres majuscules ou chiffres.")
        debut = jour(numero, ligne["debut"])
        fin = jour(numero, ligne["fin"]) if ligne["fin"] else None
        verifier_les_bornes(numero, debut, fin)
        cle = {"lot": lot(numero, ligne["lot"]), "operateur": ligne["operateur"], "debut": debut}
        comptes[_ecrire_le_titulaire(cle, {"nom": ligne["nom"], "fin": fin})] += 1
    return comptes[0], comptes[1], comptes[2]


def _ecrire_le_titulaire(cle: Mapping[str, object], valeurs: Mapping[str, object]) -> int:
    """0 created, 1 changed, 2 as it was."""
    objet, cree = Titulaire.objects.get_or_create(**cle, defaults=valeurs)
    if cree:
        return 0
    changees = [nom for nom, valeur in valeurs.items() if getattr(objet, nom) != valeur]
    for nom in changees:
        setattr(objet, nom, valeurs[nom])
    if changees:
        objet.save(update_fields=changees)
    return 1 if changees else 2


def _importer_les_commandes(lignes: list[Ligne], source: str) -> tuple[int, int, int]:
    comptes = [0, 0, 0]
    for numero, ligne in lignes:
        trouvee = _REFERENCE.match(ligne["reference"])
        uo = UO.get(ligne["uo"].removeprefix("UO"))
        code_lot = lot(numero, ligne["lot"])
        if trouvee is None or uo is None or (trouvee["lot"], UO[trouvee["uo"]]) != (code_lot, uo):
            raise FichierRefuse(
                f"Ligne {numero} : la référence {ligne['reference']} n'est pas "
                "AAAA-Lotww-UOxx-yy pour ce lot et cette unité."
            )
        if not ligne["volume"].isdigit():
            raise FichierRefuse(f"Ligne {numero} : le volume est un nombre entier, « {ligne['volume']} » reçu.")
        debut, fin = jour(numero, ligne["debut"]), jour(numero, ligne["fin"])
        verifier_les_bornes(numero, debut, fin)
        volume = int(ligne["volume"])
        bon = Commande.objects.filter(reference=ligne["reference"]).first()
        if bon is None:
            Commande.objects.create(
                reference=ligne["reference"], lot=code_lot, uo=uo, debut=debut, fin=fin, volume=volume
            )
            comptes[0] += 1
            continue
        change = bons.amender(
            bon,
            debut=debut,
            fin=fin,
            volume=volume,
            motif=f"Import de {source}",
            auteur="import",
            effet=horloge.aujourd_hui(),
            saisi_le=horloge.maintenant(),
        )
        comptes[1 if change else 2] += 1
    return comptes[0], comptes[1], comptes[2]


GENRES = {
    "titulaires": (TITULAIRES, _importer_les_titulaires),
    "commandes": (COMMANDES, _importer_les_commandes),
    "prix": (prix.PRIX, prix.importer_les_prix),
    "révisions": (prix.REVISIONS, prix.importer_les_revisions),
}
