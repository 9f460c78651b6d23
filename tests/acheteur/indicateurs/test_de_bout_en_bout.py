"""Figures against the envoi files: generated, received through the exchange point, recomputed by plain loops."""

import argparse
import csv
import io
import zipfile
from collections import defaultdict
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from cepage.acheteur.indicateurs.calcul import calculer
from cepage.acheteur.marche.services import importer
from cepage.acheteur.registre.colonnes import actualiser
from cepage.echanges.reception.services import Depot, recevoir
from demo.ligne_de_commande import ajouter_commandes
from tests.acheteur.indicateurs import naif

MOIS = ("2020-01", "2020-03", "2020-05")


def _generer(sortie: Path) -> list[Path]:
    parseur = argparse.ArgumentParser()
    ajouter_commandes(parseur.add_subparsers())
    mots = "jeu generer --lots 2 --mois 6 --dossiers 700 --graine 7 --periode mois --format json --sortie"
    args = parseur.parse_args([*mots.split(), str(sortie)])
    args.executer(args)
    return sorted(sortie.glob("CEP_*.zip"), key=lambda f: f.name.split("_")[3])


def _comparables(lignes: list[dict[str, object]]) -> dict[tuple[object, ...], tuple[object, ...]]:
    return {
        (r["code"], r["lot"], r["periode"], r["maille"]): (
            r["numerateur"],
            r["denominateur"],
            None if r["valeur"] is None else round(float(r["valeur"]), 10),  # type: ignore[arg-type]
            r["provisoire"],
        )
        for r in lignes
    }


def _jour(envoi: Path) -> date:
    return datetime.strptime(envoi.name.split("_")[3], "%Y%m%d").date()


def _fiches(envoi: Path, membre: str, refusees: set[tuple[str, int]]) -> list[dict[str, str]]:
    """The accepted lines of one member, read by the standard library alone."""
    lot = envoi.name.split("_")[1]
    with zipfile.ZipFile(envoi) as archive:
        if membre not in archive.namelist():
            return []
        texte = io.StringIO(archive.read(membre).decode("utf-8-sig"), newline="")
    lignes = csv.DictReader(texte, delimiter=";")
    return [{"lot": lot, **ligne} for rang, ligne in enumerate(lignes, start=2) if (membre, rang) not in refusees]


@pytest.mark.django_db
def test_les_chiffres_sont_ceux_des_fichiers(
    tmp_path: Path, populations: object, capsys: pytest.CaptureFixture[str]
) -> None:
    envois = _generer(tmp_path / "jeu")
    importer(tmp_path / "jeu" / "titulaires.csv")
    importer(tmp_path / "jeu" / "commandes.csv")
    recues: dict[str, list[tuple[date, dict[str, str]]]] = defaultdict(list)
    for envoi in envois:
        lot = envoi.name.split("_")[1]
        recu_le = datetime.combine(_jour(envoi), datetime.min.time(), UTC).replace(hour=12)
        accuse = recevoir(Depot(envoi, lot, recu_le))
        refusees = {(a["fichier"], a["ligne"]) for a in accuse.anomalies if a["gravite"] == "bloquant"}
        for membre in ("beneficiaire.csv", "unite_oeuvre.csv"):
            recues[membre] += [(_jour(envoi), fiche) for fiche in _fiches(envoi, membre, refusees)]
    racine = tmp_path / "colonnes"
    actualiser(racine)
    with (tmp_path / "jeu" / "commandes.csv").open(encoding="utf-8") as flux:
        commandes = [
            naif.Commande(
                c["reference"],
                c["lot"],
                c["uo"],
                date.fromisoformat(c["debut"]),
                date.fromisoformat(c["fin"]),
                int(c["volume"]),
            )
            for c in csv.DictReader(flux, delimiter=";")
        ]
    for connu_le in (None, date(2020, 4, 15)):
        jour = connu_le or date(2030, 1, 1)
        for mois in MOIS:
            attendu = naif.calculer(
                mois,
                beneficiaires=[f for le, f in recues["beneficiaire.csv"] if le <= jour],
                unites=[f for le, f in recues["unite_oeuvre.csv"] if le <= jour],
                commandes=commandes,
                habitants=populations.habitants,  # type: ignore[attr-defined]
                connu_le=jour,
            )
            obtenu = calculer(mois, connu_le=connu_le, racine=racine, populations=populations)  # type: ignore[arg-type]
            assert _comparables([v.en_dictionnaire() for v in obtenu]) == _comparables(attendu)
