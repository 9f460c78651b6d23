"""Time the reception of one large envoi: reading and judging in each format, then entering the register.

    python bench/reception.py --copies 2 --passes 3

One generated set of about half a million fiches is copied under other numbers: two copies make a million, twenty
make ten million. Each subject runs alone in its own process on the same fiches. Peers: bare Polars (the same rules
on whole columns, no receipt), frictionless (on a sample, brought to the same number of lines) beside our reading
with the format rules alone, lxml's iterparse alone, COPY into the same tables with their indexes, Django's
bulk_create (on a sample). Prints a table and writes bench/resultats/reception_<fiches>.json.
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

RACINE = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(RACINE))
RESULTATS = RACINE / "bench" / "resultats"
SUJETS = ("polars", "csv", "formes", "frictionless", "jsonl", "lxml", "xml", "registre", "copy", "django")

from bench._mesure import Chrono, Duree  # noqa: E402
from bench._reception_jeu import DOSSIERS, ENVOI, LOT, OPERATEUR, preparer  # noqa: E402
from bench._reception_pairs import ECHANTILLON, frictionless_seul, lxml_seul, polars_nu  # noqa: E402


def _django(dossier: Path) -> None:
    os.environ["CEPAGE_DONNEES"] = str(dossier / "donnees")
    from cepage.config.ligne_de_commande import preparer as preparer_base

    preparer_base()
    from cepage.acheteur.marche.services import importer

    importer(dossier / "jeu" / "titulaires.csv")
    importer(dossier / "commandes.csv")


def juger_le_fichier(dossier: Path, nom: str) -> Duree:
    """Seconds to read and judge the file, register empty, nothing written."""
    _django(dossier)
    from cepage.echanges.reception.contexte import registre
    from cepage.echanges.reception.lecture import Limites, ouvrir
    from cepage.echanges.reception.services import OBLIGATOIRES, SCHEMA
    from cepage.echanges.reception.validation import Cadre, juger
    from cepage.fondations.regles import charger_marche
    from cepage.fondations.socle.portee import portee_totale

    with portee_totale(), tempfile.TemporaryDirectory() as repertoire:
        chrono = Chrono()
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
        return chrono.duree()


def formes_seules(dossier: Path) -> Duree:
    """Seconds to read the ZIP and apply the rules of one field at a time, as frictionless does, anomalies named."""
    _django(dossier)
    from cepage.echanges.contrat.constats import Releve, appliquer
    from cepage.echanges.contrat.formats import regles_de_forme
    from cepage.echanges.reception.lecture import Limites, ouvrir
    from cepage.echanges.reception.services import OBLIGATOIRES, SCHEMA
    from cepage.echanges.reception.validation import codes_de_liste

    with tempfile.TemporaryDirectory() as repertoire:
        chrono = Chrono()
        lu = ouvrir(
            dossier / ENVOI,
            nom=ENVOI,
            schema=SCHEMA,
            champs_obligatoires=OBLIGATOIRES,
            limites=Limites(),
            repertoire=Path(repertoire),
        )
        releve = Releve()
        for nom in lu.fiches():
            for lignes in lu.lots_de_lignes(nom):
                nommees = lignes.with_columns(_cle=None)
                appliquer(regles_de_forme(nom, codes_de_liste), nommees, nom, releve)
        releve.cadre()
        return chrono.duree()


def registre_entier(dossier: Path) -> Duree:
    """Seconds for the whole reception, proof, judgement, versions, journal and receipt; the base is new."""
    _django(dossier)
    from cepage.echanges.reception.services import Depot, recevoir

    chemin = dossier / ENVOI
    chrono = Chrono()
    accuse = recevoir(Depot(chemin, LOT, datetime.now(UTC)))
    duree = chrono.duree()
    assert accuse.statut == "accepte_partiellement", accuse.en_phrases()
    return duree


def copie_indexee(dossier: Path, django: bool = False) -> Duree:
    """Seconds to COPY the same accepted rows into the same tables with their indexes (or bulk_create a sample)."""
    _django(dossier)
    from django.db import connections

    from cepage.acheteur.registre.models import TABLES

    proprietaire = connections["proprietaire"]
    duree = Duree()
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
                chrono = Chrono()
                modele._default_manager.using("proprietaire").bulk_create(objets, batch_size=1000)
                duree += chrono.duree()
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
            chrono = Chrono()
            with charge.open("rb") as flux, curseur.copy(f"COPY copie_{nom} FROM STDIN") as copie:
                while morceau := flux.read(1 << 20):
                    copie.write(morceau)
            duree += chrono.duree()
    return duree.fois(lignes / insere) if django else duree


def mesurer(sujet: str, dossier: Path, total: int) -> Duree:
    """Run one subject in this process."""
    match sujet:
        case "polars":
            return polars_nu(dossier)
        case "csv":
            return juger_le_fichier(dossier, ENVOI)
        case "formes":
            return formes_seules(dossier)
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
    parseur.add_argument("--dossiers", type=int, default=DOSSIERS, help="unités du jeu de départ")
    parseur.add_argument("--copies", type=int, default=2, help="combien de fois ce jeu")
    parseur.add_argument("--jeu", type=Path, help="garder les fiches préparées dans ce répertoire, ou les y reprendre")
    parseur.add_argument("--passes", type=int, default=3)
    parseur.add_argument("--sujets", nargs="*", default=list(SUJETS), choices=SUJETS)
    parseur.add_argument("--sujet", help=argparse.SUPPRESS)
    parseur.add_argument("--dossier", type=Path, help=argparse.SUPPRESS)
    parseur.add_argument("--total", type=int, default=0, help=argparse.SUPPRESS)
    args = parseur.parse_args()
    if args.sujet:
        duree = mesurer(args.sujet, args.dossier, args.total)
        memoire = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps({"secondes": duree.secondes, "processeur": duree.processeur, "mio": memoire}))
        return 0
    with tempfile.TemporaryDirectory(prefix="cepage-bench-") as provisoire:
        dossier = args.jeu or Path(provisoire)
        total = _total(dossier, args.dossiers, args.copies)
        print(f"{total:,} fiches".replace(",", " "), flush=True)
        mesures = {sujet: _passes(sujet, dossier, total, args.passes) for sujet in args.sujets}
    _afficher(mesures, total)
    return 0


def _total(dossier: Path, dossiers: int, copies: int) -> int:
    """Prepare the fiches unless the directory already holds them; returns how many."""
    temoin = dossier / "total.json"
    if not temoin.exists():
        dossier.mkdir(parents=True, exist_ok=True)
        dossier.chmod(0o755)
        temoin.write_text(json.dumps(preparer(dossier, dossiers, copies)))
    return int(json.loads(temoin.read_text()))


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
        "processeur": statistics.median(r["processeur"] for r in resultats),
        "mio": max(r["mio"] for r in resultats),
    }
    print(
        f"{sujet:<13} {mesure['mediane']:8.2f} s  [{mesure['min']:.2f} – {mesure['max']:.2f}]"
        f"  processeur {mesure['processeur']:8.2f} s  {mesure['mio']:6.0f} Mio",
        flush=True,
    )
    return mesure


def _afficher(mesures: dict[str, dict[str, Any]], total: int) -> None:
    rapports = [
        ("csv", "polars", "≤ 3"),
        ("frictionless", "formes", "≥ 30"),
        ("jsonl", "csv", "≤ 1,3"),
        ("xml", "lxml", "≤ 1,5"),
        ("registre", "copy", "≤ 3"),
        ("django", "registre", "≥ 15"),
    ]
    for a, b, cible in rapports:
        if a in mesures and b in mesures:
            duree, processeur = (mesures[a][m] / mesures[b][m] for m in ("mediane", "processeur"))
            print(f"{a} / {b} = {duree:.2f}, en temps de processeur {processeur:.2f} (cible {cible})")
    RESULTATS.mkdir(parents=True, exist_ok=True)
    (RESULTATS / f"reception_{total}.json").write_text(
        json.dumps({"fiches": total, "le": datetime.now(UTC).isoformat(), "mesures": mesures}, indent=1)
    )


if __name__ == "__main__":
    sys.exit(principal())
