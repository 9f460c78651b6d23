"""The exported columns on disk, opened for the engine: which files, which lots, what was known when.

Layout under the root: `unites/lot=08/…`, `personnes/lot=08/…` (any depth below, `mois=AAAA-MM` of engagement
welcome), and `commandes.parquet` (reference, lot, uo, debut, fin, volume). A row is one state of a key, valid
in knowledge time [connu_de, connu_jusqu_a).
"""

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from cepage.acheteur.indicateurs.modele import Mois

if TYPE_CHECKING:
    import polars as pl

PARIS = ZoneInfo("Europe/Paris")
TABLES = ("unites", "personnes")
FICHIER_COMMANDES = "commandes.parquet"
_COLONNES = {
    "unites": {
        "lot": "VARCHAR",
        "numero_dossier": "VARCHAR",
        "personne": "VARCHAR",
        "uo": "VARCHAR",
        "date_engagement": "DATE",
        "date_cloture": "DATE",
        "reference_bon_commande": "VARCHAR",
        "groupe_cloture": "VARCHAR",
        "prestations_complementaires": "VARCHAR[]",
        "connu_de": "TIMESTAMPTZ",
        "connu_jusqu_a": "TIMESTAMPTZ",
    },
    "personnes": {
        "lot": "VARCHAR",
        "personne": "VARCHAR",
        "categorie_sociale": "VARCHAR",
        "statut": "VARCHAR[]",
        "occupe": "BOOLEAN",
        "connu_de": "TIMESTAMPTZ",
        "connu_jusqu_a": "TIMESTAMPTZ",
    },
}


class ColonnesAbsentes(RuntimeError):
    """The exported columns are not there; the message says how to make them."""


@dataclass(frozen=True)
class Fichier:
    """One Parquet file of a table: where, of which lot, and what tells that it changed."""

    table: str
    lot: str
    chemin: Path
    taille: int
    modifie_ns: int


@dataclass(frozen=True)
class Commande:
    """An order (bon de commande): the volume of persons targeted for a lot and a unit over a period.

    `debut` and `fin` are both included; `fin` None is an order still open. A file that writes the day after
    the last one gives the same figures, since only last days of months are looked up.
    """

    reference: str
    lot: str
    uo: str
    debut: date
    fin: date | None
    volume: int

    def contient(self, jour: date) -> bool:
        """Whether the order runs on `jour`."""
        return self.debut <= jour and (self.fin is None or jour <= self.fin)


def fichiers(racine: Path) -> list[Fichier]:
    """Every Parquet file of the columns, sorted; raises ColonnesAbsentes when there is none of units."""
    trouves = []
    for table in TABLES:
        for dossier in sorted((racine / table).glob("lot=*")):
            for base, _, noms in os.walk(dossier):
                for nom in sorted(n for n in noms if n.endswith(".parquet")):
                    chemin = Path(base) / nom
                    etat = chemin.stat()
                    trouves.append(Fichier(table, dossier.name[4:], chemin, etat.st_size, etat.st_mtime_ns))
    if not any(f.table == "unites" for f in trouves):
        raise ColonnesAbsentes(
            f"Aucune donnée d'indicateurs dans {racine} : le registre n'y a pas encore été exporté. "
            "Recevez un envoi, puis relancez la commande."
        )
    return trouves


def commandes(racine: Path) -> list[Commande]:
    """The orders exported beside the columns; none when the file is absent."""
    chemin = racine / FICHIER_COMMANDES
    if not chemin.exists():
        return []
    import polars as pl

    lignes = pl.read_parquet(chemin).select("reference", "lot", "uo", "debut", "fin", "volume")
    return [Commande(**ligne) for ligne in lignes.sort("reference").iter_rows(named=True)]


def bons_en_cours(toutes: Iterable[Commande], lot: str, uo: str, mois: Mois) -> list[Commande]:
    """The orders of `lot` and `uo` running on the last day of `mois`."""
    jour = mois.dernier_jour
    return [c for c in toutes if c.lot == lot and c.uo == uo and c.contient(jour)]


def cle_des_bons(bons: Iterable[Commande]) -> str:
    """The name of a set of orders in progress together."""
    return "|".join(sorted(c.reference for c in bons))


def ensembles_de_bons(
    toutes: Sequence[Commande], lots: Iterable[str], mois: Iterable[Mois]
) -> list[tuple[str, str, str, str]]:
    """(lot, uo, reference, bon) for every set of orders in progress on the last day of one of the months."""
    retenus = set(lots)
    ensembles: set[tuple[str, str, str, str]] = set()
    for m in mois:
        en_cours: dict[tuple[str, str], list[str]] = {}
        for c in toutes:
            if c.lot in retenus and c.contient(m.dernier_jour):
                en_cours.setdefault((c.lot, c.uo), []).append(c.reference)
        for (lot, uo), references in en_cours.items():
            bon = "|".join(sorted(references))
            ensembles.update((lot, uo, r, bon) for r in references)
    return sorted(ensembles)


def tous_les_ensembles(toutes: Sequence[Commande], lots: Iterable[str]) -> list[tuple[str, str, str, str]]:
    """The same for every month: the sets only change where an order starts or ends."""
    bornes = {Mois.du(c.debut) for c in toutes} | {Mois.du(c.fin).plus(n) for c in toutes if c.fin for n in (0, 1)}
    return ensembles_de_bons(toutes, lots, sorted(bornes))


def fin_de_journee(jour: date) -> datetime:
    """The instant a day ends in Paris, excluded: what was known on `jour` was known before it."""
    return datetime.combine(jour + timedelta(days=1), time(), PARIS)


@contextmanager
def connexion(repertoire: Path | None = None) -> Iterator[Any]:
    """A DuckDB connection in UTC, with bounded memory, spilling to `repertoire` when it must."""
    import duckdb

    con = duckdb.connect()
    try:
        con.execute("SET TimeZone = 'UTC'; SET preserve_insertion_order = false; SET memory_limit = '4GB'")
        if repertoire is not None:
            con.execute(f"SET temp_directory = {_texte(str(repertoire))}")
        yield con
    finally:
        con.close()


def ouvrir(
    con: Any,
    sources: Iterable[Fichier],
    bons: Sequence[tuple[str, str, str, str]],
    connu_le: date | None,
    *,
    recopier: bool = False,
) -> None:
    """Lay `unites` and `personnes` as known at the end of `connu_le` (None: now) and `bons`.

    `recopier` reads the files once into memory, for many queries; else each query reads what it needs of them.
    """
    nature = "TABLE" if recopier else "VIEW"
    par_table: dict[str, list[Fichier]] = {table: [] for table in TABLES}
    for fichier in sources:
        par_table[fichier.table].append(fichier)
    for table, liste in par_table.items():
        con.execute(f"DROP {nature} IF EXISTS {table}")
        con.execute(f"CREATE TEMP {nature} {table} AS {_lecture(table, liste, connu_le)}")
    con.execute("CREATE OR REPLACE TEMP TABLE bons (lot VARCHAR, uo VARCHAR, reference VARCHAR, bon VARCHAR)")
    if bons:
        con.executemany("INSERT INTO bons VALUES (?, ?, ?, ?)", bons)


def lecture(table: str, liste: Sequence[Fichier]) -> str:
    """The SQL that reads every state in `liste`, knowledge times included."""
    colonnes = _COLONNES[table]
    if not liste:
        vide = ", ".join(f"CAST(NULL AS {genre}) AS {nom}" for nom, genre in colonnes.items())
        return f"SELECT {vide} WHERE false"
    noms = ", ".join(f"CAST({_sans_double(nom)} AS {genre}) AS {nom}" for nom, genre in colonnes.items())
    return f"SELECT {noms} FROM {_fichiers(liste)}"  # noqa: S608 - quoted paths, constants


def _sans_double(nom: str) -> str:
    """A status declared twice is one status."""
    return "list_distinct(statut)" if nom == "statut" else nom


def empreinte(table: str, liste: Sequence[Fichier], coupure: str) -> str:
    """The SQL that gives, by file, the number and the fingerprint of the states known before `coupure`.

    A state closed since then counts as still open: time passing leaves the fingerprint as it is.
    """
    valeurs = [
        f"CASE WHEN {nom} < {coupure} THEN {nom} END" if nom == "connu_jusqu_a" else nom for nom in _COLONNES[table]
    ]
    return (
        f"SELECT filename, count(*), bit_xor(hash({', '.join(valeurs)})) FROM "  # noqa: S608 - as above
        f"{_fichiers(liste, ', filename = true')} WHERE connu_de < {coupure} GROUP BY filename"
    )


def _fichiers(liste: Sequence[Fichier], options: str = "") -> str:
    chemins = ", ".join(_texte(str(f.chemin)) for f in liste)
    return f"read_parquet([{chemins}], hive_partitioning = true, hive_types = {{'lot': VARCHAR}}{options})"


def _lecture(table: str, liste: Sequence[Fichier], connu_le: date | None) -> str:
    if connu_le is None:
        condition = "connu_jusqu_a IS NULL"
    else:
        instant = f"TIMESTAMPTZ {_texte(fin_de_journee(connu_le).isoformat())}"
        condition = f"connu_de < {instant} AND (connu_jusqu_a IS NULL OR connu_jusqu_a >= {instant})"
    return (
        f"SELECT * EXCLUDE (connu_de, connu_jusqu_a) FROM ({lecture(table, liste)}) "  # noqa: S608 - a date
        f"WHERE {condition}"
    )


def _texte(valeur: str) -> str:
    return "'" + valeur.replace("'", "''") + "'"


def tableau(con: Any, requete: str) -> "pl.DataFrame":
    """The rows of a query as a Polars frame."""
    import polars as pl

    lignes = pl.from_arrow(con.sql(requete).to_arrow_table())
    assert isinstance(lignes, pl.DataFrame)
    return lignes
