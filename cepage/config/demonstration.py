"""The demonstration: a fictitious set, entered through the exchange point like any operator's data."""

import contextlib
import csv
import io
import shutil
import time
from datetime import UTC, date, datetime
from pathlib import Path

from django.conf import settings

LOTS, MOIS, GRAINE = 2, 24, 42
AUJOURD_HUI = "2022-01-03T10:00:00+01:00"
"""The clock of the demonstration stands on the working day that follows the fictitious set."""


def charger(*, dossiers: int) -> None:
    """Generate the set, receive its envois, create the accounts and the indicators; does nothing the second time.

    Past months come by one envoi each, the last month by one a day. Each is received on the evening of the day in its
    name, so that what was known on a past date can be asked. The last day is left out: the file to send while looking.
    """
    from cepage.acheteur.marche.services import importer
    from cepage.acheteur.registre.colonnes import actualiser

    racine = Path(settings.CEPAGE_DONNEES) / "demonstration"
    jeu, temoin = racine / "jeu", racine / "pret"
    if temoin.exists():
        return
    debut = time.monotonic()
    shutil.rmtree(jeu, ignore_errors=True)
    _generer(jeu, dossiers)
    for fichier in ("titulaires.csv", "commandes.csv", "prix.csv", "revisions.csv"):
        importer(jeu / fichier)
    envois = _envois(jeu)
    dernier_jour = _jour(envois[-1])
    _recevoir([f for f in envois if _jour(f) != dernier_jour])
    _garder_pour_plus_tard([f for f in envois if _jour(f) == dernier_jour], racine / "a-envoyer")
    _creer_les_comptes(jeu)
    _peupler_l_operateur(jeu)
    print("Calcul des colonnes des indicateurs…", flush=True)
    actualiser(Path(settings.CEPAGE_DONNEES) / "colonnes")
    _controler_et_sanctionner(jeu)
    _constater()
    _decompter(jeu, datetime.strptime(dernier_jour, "%Y%m%d").replace(tzinfo=UTC).date())
    temoin.write_text(datetime.now(UTC).isoformat())
    duree = time.monotonic() - debut
    print(f"Démonstration prête en {duree:.0f} s. Un jour à envoyer vous attend dans {racine / 'a-envoyer'}.")


def _jour(envoi: Path) -> str:
    return envoi.name.split("_")[3]


def _envois(jeu: Path) -> list[Path]:
    """The monthly envois, the last month cut into days, in the order of their days."""
    from demo.decoupe import couper

    mensuels = sorted(jeu.glob("CEP_*.zip"), key=_jour)
    dernier_mois = _jour(mensuels[-1])[:6]
    quotidiens = jeu / "quotidiens"
    quotidiens.mkdir()
    envois = [f for f in mensuels if _jour(f)[:6] != dernier_mois]
    for mensuel in mensuels:
        if _jour(mensuel)[:6] == dernier_mois:
            envois += couper(mensuel, quotidiens)
    return sorted(envois, key=lambda f: (_jour(f), f.name))


def _generer(jeu: Path, dossiers: int) -> None:
    import argparse

    from demo.ligne_de_commande import ajouter_commandes

    parseur = argparse.ArgumentParser()
    ajouter_commandes(parseur.add_subparsers())
    mots = (
        f"jeu generer --lots {LOTS} --mois {MOIS} --dossiers {dossiers} --graine {GRAINE} --periode mois --format json"
    )
    args = parseur.parse_args([*mots.split(), "--sortie", str(jeu)])
    with contextlib.redirect_stdout(io.StringIO()):
        args.executer(args)


def _recevoir(envois: list[Path]) -> None:
    from cepage.echanges.reception.services import Depot, recevoir

    for rang, fichier in enumerate(envois, start=1):
        _, lot, _, jour, _ = fichier.stem.split("_")
        recu_le = datetime.strptime(jour + "2100", "%Y%m%d%H%M").replace(tzinfo=UTC)
        recevoir(Depot(fichier, lot, recu_le, canal="demonstration"))
        if rang % 25 == 0 or rang == len(envois):
            print(f"\r{rang} envois reçus sur {len(envois)} par le point d'échange…", end="", flush=True)
    print()


def _garder_pour_plus_tard(envois: list[Path], dossier: Path) -> None:
    dossier.mkdir(parents=True, exist_ok=True)
    for fichier in envois:
        shutil.copy(fichier, dossier / fichier.name)


def _controler_et_sanctionner(jeu: Path) -> None:
    """Give the first operator's lot its controls and its pénalités, and the people of every lot their surveys."""
    from cepage.acheteur.controle.demonstration import preparer as controler
    from cepage.acheteur.penalites.demonstration import preparer as sanctionner
    from cepage.acheteur.qualite.demonstration import preparer as interroger

    with (jeu / "titulaires.csv").open(encoding="utf-8", newline="") as flux:
        lot = next(csv.DictReader(flux, delimiter=";"))["lot"]
    debut = time.monotonic()
    print(
        f"{controler(lot)} dossiers tirés, {sanctionner(lot)} pénalités, {interroger()} réponses aux enquêtes "
        f"en {time.monotonic() - debut:.0f} s.",
        flush=True,
    )


def _decompter(jeu: Path, fin: date) -> None:
    from cepage.acheteur.decomptes.demonstration import preparer

    with (jeu / "titulaires.csv").open(encoding="utf-8", newline="") as flux:
        titulaires = {t["lot"]: (t["nom"], t["debut"]) for t in csv.DictReader(flux, delimiter=";")}
    debut = min(date.fromisoformat(premier) for _, premier in titulaires.values())
    combien = preparer({lot: nom for lot, (nom, _) in titulaires.items()}, debut, fin)
    print(f"{combien} décomptes calculés.", flush=True)


def _constater() -> None:
    from cepage.echanges.suivi.services import constater
    from cepage.fondations.socle import horloge

    print(f"{constater(le=horloge.maintenant())} constats d'envois attendus écrits et scellés.", flush=True)


def _creer_les_comptes(jeu: Path) -> None:
    from cepage.acheteur.marche.demonstration import publier_des_notes
    from cepage.fondations.comptes.demonstration import creer_comptes
    from cepage.fondations.socle import horloge

    with (jeu / "titulaires.csv").open(encoding="utf-8", newline="") as flux:
        titulaires = list(csv.DictReader(flux, delimiter=";"))
    lots_tenus: dict[str, list[str]] = {}
    for titulaire in titulaires:
        lots_tenus.setdefault(titulaire["operateur"], []).append(titulaire["lot"])
    creer_comptes(
        [t["lot"] for t in titulaires],
        {t["operateur"]: t["nom"] for t in titulaires},
        titulaires=lots_tenus,
    )
    publier_des_notes(lots_tenus, horloge.maintenant())


def _peupler_l_operateur(jeu: Path) -> None:
    """Give the first operator orders of its own and the dossiers of its counsellors."""
    from cepage.acheteur.marche.services import importer
    from cepage.echanges.canaux.saisie.demonstration import peupler as saisir_des_brouillons
    from cepage.fondations.regles import numeros
    from cepage.fondations.socle import horloge
    from cepage.operateur.dossiers.demonstration import peupler

    with (jeu / "titulaires.csv").open(encoding="utf-8", newline="") as flux:
        premier = next(csv.DictReader(flux, delimiter=";"))
    lot = premier["lot"]
    le = horloge.aujourd_hui()
    fichier = jeu / "commandes_operateur.csv"
    lignes = ["reference;lot;uo;debut;fin;volume"]
    for annee in (le.year - 1, le.year):
        for uo in ("00", "01", "21", "22"):
            reference = numeros.reference_commande(annee, lot, uo, 99)
            lignes.append(f"{reference};{lot};{uo};{annee}-01-01;{annee}-12-31;5000")
    fichier.write_text("\n".join(lignes) + "\n", encoding="utf-8")
    importer(fichier)
    peupler(premier["operateur"], lot, le)
    saisir_des_brouillons(premier["operateur"], lot)
    _ouvrir_l_agenda(premier["operateur"], lot, le)
    _tenir_l_equipe(premier["operateur"], le)


def _tenir_l_equipe(emetteur: str, le: date) -> None:
    """Its members, its counsellors, what it would hand over."""
    from cepage.operateur.equipe import demonstration as equipe
    from cepage.operateur.reversibilite import demonstration as reversibilite

    equipe.peupler(emetteur, le)
    reversibilite.peupler(emetteur, le)


def _ouvrir_l_agenda(emetteur: str, lot: str, le: date) -> None:
    """The sites that the fictitious set declared, with an address, their slots and appointments."""
    from cepage.operateur.agenda.demonstration import peupler
    from demo.generation import SERVICE
    from demo.lots import lot_de_demonstration

    sites = [
        {
            "code_implantation": site.code,
            "libelle": site.libelle,
            "type_implantation": site.type,
            "adresse": f"{rang} place du Marché",
            "code_postal": site.commune.code_postal,
            "commune": site.commune.nom,
            "date_ouverture": site.ouverture,
            "horaires": site.horaires,
            "acces": "COMPLET" if rang % 3 else "PARTIEL",
            "precisions": "Rez-de-chaussée, boucle magnétique à l'accueil.",
        }
        for rang, site in enumerate(lot_de_demonstration(lot, debut=SERVICE, mois=MOIS).sites, start=1)
    ]
    peupler(emetteur, lot, sites, le)
    print("Agenda ouvert : sites, créneaux et rendez-vous.", flush=True)
