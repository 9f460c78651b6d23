"""The same figures written by hand, for each peer: plain SQL (DuckDB and PostgreSQL), Polars.

Each answers {(figure, lot, month, modality): number}, so that the bench can check them against ours.
"""

from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from typing import Any

Figures = dict[tuple[str, str, str, str], float]

_RETENUES = "connu_jusqu_a IS NULL AND coalesce(groupe_cloture, '') <> 'hors statistique'"

REQUETES = {
    "engagements": f"""
        SELECT 'engagements', lot, to_mois(date_engagement) AS mois, uo, count(*) FROM unites
        WHERE {_RETENUES} GROUP BY lot, mois, uo""",
    "personnes": f"""
        SELECT 'personnes', lot, to_mois(date_engagement) AS mois,
               CASE WHEN uo = '00' THEN 'SPRO' ELSE 'CEP' END AS service, count(DISTINCT personne)
        FROM unites WHERE {_RETENUES} GROUP BY lot, mois, service""",
    "categories": f"""
        WITH engagees AS (SELECT DISTINCT lot, to_mois(date_engagement) AS mois, personne FROM unites
                          WHERE {_RETENUES} AND uo <> '00')
        SELECT 'categorie', e.lot, mois, coalesce(categorie_sociale, 'NSP') AS categorie, count(*)
        FROM engagees e LEFT JOIN personnes p
          ON p.lot = e.lot AND p.personne = e.personne AND p.connu_jusqu_a IS NULL
        GROUP BY e.lot, mois, categorie""",
    "statuts": f"""
        WITH engagees AS (SELECT DISTINCT lot, to_mois(date_engagement) AS mois, personne FROM unites
                          WHERE {_RETENUES} AND uo <> '00'),
             statuts AS (SELECT lot, personne, unnest(statut) AS statut FROM personnes
                         WHERE connu_jusqu_a IS NULL)
        SELECT 'statut', e.lot, mois, s.statut, count(*)
        FROM engagees e JOIN statuts s ON s.lot = e.lot AND s.personne = e.personne
        GROUP BY e.lot, mois, s.statut""",
    "annee": f"""
        WITH premieres AS (SELECT lot, date_trunc('year', date_engagement) AS annee, personne,
                                  min(to_mois(date_engagement)) AS mois
                           FROM unites WHERE {_RETENUES} AND uo = '00' GROUP BY lot, annee, personne),
             nouvelles AS (SELECT lot, annee, mois, count(*) AS n FROM premieres GROUP BY lot, annee, mois)
        SELECT 'annee', lot, mois, '', sum(n) OVER (PARTITION BY lot, annee ORDER BY mois) FROM nouvelles""",
    "bons": """
        WITH premieres AS (SELECT u.lot, u.uo,
                                  left(reference_bon_commande, length(reference_bon_commande) - 6) AS reference,
                                  u.personne, min(to_mois(date_engagement)) AS mois
                           FROM unites u JOIN personnes p
                             ON p.lot = u.lot AND p.personne = u.personne
                            AND p.connu_jusqu_a IS NULL AND p.occupe
                           WHERE u.connu_jusqu_a IS NULL
                             AND coalesce(groupe_cloture, '') <> 'hors statistique'
                           GROUP BY u.lot, u.uo, reference, u.personne),
             nouvelles AS (SELECT lot, uo, reference, mois, count(*) AS n FROM premieres
                           GROUP BY lot, uo, reference, mois)
        SELECT 'bon', lot, mois, uo, sum(n) OVER (PARTITION BY lot, uo, reference ORDER BY mois)
        FROM nouvelles""",
    "clotures": f"""
        WITH closes AS (SELECT lot, to_mois(date_cloture) AS mois, uo, groupe_cloture AS groupe,
                               jours(date_engagement, date_cloture) AS jours,
                               taille(prestations_complementaires) > 0
                               AND NOT contient(prestations_complementaires) AS prestation
                        FROM unites WHERE {_RETENUES} AND date_cloture IS NOT NULL AND uo <> '00'),
             mesures AS (SELECT lot, mois, uo, count(*) AS closes,
                                count(*) FILTER (WHERE groupe = 'abandon') AS abandons,
                                count(*) FILTER (WHERE prestation) AS prestations,
                                sum(jours) FILTER (WHERE groupe = 'volontaire') AS jours,
                                percentile_cont(0.5) WITHIN GROUP (ORDER BY jours)
                                    FILTER (WHERE groupe = 'volontaire') AS mediane,
                                percentile_cont(0.9) WITHIN GROUP (ORDER BY jours)
                                    FILTER (WHERE groupe = 'volontaire') AS decile
                         FROM closes GROUP BY lot, mois, uo)
        SELECT 'closes', lot, mois, uo, closes FROM mesures
        UNION ALL SELECT 'abandons', lot, mois, uo, abandons FROM mesures
        UNION ALL SELECT 'prestations', lot, mois, uo, prestations FROM mesures
        UNION ALL SELECT 'jours', lot, mois, uo, jours FROM mesures
        UNION ALL SELECT 'mediane', lot, mois, uo, mediane FROM mesures
        UNION ALL SELECT 'decile', lot, mois, uo, decile FROM mesures""",
    "reengagements": f"""
        WITH fins AS (SELECT lot, personne, numero_dossier, uo, date_cloture FROM unites
                      WHERE {_RETENUES} AND date_cloture IS NOT NULL AND uo IN ('21', '22')),
             suites AS (SELECT lot, personne, numero_dossier, uo, date_engagement FROM unites
                        WHERE {_RETENUES} AND uo <> '00')
        SELECT 'fins', lot, to_mois(date_cloture) AS mois, '', count(DISTINCT personne) FROM fins
        GROUP BY lot, mois
        UNION ALL
        SELECT 'reengagements', f.lot, to_mois(f.date_cloture) AS mois, '', count(DISTINCT f.personne)
        FROM fins f JOIN suites s
          ON s.lot = f.lot AND s.personne = f.personne AND s.numero_dossier <> f.numero_dossier
         AND s.date_engagement >= f.date_cloture
         AND s.date_engagement < f.date_cloture + INTERVAL '3 months'
         AND (f.uo = '22' OR s.uo <> '22')
        GROUP BY f.lot, mois""",
}

MACROS_DUCKDB = """
    CREATE MACRO to_mois(d) AS date_trunc('month', d)::DATE;
    CREATE MACRO jours(a, b) AS b - a;
    CREATE MACRO taille(l) AS coalesce(len(l), 0);
    CREATE MACRO contient(l) AS coalesce(list_contains(l, 'AUCUNE'), false);
"""
MACROS_POSTGRESQL = """
    CREATE FUNCTION to_mois(d date) RETURNS date IMMUTABLE LANGUAGE sql
      RETURN date_trunc('month', d::timestamp)::date;
    CREATE FUNCTION jours(a date, b date) RETURNS int IMMUTABLE LANGUAGE sql RETURN b - a;
    CREATE FUNCTION taille(l text[]) RETURNS int IMMUTABLE LANGUAGE sql RETURN coalesce(cardinality(l), 0);
    CREATE FUNCTION contient(l text[]) RETURNS bool IMMUTABLE LANGUAGE sql
      RETURN coalesce('AUCUNE' = ANY(l), false);
"""


def par_sql(executer: Callable[[str], Iterable[tuple[Any, ...]]]) -> Figures:
    """Run every query and gather the figures."""
    lignes = (ligne for requete in REQUETES.values() for ligne in executer(requete))
    return {(f, lot, f"{mois:%Y-%m}", modalite): float(n) for f, lot, mois, modalite, n in lignes if n is not None}


def par_duckdb(donnees: Path) -> Figures:
    """Hand-written SQL on the same Parquet files."""
    import duckdb

    con = duckdb.connect()
    con.execute("SET preserve_insertion_order = false; SET memory_limit = '6GB'")
    con.execute(MACROS_DUCKDB)
    for table in ("unites", "personnes"):
        sauf = "EXCLUDE mois" if table == "unites" else ""
        con.execute(
            f"CREATE VIEW {table} AS SELECT * {sauf} FROM read_parquet('{donnees}/{table}/**/*.parquet', "
            "hive_partitioning = true, hive_types = {'lot': VARCHAR})"
        )
    return par_sql(lambda requete: con.execute(requete).fetchall())


def par_postgresql(hote: str) -> Figures:
    """The same SQL in PostgreSQL, on tables already loaded and analysed."""
    import psycopg

    with psycopg.connect(host=hote, user="postgres", dbname="postgres") as con:
        con.execute("SET work_mem = '512MB'")
        return par_sql(lambda requete: con.execute(requete).fetchall())


def charger_postgresql(donnees: Path, hote: str) -> None:
    """Load the Parquet files by COPY, index the joins, analyse (not timed)."""
    import duckdb
    import psycopg

    duck = duckdb.connect()
    colonnes = {
        "unites": "lot text, numero_dossier text, personne text, uo text, date_engagement date, "
        "date_cloture date, reference_bon_commande text, groupe_cloture text, "
        "prestations_complementaires text[], connu_de timestamptz, connu_jusqu_a timestamptz",
        "personnes": "lot text, personne text, categorie_sociale text, statut text[], occupe bool, "
        "connu_de timestamptz, connu_jusqu_a timestamptz",
    }
    with psycopg.connect(host=hote, user="postgres", dbname="postgres", autocommit=True) as con:
        con.execute(MACROS_POSTGRESQL)
        for table, types in colonnes.items():
            con.execute(f"CREATE UNLOGGED TABLE {table} ({types})")
            champs = ", ".join(
                f"'{{' || array_to_string({nom}, ',') || '}}'" if "[]" in genre else nom
                for nom, genre in (c.split(" ", 1) for c in types.split(", "))
            )
            fichier = donnees / f"{table}.csv"
            duck.execute(
                f"COPY (SELECT {champs} FROM read_parquet('{donnees}/{table}/**/*.parquet', "
                "hive_partitioning = true, hive_types = {'lot': VARCHAR})) "
                f"TO '{fichier}' (HEADER false)"
            )
            with (
                fichier.open("rb") as flux,
                con.cursor().copy(f"COPY {table} FROM STDIN (FORMAT csv)") as copie,
            ):
                while bloc := flux.read(1 << 20):
                    copie.write(bloc)
            fichier.unlink()
        con.execute("CREATE INDEX ON unites (lot, personne)")
        con.execute("CREATE INDEX ON personnes (lot, personne)")
        con.execute("VACUUM ANALYZE")


def par_polars(donnees: Path) -> Figures:
    """The same figures in Polars lazy frames, streamed."""
    import polars as pl

    def lire(table: str) -> pl.LazyFrame:
        lus = pl.scan_parquet(
            f"{donnees}/{table}/**/*.parquet",
            hive_partitioning=True,
            hive_schema={"lot": pl.String} | ({"mois": pl.String} if table == "unites" else {}),
        )
        return lus.filter(pl.col("connu_jusqu_a").is_null())

    u = lire("unites").filter(pl.col("groupe_cloture").fill_null("") != "hors statistique")
    p = lire("personnes")
    e = u.with_columns(mois=pl.col("date_engagement").dt.truncate("1mo"))
    cep = e.filter(pl.col("uo") != "00").select("lot", "mois", "personne").unique()
    c = u.filter(pl.col("date_cloture").is_not_null()).with_columns(
        mois=pl.col("date_cloture").dt.truncate("1mo"),
        jours=(pl.col("date_cloture") - pl.col("date_engagement")).dt.total_days(),
    )
    volontaire = pl.col("groupe_cloture") == "volontaire"
    prestations = pl.col("prestations_complementaires")
    fins = c.filter(pl.col("uo").is_in(["21", "22"]))
    suites = e.filter(pl.col("uo") != "00").select(
        "lot", "personne", suite="numero_dossier", uo_suite="uo", reprise="date_engagement"
    )
    retours = fins.join(suites, on=["lot", "personne"]).filter(
        (pl.col("suite") != pl.col("numero_dossier"))
        & (pl.col("reprise") >= pl.col("date_cloture"))
        & (pl.col("reprise") < pl.col("date_cloture").dt.offset_by("3mo"))
        & ((pl.col("uo") == "22") | (pl.col("uo_suite") != "22"))
    )
    occupes = p.filter(pl.col("occupe")).select("lot", "personne")
    mesures = (
        c.filter(pl.col("uo") != "00")
        .group_by("lot", "mois", "uo")
        .agg(
            closes=pl.len(),
            abandons=(pl.col("groupe_cloture") == "abandon").sum(),
            prestations=((prestations.list.len() > 0) & ~prestations.list.contains("AUCUNE")).sum(),
            jours=pl.when(volontaire.any()).then(pl.col("jours").filter(volontaire).sum()),
            mediane=pl.col("jours").filter(volontaire).quantile(0.5, "linear"),
            decile=pl.col("jours").filter(volontaire).quantile(0.9, "linear"),
        )
    )
    bons = (
        e.join(occupes, on=["lot", "personne"], how="semi")
        .with_columns(reference=pl.col("reference_bon_commande").str.head(-6))
        .group_by("lot", "uo", "reference", "personne")
        .agg(pl.col("mois").min())
        .group_by("lot", "uo", "reference", "mois")
        .len("n")
    )
    annee = (
        e.filter(pl.col("uo") == "00")
        .group_by("lot", pl.col("mois").dt.year().alias("annee"), "personne")
        .agg(pl.col("mois").min())
        .group_by("lot", "annee", "mois")
        .len("n")
    )
    n = pl.col("n")
    plans = {
        "engagements": e.group_by("lot", "mois", modalite="uo").len("n"),
        "personnes": e.with_columns(
            modalite=pl.when(pl.col("uo") == "00").then(pl.lit("SPRO")).otherwise(pl.lit("CEP"))
        )
        .group_by("lot", "mois", "modalite")
        .agg(n=pl.col("personne").n_unique()),
        "categorie": cep.join(p, on=["lot", "personne"], how="left")
        .group_by("lot", "mois", modalite=pl.col("categorie_sociale").fill_null("NSP"))
        .len("n"),
        "statut": cep.join(p.select("lot", "personne", modalite="statut").explode("modalite"), on=["lot", "personne"])
        .group_by("lot", "mois", "modalite")
        .len("n"),
        "annee": annee.sort("mois").with_columns(n=n.cum_sum().over("lot", "annee"), modalite=pl.lit("")),
        "bon": bons.sort("mois").with_columns(n=n.cum_sum().over("lot", "uo", "reference"), modalite="uo"),
        "fins": fins.group_by("lot", "mois").agg(n=pl.col("personne").n_unique(), modalite=pl.lit("").first()),
        "reengagements": retours.group_by("lot", "mois").agg(
            n=pl.col("personne").n_unique(), modalite=pl.lit("").first()
        ),
        "mesures": mesures,
    }
    figures: Figures = {}
    for nom, table in zip(plans, pl.collect_all(list(plans.values()), engine="streaming"), strict=True):
        noms = ("closes", "abandons", "prestations", "jours", "mediane", "decile") if nom == "mesures" else (nom,)
        for figure in noms:
            choix = ("lot", "mois", "uo", figure) if nom == "mesures" else ("lot", "mois", "modalite", "n")
            for lot, mois, modalite, valeur in table.select(choix).iter_rows():
                assert isinstance(mois, date)
                if valeur is not None:
                    figures[figure, lot, f"{mois:%Y-%m}", modalite] = float(valeur)
    return figures
