"""Close a quarter: décompte lines down to the unit, totals, against the bare SQL aggregation and insert.

    python bench/decomptes.py --unites 1000000 --passes 3

A quarter of `--unites` closed units (four kinds, one in fifty an abandon, one in fifty without its livrable) with
their livrables is written in the register of one lot. Ours: `calculer`, with its reasons, guards, row-level security
and constraints. Peer: in the same run, the same units joined to their livrables and prices, inserted in a table with
the same indexes as ours, then aggregated. Prints a table and writes bench/resultats/decomptes.json.
"""

import argparse
import json
import os
import resource
import statistics
import sys
import tempfile
import time
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

RACINE = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(RACINE))
RESULTATS = RACINE / "bench" / "resultats"
INSTANT = datetime(2022, 1, 5, 9, tzinfo=UTC)

UNITES = """
INSERT INTO registre_unite_oeuvre (cle, lot, emetteur, nature, horodatage, recu_le, envoi, fichier, ligne, empreinte,
  connu_de, numero_dossier, identifiant_beneficiaire, uo, date_engagement, date_cloture, reference_bon_commande,
  motif_cloture)
SELECT n.numero, '08', 'AB', 'C', n.instant, n.instant, 'bench', 'bench.csv', n.i, repeat('0', 64), n.instant,
  n.numero, 'P' || n.i, n.uo, date '2021-01-04', date '2021-01-05' + (n.i %% 85),
  '2021-Lot08-UO' || n.affichee || '-' || lpad((1 + n.rang / 99999)::text, 2, '0') || '-'
    || lpad((1 + n.rang %% 99999)::text, 5, '0'),
  CASE WHEN n.uo = '00' THEN NULL WHEN n.i %% 50 = 0 THEN 'ABANDON' ELSE 'CV_OBJECTIF' END
FROM (
  SELECT i, i / 4 AS rang, timestamptz '2021-04-01 06:00+00' AS instant,
    (ARRAY['00', '01', '21', '22'])[1 + i %% 4] AS uo, (ARRAY['00', '01', '2.1', '2.2'])[1 + i %% 4] AS affichee,
    'AB2101' || (ARRAY['00', '01', '21', '22'])[1 + i %% 4] || lpad((i / 4)::text, 6, '0') AS numero
  FROM generate_series(0, %(unites)s - 1) i
) n
"""
LIVRABLES = """
INSERT INTO registre_livrable (cle, lot, emetteur, nature, horodatage, recu_le, envoi, fichier, ligne, empreinte,
  connu_de, numero_dossier, type_livrable)
SELECT v.cle || '|' || t.genre, '08', 'AB', 'C', v.horodatage, v.recu_le, 'bench', 'bench.csv', v.ligne,
  repeat('0', 64), v.connu_de, v.cle, t.genre
FROM registre_unite_oeuvre v
JOIN (VALUES ('01', 'ELP'), ('21', 'PP'), ('22', 'COURRIEL_CLOTURE')) t(uo, genre) ON t.uo = v.uo
WHERE v.motif_cloture <> 'ABANDON' AND v.ligne %% 50 <> 1
"""
NU_INSERTION = """
INSERT INTO bench_ligne (decompte_id, emetteur, acte, version, uo, commande, date_fait, nature, motif, prix_ht,
  montant_ht)
SELECT 1, v.emetteur, v.cle, v.id, v.uo, left(v.reference_bon_commande, -6), v.date_cloture, 'unite',
  CASE WHEN l.id IS NULL AND v.uo <> '00' THEN 'livrable_attendu' ELSE 'payable' END, p.prix_ht,
  CASE WHEN l.id IS NULL AND v.uo <> '00' THEN 0 ELSE p.prix_ht END
FROM registre_unite_oeuvre v
JOIN marche_prix p ON p.lot = v.lot AND p.uo = v.uo AND p.periode @> v.date_cloture
LEFT JOIN registre_livrable l ON l.numero_dossier = v.cle AND l.connu_jusqu_a IS NULL
WHERE v.lot = '08' AND v.connu_jusqu_a IS NULL AND v.date_cloture >= '2021-01-01' AND v.date_cloture < '2021-04-01'
"""
NU_TOTAUX = """
CREATE TABLE bench_poste AS
SELECT uo, commande, prix_ht, count(*) AS closes, sum(montant_ht) AS montant FROM bench_ligne GROUP BY 1, 2, 3
"""


def preparer(unites: int) -> None:
    """The market, the register, and statistics for the planner."""
    from django.db import connection

    from cepage.acheteur.marche.models import Commande, Prix, Titulaire
    from cepage.fondations.regles import numeros
    from cepage.fondations.socle.portee import portee_totale

    with portee_totale(), connection.cursor() as curseur:
        Titulaire.objects.create(lot="08", operateur="AB", nom="AB", debut=date(2020, 1, 2))
        for uo, prix in (("00", "12.50"), ("01", "149.00"), ("21", "298.50"), ("22", "148.75")):
            Prix.objects.create(lot="08", uo=uo, periode=(date(2020, 1, 2), None), prix_ht=prix)
            for ordre in range(1, unites // 4 // 99_999 + 2):
                reference = numeros.reference_commande(2021, "08", uo, ordre)
                Commande.objects.create(
                    reference=reference,
                    lot="08",
                    uo=uo,
                    debut=date(2021, 1, 1),
                    fin=date(2021, 12, 31),
                    volume=99_999,
                )
        curseur.execute(UNITES, {"unites": unites})
        curseur.execute(LIVRABLES, {})
    analyser()


def analyser() -> None:
    """Statistics, as autovacuum keeps them in production."""
    from django.db import connections

    with connections["proprietaire"].cursor() as curseur:
        curseur.execute("VACUUM ANALYZE registre_unite_oeuvre")
        curseur.execute("VACUUM ANALYZE registre_livrable")


def notre() -> tuple[float, str]:
    """Seconds to compute the décompte, and its net total."""
    from cepage.acheteur.decomptes.calcul import calculer
    from cepage.acheteur.decomptes.models import Decompte, Ligne, Poste
    from cepage.acheteur.decomptes.selectors import totaux
    from cepage.acheteur.decomptes.trimestres import Trimestre
    from cepage.fondations.socle.portee import portee_totale

    debut = time.perf_counter()
    with portee_totale():
        (decompte,) = calculer("08", Trimestre(2021, 1), maintenant=INSTANT)
    duree = time.perf_counter() - debut
    with portee_totale():
        net = str(totaux(decompte).net_ht)
        Poste.objects.all().delete()
        Ligne.objects.all().delete()
        Decompte.objects.all().delete()
    nettoyer("decomptes_ligne")
    return duree, net


def nettoyer(table: str) -> None:
    """Free the rows of the pass before, so that each pass starts from the same table."""
    from django.db import connections

    with connections["proprietaire"].cursor() as curseur:
        curseur.execute(f"VACUUM {table}")


def pair(index: bool) -> float:
    """Seconds of the bare insertion and aggregation, with our indexes or with none."""
    from django.db import connections

    with connections["proprietaire"].cursor() as curseur:
        # Row-level security hides its selectivity from the planner: the peer is spared the nested loop it would choose.
        curseur.execute("SET cepage.emetteurs = '*'; SET enable_nestloop = off")
        avec = " INCLUDING INDEXES" if index else ""
        curseur.execute(f"CREATE TABLE bench_ligne (LIKE decomptes_ligne INCLUDING IDENTITY{avec})")
        debut = time.perf_counter()
        curseur.execute(NU_INSERTION)
        curseur.execute(NU_TOTAUX)
        duree = time.perf_counter() - debut
        curseur.execute("DROP TABLE bench_ligne; DROP TABLE bench_poste")
    return duree


def mesurer(unites: int, passes: int) -> dict[str, Any]:
    """Every subject in turn, `passes` times."""
    from cepage.config.ligne_de_commande import preparer as preparer_base

    preparer_base()
    preparer(unites)
    temps: dict[str, list[float]] = {"cepage": [], "sql_avec_index": [], "sql_sans_index": []}
    nets = set()
    for _ in range(passes):
        duree, net = notre()
        temps["cepage"].append(duree)
        nets.add(net)
        temps["sql_avec_index"].append(pair(index=True))
        temps["sql_sans_index"].append(pair(index=False))
    medianes = {nom: statistics.median(valeurs) for nom, valeurs in temps.items()}
    return {
        "unites": unites,
        "secondes": temps,
        "medianes": medianes,
        "rapport_avec_index": medianes["cepage"] / medianes["sql_avec_index"],
        "rapport_sans_index": medianes["cepage"] / medianes["sql_sans_index"],
        "net_ht": sorted(nets),
        "memoire_mio": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def main() -> None:
    """Measure, print, write."""
    parseur = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parseur.add_argument("--unites", type=int, default=1_000_000)
    parseur.add_argument("--passes", type=int, default=3)
    args = parseur.parse_args()
    with tempfile.TemporaryDirectory() as donnees:
        os.environ["CEPAGE_DONNEES"] = donnees
        os.environ["DJANGO_SETTINGS_MODULE"] = "cepage.config.settings"
        try:
            mesures = mesurer(args.unites, args.passes)
        finally:
            from django.db import connections

            from cepage.fondations.socle.base_embarquee import arreter

            connections.close_all()
            arreter(Path(donnees))
    for nom, valeurs in mesures["secondes"].items():
        print(f"{nom:16} médiane {statistics.median(valeurs):7.2f} s   min {min(valeurs):.2f}   max {max(valeurs):.2f}")
    print(
        f"rapport au SQL nu : {mesures['rapport_avec_index']:.2f} (mêmes index), "
        f"{mesures['rapport_sans_index']:.2f} (sans index) ; mémoire {mesures['memoire_mio']:.0f} Mio"
    )
    RESULTATS.mkdir(exist_ok=True)
    (RESULTATS / "decomptes.json").write_text(json.dumps(mesures, indent=1))


if __name__ == "__main__":
    main()
