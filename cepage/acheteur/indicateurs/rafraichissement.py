"""The aggregates of the current state kept on disk, recomputed only for the months where something changed.

One file a lot under `agregats/`, its monthly rows and, in its header, what they stand on: each Parquet file
of the columns (size, date) with the fingerprint of its states older than a cut-off. When files change, the
states past the cut-off say which months moved; when an older state moved too (a code list revised, a
re-import), the whole lot is computed again. The result equals the full computation, row for row.
"""

import hashlib
import json
import os
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cepage.acheteur.indicateurs import colonnes
from cepage.acheteur.indicateurs.agregats import AGREGATS, Agregat, requete
from cepage.acheteur.indicateurs.calcul import calculer_agregats
from cepage.acheteur.indicateurs.colonnes import Commande, Fichier
from cepage.acheteur.indicateurs.faits import Periode
from cepage.acheteur.indicateurs.modele import Mois

if TYPE_CHECKING:
    import polars as pl

REPERTOIRE = "agregats"
RECOUVREMENT = timedelta(days=1)
"""Knowledge times may reach the columns out of order, by less than this: an envoi is one transaction."""

COMMANDE_DE_LA_REFERENCE = "left(reference_bon_commande, length(reference_bon_commande) - 6)"
"""AAAA-Lotww-UOxx-yy of AAAA-Lotww-UOxx-yy-zzzzz, as `faits.rattachees_au_bon` reads it."""

_ENTETE = "cepage"
_TOUT = Periode()
_ORIGINE = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Etat:
    """What the kept rows of a lot stand on."""

    moteur: str
    commandes: str
    coupure: datetime
    fichiers: dict[str, tuple[int, int]]
    anciens: dict[str, tuple[int, int]]
    """By file: number and fingerprint of the states known before the cut-off."""

    def ecrire(self) -> str:
        """As the header of the kept file."""
        return json.dumps({**vars(self), "coupure": self.coupure.isoformat()})

    @classmethod
    def lire(cls, texte: str) -> "Etat":
        """From the header of the kept file."""
        brut = json.loads(texte)
        return cls(
            moteur=brut["moteur"],
            commandes=brut["commandes"],
            coupure=datetime.fromisoformat(brut["coupure"]),
            fichiers={nom: tuple(v) for nom, v in brut["fichiers"].items()},
            anciens={nom: tuple(v) for nom, v in brut["anciens"].items()},
        )


def agregats_a_jour(
    racine: Path,
    sources: Sequence[Fichier],
    commandes: Sequence[Commande],
    lots: Iterable[str],
    voulus: dict[str, Periode] | None = None,
) -> "pl.DataFrame":
    """The aggregates of `lots` in the current state, kept ones refreshed first where files changed.

    `voulus` limits what is read of each aggregate to its days; None reads all.
    """
    import polars as pl

    par_lot: dict[str, list[Fichier]] = {lot: [] for lot in sorted(lots)}
    for fichier in sources:
        if fichier.lot in par_lot:
            par_lot[fichier.lot].append(fichier)
    tables, complets = [], []
    choix = pl.lit(True) if voulus is None else _dans(voulus)
    for lot, fichiers in par_lot.items():
        table = _rafraichir(racine, lot, fichiers, commandes)
        if table is None:
            complets.append(lot)
        else:
            tables.append(table.filter(choix).collect())
    if complets:
        tables.append(_calculer_en_entier(racine, complets, par_lot, commandes).filter(choix))
    return pl.concat(tables)


def _calculer_en_entier(
    racine: Path, lots: list[str], par_lot: dict[str, list[Fichier]], commandes: Sequence[Commande]
) -> "pl.DataFrame":
    import polars as pl

    fichiers = [f for lot in lots for f in par_lot[lot]]
    bons = colonnes.tous_les_ensembles(commandes, lots)
    table = calculer_agregats(fichiers, dict.fromkeys(AGREGATS, _TOUT), bons, connu_le=None, recopier=True)
    for lot in lots:
        _garder(racine, lot, table.filter(pl.col("lot") == lot), _etat(racine, lot, par_lot[lot], commandes))
    return table


def _rafraichir(
    racine: Path, lot: str, fichiers: list[Fichier], commandes: Sequence[Commande]
) -> "pl.LazyFrame | None":
    """The kept rows of the lot brought up to date; None when the whole lot must be computed."""
    import polars as pl

    garde = _chemin(racine, lot)
    if not garde.exists():
        return None
    etat = Etat.lire(pl.read_parquet_metadata(garde)[_ENTETE])
    presents = _presents(racine, fichiers)
    if etat.moteur != _moteur() or not set(etat.fichiers) <= set(presents):
        return None
    changes = [f for f in fichiers if etat.fichiers.get(_nom(racine, f)) != presents[_nom(racine, f)]]
    if not changes and etat.commandes == _empreinte_commandes(lot, commandes):
        return pl.scan_parquet(garde)
    anciens = _anciens(racine, changes, etat.coupure)
    if any(anciens[nom] != etat.anciens.get(nom, (0, 0)) for nom in anciens):
        return None
    table = pl.read_parquet(garde)
    perimes, references = _perimes(fichiers, changes, etat.coupure)
    bons = colonnes.tous_les_ensembles(commandes, [lot])
    a_jeter = _dans(perimes)
    if etat.commandes != _empreinte_commandes(lot, commandes):
        perimes |= {a.nom: _TOUT for a in AGREGATS.values() if a.portee == "bon"}
        a_jeter = _dans(perimes)
    else:
        touches = {bon for _, _, reference, bon in bons if reference in references}
        bons = [ligne for ligne in bons if ligne[3] in touches]
        a_jeter &= pl.col("bon").is_null() | pl.col("bon").is_in(touches)
    if perimes:
        nouveaux = calculer_agregats(fichiers, perimes, bons, connu_le=None)
        table = pl.concat([table.filter(~a_jeter), nouveaux])
    _garder(racine, lot, table, _etat(racine, lot, fichiers, commandes))
    return table.lazy()


def _perimes(fichiers: list[Fichier], changes: list[Fichier], coupure: datetime) -> tuple[dict[str, Periode], set[str]]:
    """What may have moved since the cut-off: for each aggregate the days of its months, and the orders."""
    unites = [f for f in changes if f.table == "unites"]
    personnes = [f for f in changes if f.table == "personnes"]
    depuis = f"(connu_de >= {_instant(coupure)} OR connu_jusqu_a >= {_instant(coupure)})"
    with colonnes.connexion() as con:
        engagees, closes, references = _touches(con, unites, depuis)
        touchees = (
            "personne IN (SELECT personne FROM "  # noqa: S608 - quoted paths, a date
            f"({colonnes.lecture('personnes', personnes)}) WHERE {depuis})"
        )
        toutes = [f for f in fichiers if f.table == "unites"] if personnes else []
        de_personnes, _, leurs_references = _touches(con, toutes, touchees)
    perimes = {}
    for agregat in AGREGATS.values():
        mois = set(engagees if agregat.jour == "date_engagement" else closes)
        mois |= {m.plus(-recul) for m in engagees for recul in range(agregat.suites + 1) if agregat.suites}
        if agregat.personne:
            mois |= de_personnes
        if mois:
            perimes[agregat.nom] = _periode(agregat, min(mois), max(mois))
    return perimes, references | leurs_references


def _periode(agregat: Agregat, premier: Mois, dernier: Mois) -> Periode:
    if agregat.portee == "bon":
        return _TOUT
    if agregat.portee == "annee":
        premier, dernier = Mois.de(premier.annee, 1), Mois.de(dernier.annee, 12)
    return Periode(premier.premier_jour, dernier.dernier_jour)


def _dans(perimes: dict[str, Periode]) -> "pl.Expr":
    import polars as pl

    condition = pl.lit(False)
    for nom, periode in perimes.items():
        concerne = pl.col("agregat") == nom
        if periode.debut is not None:
            concerne &= pl.col("mois") >= Mois.du(periode.debut).rang
        if periode.fin is not None:
            concerne &= pl.col("mois") <= Mois.du(periode.fin).rang
        condition |= concerne
    return condition


def _touches(con: Any, fichiers: list[Fichier], condition: str) -> tuple[set[Mois], set[Mois], set[str]]:
    """Months of engagement, months of closing and orders of the states that answer the condition."""
    if not fichiers:
        return set(), set(), set()
    lignes = con.execute(
        "SELECT DISTINCT date_trunc('month', date_engagement)::DATE, "  # noqa: S608 - quoted paths, a date
        f"date_trunc('month', date_cloture)::DATE, {COMMANDE_DE_LA_REFERENCE} "
        f"FROM ({colonnes.lecture('unites', fichiers)}) WHERE {condition}"
    ).fetchall()
    return (
        {Mois.du(engagee) for engagee, _, _ in lignes},
        {Mois.du(close) for _, close, _ in lignes if close},
        {reference for _, _, reference in lignes if reference},
    )


def _etat(racine: Path, lot: str, fichiers: list[Fichier], commandes: Sequence[Commande]) -> Etat:
    with colonnes.connexion() as con:
        dernier = max((_dernier_instant(con, t, fichiers) for t in colonnes.TABLES), default=_ORIGINE)
    coupure = dernier - RECOUVREMENT
    return Etat(
        moteur=_moteur(),
        commandes=_empreinte_commandes(lot, commandes),
        coupure=coupure,
        fichiers=_presents(racine, fichiers),
        anciens=_anciens(racine, fichiers, coupure),
    )


def _dernier_instant(con: Any, table: str, fichiers: list[Fichier]) -> datetime:
    liste = [f for f in fichiers if f.table == table]
    if not liste:
        return _ORIGINE
    lus = con.execute(
        "SELECT epoch_us(greatest(max(connu_de), max(connu_jusqu_a))) "  # noqa: S608 - quoted paths
        f"FROM ({colonnes.lecture(table, liste)})"
    ).fetchone()
    return _ORIGINE + timedelta(microseconds=lus[0] or 0)


def _anciens(racine: Path, fichiers: list[Fichier], coupure: datetime) -> dict[str, tuple[int, int]]:
    anciens = {_nom(racine, f): (0, 0) for f in fichiers}
    noms = {str(f.chemin): _nom(racine, f) for f in fichiers}
    with colonnes.connexion() as con:
        for table in colonnes.TABLES:
            liste = [f for f in fichiers if f.table == table]
            if liste:
                lues = con.execute(colonnes.empreinte(table, liste, _instant(coupure))).fetchall()
                anciens |= {noms[chemin]: (nombre, empreinte) for chemin, nombre, empreinte in lues}
    return anciens


def _garder(racine: Path, lot: str, table: "pl.DataFrame", etat: Etat) -> None:
    """Write rows and header at once: a reader sees the old file or the new one."""
    chemin = _chemin(racine, lot)
    chemin.parent.mkdir(parents=True, exist_ok=True)
    poignee, provisoire = tempfile.mkstemp(dir=chemin.parent, suffix=".tmp")
    os.close(poignee)
    try:
        table.sort("agregat", "mois").write_parquet(provisoire, metadata={_ENTETE: etat.ecrire()})
        Path(provisoire).replace(chemin)
    except BaseException:
        Path(provisoire).unlink(missing_ok=True)
        raise


def _chemin(racine: Path, lot: str) -> Path:
    return racine / REPERTOIRE / f"lot={lot}.parquet"


def _nom(racine: Path, fichier: Fichier) -> str:
    return str(fichier.chemin.relative_to(racine))


def _presents(racine: Path, fichiers: list[Fichier]) -> dict[str, tuple[int, int]]:
    return {_nom(racine, f): (f.taille, f.modifie_ns) for f in fichiers}


@cache
def _moteur() -> str:
    """What the rows were computed with: the aggregates' queries and the database library's version."""
    import duckdb

    textes = [duckdb.__version__, *(requete(nom, _TOUT) for nom in sorted(AGREGATS))]
    return hashlib.sha256("\n".join(textes).encode()).hexdigest()


def _empreinte_commandes(lot: str, commandes: Sequence[Commande]) -> str:
    lignes = sorted(repr(c) for c in commandes if c.lot == lot)
    return hashlib.sha256("\n".join(lignes).encode()).hexdigest()


def _instant(moment: datetime) -> str:
    return f"TIMESTAMPTZ '{moment.isoformat()}'"
