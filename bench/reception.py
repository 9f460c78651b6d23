"""Time the reception of one large envoi: reading and judging in each format, then entering the register.

    python bench/reception.py --dossiers 260000 --passes 3

260,000 units make about a million fiches. Each subject runs alone in its own process on the same fiches. Peers:
frictionless (on a sample, brought to the same number of lines), the same format expressions in bare Polars, lxml's
iterparse alone, COPY into the same tables with their indexes, Django's bulk_create (on a sample). Prints a table and
writes bench/resultats/reception.json.
"""

import argparse
import csv
import io
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

RACINE = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(RACINE))
RESULTATS = RACINE / "bench" / "resultats"
LOT, OPERATEUR = "08", "AB"
SUJETS = ("polars", "csv", "jsonl", "lxml", "xml", "frictionless", "registre", "copy", "django")
ECHANTILLON = 20_000


def preparer(dossier: Path, dossiers: int) -> int:
    """Write the same fiches as ZIP of CSV, JSON Lines and XML; returns how many."""
    jeu = dossier / "jeu"
    commande = f"jeu generer --lots 1 --mois 24 --dossiers {dossiers} --graine 42 --periode mois --sans-pieces"
    subprocess.run(
        [sys.executable, "-m", "cepage.config.ligne_de_commande", *commande.split(), "--sortie", str(jeu)],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    membres: dict[str, io.TextIOWrapper] = {}
    comptes: dict[str, int] = {}
    for envoi in sorted(jeu.glob("CEP_*.zip")):
        with zipfile.ZipFile(envoi) as archive:
            for nom in (n for n in archive.namelist() if n.endswith(".csv")):
                entete, _, corps = archive.read(nom).decode().partition("\n")
                if nom not in membres:
                    membres[nom] = (dossier / nom).open("w", encoding="utf-8", newline="")
                    membres[nom].write(entete + "\n")
                membres[nom].write(corps)
                fiche = nom.removesuffix(".csv")
                comptes[fiche] = comptes.get(fiche, 0) + corps.count("\n")
    for flux in membres.values():
        flux.close()
    _en_zip(dossier, sorted(membres), comptes)
    _en_lignes(dossier, sorted(membres))
    return sum(comptes.values())


def _en_zip(dossier: Path, membres: list[str], comptes: dict[str, int]) -> None:
    import hashlib

    empreintes = {nom: hashlib.sha256((dossier / nom).read_bytes()).hexdigest() for nom in membres}
    manifeste = {
        "version": "1.0",
        "lot": LOT,
        "emetteur": OPERATEUR,
        "sequence": 1,
        "comptes": comptes,
        "empreintes": empreintes,
    }
    with zipfile.ZipFile(
        dossier / f"CEP_{LOT}_{OPERATEUR}_20211231_0001.zip", "w", zipfile.ZIP_DEFLATED, compresslevel=1
    ) as archive:
        archive.writestr("manifeste.json", json.dumps(manifeste))
        for nom in membres:
            archive.write(dossier / nom, nom)


def _en_lignes(dossier: Path, membres: list[str]) -> None:
    from xml.sax.saxutils import escape

    from cepage.echanges.contrat.fiches import FICHES

    with (
        (dossier / "envoi.jsonl").open("w", encoding="utf-8") as lignes,
        (dossier / "envoi.xml").open("w", encoding="utf-8") as xml,
    ):
        xml.write(
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            f'<envoi version="1.0" lot="{LOT}" emetteur="{OPERATEUR}" sequence="1">\n'
        )
        for nom in membres:
            fiche = nom.removesuffix(".csv")
            multiples = {c.nom for c in FICHES[fiche].champs if c.multiple}
            with (dossier / nom).open(encoding="utf-8", newline="") as flux:
                for ligne in csv.DictReader(flux, delimiter=";"):
                    valeurs: dict[str, Any] = {
                        k: (v.split("|") if k in multiples else v) for k, v in ligne.items() if v
                    }
                    lignes.write(json.dumps({"fiche": fiche, **valeurs}, ensure_ascii=False) + "\n")
                    xml.write(f"<{fiche}>")
                    for cle, valeur in valeurs.items():
                        for v in valeur if isinstance(valeur, list) else [valeur]:
                            xml.write(f"<{cle}>{escape(v)}</{cle}>")
                    xml.write(f"</{fiche}>\n")
        xml.write("</envoi>\n")


def _django(dossier: Path) -> None:
    os.environ["CEPAGE_DONNEES"] = str(dossier / "donnees")
    from cepage.config.ligne_de_commande import preparer as preparer_base

    preparer_base()
    from cepage.acheteur.marche.services import importer

    importer(dossier / "jeu" / "titulaires.csv")
    importer(dossier / "jeu" / "commandes.csv")


def juger_le_fichier(dossier: Path, nom: str) -> float:
    """Seconds to read and judge the file, register empty, nothing written."""
    _django(dossier)
    from cepage.echanges.reception.contexte import registre
    from cepage.echanges.reception.lecture import Limites, ouvrir
    from cepage.echanges.reception.services import OBLIGATOIRES, SCHEMA
    from cepage.echanges.reception.validation import Cadre, juger
    from cepage.fondations.regles import charger_marche
    from cepage.fondations.socle.portee import portee_totale

    with portee_totale(), tempfile.TemporaryDirectory() as repertoire:
        debut = time.perf_counter()
        lu = ouvrir(
            dossier / nom,
            nom=nom,
            schema=SCHEMA,
            champs_obligatoires=OBLIGATOIRES,
            limites=Limites(),
            repertoire=Path(repertoire),
        )
        cadre = Cadre(LOT, OPERATEUR, datetime.now(UTC), charger_marche("A"), registre(), Path(repertoire))
        jugement = juger(lu, cadre)
        jugement.releve.cadre()
        return time.perf_counter() - debut


def polars_nu(dossier: Path) -> float:
    """Seconds for the same format and list expressions on whole columns, nothing else."""
    import polars as pl

    from cepage.echanges.contrat.fiches import FICHES
    from cepage.echanges.contrat.formats import regles_de_forme
    from cepage.echanges.reception.validation import codes_de_liste

    for nom in FICHES:
        regles_de_forme(nom, codes_de_liste)
    debut = time.perf_counter()
    for nom, fiche in FICHES.items():
        chemin = dossier / f"{nom}.csv"
        if chemin.exists():
            lues = pl.read_csv(chemin, separator=";", infer_schema=False)
            lues = lues.with_columns(
                pl.lit(None, dtype=pl.String).alias(c) for c in fiche.noms if c not in lues.columns
            )
            lues.select(
                r.fautif.fill_null(False).sum().alias(str(i))
                for i, r in enumerate(regles_de_forme(nom, codes_de_liste))
            )
    return time.perf_counter() - debut


def lxml_seul(dossier: Path) -> float:
    """Seconds for iterparse to walk the XML and read every text."""
    from lxml import etree

    debut = time.perf_counter()
    for _, element in etree.iterparse(
        str(dossier / "envoi.xml"), tag=("beneficiaire", "unite_oeuvre", "interaction", "livrable")
    ):
        {e.tag: e.text for e in element}
        element.clear(keep_tail=False)
        while element.getprevious() is not None:
            del element.getparent()[0]
    return time.perf_counter() - debut


def frictionless_seul(dossier: Path, total: int) -> float:
    """Seconds frictionless would take on all the lines, from a sample of units: types, lists, lengths, patterns."""
    from frictionless import Dialect, Resource, Schema, formats

    from cepage.echanges.contrat.fiches import UNITE_OEUVRE
    from cepage.echanges.reception.validation import codes_de_liste

    echantillon = dossier / "echantillon.csv"
    with (
        (dossier / "unite_oeuvre.csv").open(encoding="utf-8") as source,
        echantillon.open("w", encoding="utf-8") as cible,
    ):
        lignes = 0
        for lignes, ligne in enumerate(source):
            cible.write(ligne)
            if lignes >= ECHANTILLON:
                break
    champs = []
    for champ in UNITE_OEUVRE.champs:
        contraintes: dict[str, Any] = {}
        if champ.motif and "\\p" not in champ.motif:
            contraintes["pattern"] = champ.motif
        if champ.nomenclature and not champ.multiple and codes_de_liste(champ.nomenclature):
            contraintes["enum"] = sorted(codes_de_liste(champ.nomenclature))
        if champ.toujours_obligatoire:
            contraintes["required"] = True
        champs.append(
            {
                "name": champ.nom,
                "type": "date" if champ.type == "date" else "string",
                "constraints": contraintes,
            }
        )
    ressource = Resource(
        path=echantillon.name,
        basepath=str(dossier),
        dialect=Dialect(controls=[formats.CsvControl(delimiter=";")]),
        schema=Schema.from_descriptor({"fields": champs}),
    )
    debut = time.perf_counter()
    ressource.validate(limit_errors=1_000_000)
    return (time.perf_counter() - debut) * total / lignes


def registre_entier(dossier: Path) -> float:
    """Seconds for the whole reception, proof, judgement, versions, journal and receipt; the base is new."""
    _django(dossier)
    from cepage.echanges.reception.services import Depot, recevoir

    chemin = dossier / f"CEP_{LOT}_{OPERATEUR}_20211231_0001.zip"
    debut = time.perf_counter()
    accuse = recevoir(Depot(chemin, LOT, datetime.now(UTC)))
    duree = time.perf_counter() - debut
    assert accuse.statut == "accepte_partiellement", accuse.en_phrases()
    return duree


def copie_indexee(dossier: Path, django: bool = False) -> float:
    """Seconds to COPY the same accepted rows into the same tables with their indexes (or bulk_create a sample)."""
    _django(dossier)
    from django.db import connections

    from cepage.acheteur.registre.models import TABLES

    proprietaire = connections["proprietaire"]
    duree = 0.0
    lignes = insere = 0
    with proprietaire.cursor() as curseur:
        curseur.execute("SELECT set_config('cepage.emetteurs', '*', false)")
        for nom, modele in TABLES.items():
            curseur.execute(f"DROP TABLE IF EXISTS copie_{nom}")
            curseur.execute(f"CREATE TABLE copie_{nom} (LIKE registre_{nom} INCLUDING ALL)")
            if django:
                curseur.execute("SELECT count(*) FROM registre_" + nom)
                lignes += curseur.fetchone()[0]
                objets = list(modele._default_manager.using("proprietaire").order_by("id")[: ECHANTILLON // 4])
                modele._meta.db_table, ancienne = f"copie_{nom}", modele._meta.db_table
                debut = time.perf_counter()
                modele._default_manager.using("proprietaire").bulk_create(objets, batch_size=1000)
                duree += time.perf_counter() - debut
                modele._meta.db_table = ancienne
                insere += len(objets)
                continue
            charge = dossier / "charge.bin"
            with (
                charge.open("wb") as flux,
                curseur.copy(f"COPY (SELECT * FROM registre_{nom}) TO STDOUT") as copie,
            ):
                for morceau in copie:
                    flux.write(morceau)
            debut = time.perf_counter()
            with charge.open("rb") as flux, curseur.copy(f"COPY copie_{nom} FROM STDIN") as copie:
                while morceau := flux.read(1 << 20):
                    copie.write(morceau)
            duree += time.perf_counter() - debut
    return duree * lignes / insere if django else duree


def mesurer(sujet: str, dossier: Path, total: int) -> float:
    """Run one subject in this process."""
    match sujet:
        case "polars":
            return polars_nu(dossier)
        case "csv":
            return juger_le_fichier(dossier, f"CEP_{LOT}_{OPERATEUR}_20211231_0001.zip")
        case "jsonl":
            return juger_le_fichier(dossier, "envoi.jsonl")
        case "xml":
            return juger_le_fichier(dossier, "envoi.xml")
        case "lxml":
            return lxml_seul(dossier)
        case "frictionless":
            return frictionless_seul(dossier, total)
        case "registre":
            return registre_entier(dossier)
        case "copy":
            return copie_indexee(dossier)
    return copie_indexee(dossier, django=True)


def principal() -> int:
    """Prepare the fiches, run every subject, print and keep the table."""
    parseur = argparse.ArgumentParser()
    parseur.add_argument("--dossiers", type=int, default=260_000)
    parseur.add_argument("--passes", type=int, default=3)
    parseur.add_argument("--sujets", nargs="*", default=list(SUJETS), choices=SUJETS)
    parseur.add_argument("--sujet", help=argparse.SUPPRESS)
    parseur.add_argument("--dossier", type=Path, help=argparse.SUPPRESS)
    parseur.add_argument("--total", type=int, default=0, help=argparse.SUPPRESS)
    args = parseur.parse_args()
    if args.sujet:
        secondes = mesurer(args.sujet, args.dossier, args.total)
        memoire = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps({"secondes": secondes, "mio": memoire}))
        return 0
    with tempfile.TemporaryDirectory(prefix="cepage-bench-") as nom:
        dossier = Path(nom)
        dossier.chmod(0o755)
        total = preparer(dossier, args.dossiers)
        print(f"{total:,} fiches".replace(",", " "), flush=True)
        mesures = {sujet: _passes(sujet, dossier, total, args.passes) for sujet in args.sujets}
    _afficher(mesures, total)
    return 0


def _passes(sujet: str, dossier: Path, total: int, passes: int) -> dict[str, Any]:
    resultats = []
    for _ in range(passes):
        if sujet == "registre":
            subprocess.run(["rm", "-rf", str(dossier / "donnees")], check=True)
        sortie = subprocess.run(
            [sys.executable, __file__, "--sujet", sujet, "--dossier", str(dossier), "--total", str(total)],
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        ).stdout
        resultats.append(json.loads(sortie.strip().splitlines()[-1]))
    secondes = sorted(r["secondes"] for r in resultats)
    mesure = {
        "mediane": statistics.median(secondes),
        "min": secondes[0],
        "max": secondes[-1],
        "mio": max(r["mio"] for r in resultats),
    }
    print(
        f"{sujet:<13} {mesure['mediane']:8.2f} s  [{mesure['min']:.2f} – {mesure['max']:.2f}]"
        f"  {mesure['mio']:6.0f} Mio",
        flush=True,
    )
    return mesure


def _afficher(mesures: dict[str, dict[str, Any]], total: int) -> None:
    rapports = [
        ("csv", "polars", "≤ 3"),
        ("frictionless", "csv", "≥ 30"),
        ("jsonl", "csv", "≤ 1,3"),
        ("xml", "lxml", "≤ 1,5"),
        ("registre", "copy", "≤ 3"),
        ("django", "registre", "≥ 15"),
    ]
    for a, b, cible in rapports:
        if a in mesures and b in mesures:
            print(f"{a} / {b} = {mesures[a]['mediane'] / mesures[b]['mediane']:.2f} (cible {cible})")
    RESULTATS.mkdir(parents=True, exist_ok=True)
    (RESULTATS / "reception.json").write_text(
        json.dumps({"fiches": total, "le": datetime.now(UTC).isoformat(), "mesures": mesures}, indent=1)
    )


if __name__ == "__main__":
    sys.exit(principal())
