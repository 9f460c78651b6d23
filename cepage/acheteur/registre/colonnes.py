"""The register's states exported in columns (Parquet), by lot and month: what indicators are computed from.

One row is one state of a key with the time during which it was the known one. Only the lots and months in which
something arrived since the last export are written again.
"""

import io
import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import polars as pl
from django.db import connection

from cepage.acheteur.marche.models import Commande
from cepage.fondations.referentiels import nomenclatures
from cepage.fondations.socle.portee import portee_totale

_INSTANT = "to_char({} AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US')"
_TEMPS = "connu_de AT TIME ZONE 'UTC' AS connu_de, connu_jusqu_a AT TIME ZONE 'UTC' AS connu_jusqu_a"
_UNITES = (
    "cle, lot, emetteur, numero_dossier, identifiant_beneficiaire AS personne, uo, date_engagement, date_cloture, "
    "reference_bon_commande, motif_cloture, array_to_string(prestations_complementaires, '|') AS "
    f"prestations_complementaires, array_to_string(types_service, '|') AS types_service, {_TEMPS}, id AS version_id"
)
_PERSONNES = (
    "lot, identifiant_beneficiaire AS personne, sexe, date_naissance, categorie_sociale, "
    f"array_to_string(statut, '|') AS statut, {_TEMPS}"
)
_INTERACTIONS = f"lot, numero_dossier, date_interaction, mode_contact, duree_minutes, {_TEMPS}"
_DATES = ("date_engagement", "date_cloture", "date_naissance", "date_interaction")
_LISTES = ("prestations_complementaires", "types_service", "statut")
_ENTIERS = ("version_id", "duree_minutes")
LIGNES_PAR_LECTURE = 1_000_000
"""States read at once: a reading passes over the whole table, so months are read together, as far as memory allows."""


@dataclass(frozen=True)
class Table:
    """One exported table: from which table of the register, which columns, cut by the month of which date."""

    nom: str
    source: str
    colonnes: str
    mois: str | None


TABLES = (
    Table("unites", "registre_unite_oeuvre", _UNITES, "date_engagement"),
    Table("personnes", "registre_beneficiaire", _PERSONNES, None),
    Table("interactions", "registre_interaction", _INTERACTIONS, "date_interaction"),
)


@dataclass(frozen=True)
class Repere:
    """How far the register was exported: last version, last closing of a state."""

    version: int = 0
    fermeture: str = ""


def actualiser(racine: Path) -> list[str]:
    """Bring the columns up to date with the register; return what was written (`table/lot/mois`)."""
    ecrits: list[str] = []
    with portee_totale(), connection.cursor() as curseur:
        curseur.execute("SELECT pg_advisory_xact_lock(20190408)")
        _exporter_les_commandes(racine)
        for table in TABLES:
            curseur.execute(f"SELECT DISTINCT lot FROM {table.source}")
            for (lot,) in sorted(curseur.fetchall()):
                ecrits += _actualiser_le_lot(table, lot, racine)
    return ecrits


def actualiser_a_part(racine: Path, copie: Path, lot: str) -> None:
    """Write in `copie` the columns of one lot as the current transaction sees them, from those of `racine`."""
    with portee_totale(), connection.cursor() as curseur:
        curseur.execute("SELECT pg_advisory_xact_lock(20190408)")
        for table in TABLES:
            connues = racine / table.nom / f"lot={lot}"
            if connues.exists():
                shutil.copytree(connues, copie / table.nom / f"lot={lot}", copy_function=_lier)
            _actualiser_le_lot(table, lot, copie)
        _exporter_les_commandes(copie)


def _lier(source: str, destination: str) -> None:
    """Columns are replaced, never written over: a link is enough, but for the marker of what was exported."""
    if source.endswith(".parquet"):
        os.link(source, destination)
    else:
        shutil.copyfile(source, destination)


def _actualiser_le_lot(table: Table, lot: str, racine: Path) -> list[str]:
    dossier = racine / table.nom / f"lot={lot}"
    dossier.mkdir(parents=True, exist_ok=True)
    temoin = dossier / "repere.json"
    ancien = Repere(**json.loads(temoin.read_text())) if temoin.exists() else Repere()
    nouveau = _repere(table, lot)
    if nouveau == ancien:
        return []
    ecrits = []
    for groupe in _par_lecture(_mois_changes(table, lot, ancien)):
        for mois, etats in _lire(table, lot, groupe):
            destination = dossier / (f"mois={mois}" if mois else ".") / "etats.parquet"
            destination.parent.mkdir(exist_ok=True)
            provisoire = destination.with_suffix(".part")
            etats.write_parquet(provisoire, compression="zstd")
            provisoire.replace(destination)
            ecrits.append(f"{table.nom}/{lot}/{mois or 'tout'}")
    temoin.write_text(json.dumps(asdict(nouveau)))
    return ecrits


def _par_lecture(mois: list[tuple[str | None, int]]) -> Iterator[list[str | None]]:
    """Groups of months, none past `LIGNES_PAR_LECTURE` states unless a month is."""
    groupe: list[str | None] = []
    total = 0
    for un, lignes in mois:
        if groupe and total + lignes > LIGNES_PAR_LECTURE:
            yield groupe
            groupe, total = [], 0
        groupe.append(un)
        total += lignes
    if groupe:
        yield groupe


def _repere(table: Table, lot: str) -> Repere:
    with connection.cursor() as curseur:
        curseur.execute(
            f"SELECT coalesce(max(id), 0), coalesce({_INSTANT.format('max(connu_jusqu_a)')}, '') "
            f"FROM {table.source} WHERE lot = %s",
            [lot],
        )
        return Repere(*curseur.fetchone())


def _mois_changes(table: Table, lot: str, ancien: Repere) -> list[tuple[str | None, int]]:
    """The months where something arrived or closed since `ancien`, with their numbers of states."""
    if table.mois is None:
        return [(None, 0)]
    with connection.cursor() as curseur:
        curseur.execute(
            "SELECT to_char(mois, 'YYYY-MM'), lignes FROM ("
            f"SELECT date_trunc('month', {table.mois}::timestamp) AS mois, count(*) AS lignes, "
            "bool_or(id > %s OR connu_jusqu_a > %s) AS change "
            f"FROM {table.source} WHERE lot = %s AND {table.mois} IS NOT NULL GROUP BY 1) m WHERE change ORDER BY 1",
            [ancien.version, f"{ancien.fermeture}Z" if ancien.fermeture else "-infinity", lot],
        )
        return list(curseur.fetchall())


def _lire(table: Table, lot: str, mois: list[str | None]) -> Iterator[tuple[str | None, pl.DataFrame]]:
    """The states of each of the months, in the order of their entry."""
    condition, colonnes = "lot = %s AND connu_de IS NOT NULL AND nature <> 'A'", table.colonnes
    parametres: list[object] = [lot]
    if table.mois is not None:
        colonnes += f", to_char({table.mois}, 'YYYY-MM') AS _mois"
        condition += f" AND date_trunc('month', {table.mois}::timestamp)::date = ANY(%s::date[])"
        parametres.append([f"{un}-01" for un in mois])
    requete = f"SELECT {colonnes} FROM {table.source} WHERE {condition} ORDER BY id"
    morceaux = io.BytesIO()
    with (
        connection.cursor() as curseur,
        curseur.copy(f"COPY ({requete}) TO STDOUT (FORMAT csv, HEADER)", parametres) as copie,
    ):
        for morceau in copie:
            morceaux.write(morceau)
    lues = pl.read_csv(morceaux.getvalue(), infer_schema=False, null_values="")
    if table.mois is None:
        return iter([(None, _typer(lues))])
    par_mois = lues.partition_by("_mois", as_dict=True, include_key=False, maintain_order=True)
    vides = lues.clear().drop("_mois")
    return ((un, _typer(par_mois.get((un,), vides))) for un in mois)


def _typer(lues: pl.DataFrame) -> pl.DataFrame:
    typees = lues.with_columns(
        *(pl.col(n).str.to_date("%Y-%m-%d") for n in _DATES if n in lues.columns),
        *(pl.col(n).str.split("|") for n in _LISTES if n in lues.columns),
        *(pl.col(n).cast(pl.Int64) for n in _ENTIERS if n in lues.columns),
        *(
            pl.col(n).str.to_datetime("%Y-%m-%d %H:%M:%S%.f", time_unit="us").dt.replace_time_zone("UTC")
            for n in ("connu_de", "connu_jusqu_a")
        ),
    )
    if "motif_cloture" in typees.columns:
        groupes = {c.code: c.groupe for c in nomenclatures.table("motif_cloture")}
        motif = pl.col("motif_cloture").replace_strict(groupes, default=None, return_dtype=pl.String)
        typees = typees.with_columns(groupe_cloture=motif)
    if "statut" in typees.columns:
        occupes = [c.code for c in nomenclatures.table("statut") if c.groupe == "occupé"]
        typees = typees.with_columns(occupe=pl.col("statut").list.set_intersection(occupes).list.len() > 0)
    return typees


def _exporter_les_commandes(racine: Path) -> None:
    lignes = list(Commande.objects.order_by("reference").values("reference", "lot", "uo", "debut", "fin", "volume"))
    schema = {
        "reference": pl.String,
        "lot": pl.String,
        "uo": pl.String,
        "debut": pl.Date,
        "fin": pl.Date,
        "volume": pl.Int64,
    }
    commandes = pl.DataFrame(lignes, schema=schema)
    destination = racine / "commandes.parquet"
    racine.mkdir(parents=True, exist_ok=True)
    if destination.exists() and pl.read_parquet(destination).equals(commandes):
        return
    provisoire = destination.with_suffix(".part")
    commandes.write_parquet(provisoire)
    provisoire.replace(destination)
