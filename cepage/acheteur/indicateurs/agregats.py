"""The monthly sufficient aggregates: small tables by lot and month from which every figure is drawn.

An aggregate is declared: its facts, its dimensions, what it counts (units, distinct persons of the month, or
persons on their first month within a year or an order, which adds up to a distinct count over any months).
The engine compiles each declaration to one SQL query per batch of lots.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

import ibis

from cepage.acheteur.indicateurs import faits
from cepage.acheteur.indicateurs.faits import Periode, Table
from cepage.acheteur.indicateurs.modele import MOIS_DE_REENGAGEMENT

DIMENSIONS = ("uo", "service", "groupe", "prestation", "bon", "axe", "modalite")
"""Text dimensions an aggregate may have; absent ones are null in the common table."""

AXES = ("categorie", "statut")


@dataclass(frozen=True)
class Agregat:
    """A declared aggregate.

    `portee`: the stretch of months a stored row depends on: its own month, its year, or its order.
    `jour`: the column of the unit that dates it. `personne`: whether the state of the person matters to it.
    """

    nom: str
    lignes: Callable[[Periode], Table]
    jour: Literal["date_engagement", "date_cloture"]
    compte: Literal["unites", "personnes", "premieres"]
    dimensions: tuple[str, ...] = ()
    portee: Literal["mois", "annee", "bon"] = "mois"
    jours: bool = False
    axes: bool = False
    personne: bool = False
    suites: int = 0
    """Months after its day during which an engagement may still change a row."""


AGREGATS: dict[str, Agregat] = {
    a.nom: a
    for a in (
        Agregat("engagements", faits.engagements, "date_engagement", "unites", ("uo",)),
        Agregat(
            "personnes",
            faits.personnes_engagees,
            "date_engagement",
            "personnes",
            ("service",),
            axes=True,
            personne=True,
        ),
        Agregat("premieres_de_lannee", faits.recues_a_laccueil, "date_engagement", "premieres", portee="annee"),
        Agregat(
            "premieres_du_bon",
            faits.rattachees_au_bon,
            "date_engagement",
            "premieres",
            ("uo", "bon"),
            portee="bon",
            personne=True,
        ),
        Agregat(
            "clotures",
            faits.clotures,
            "date_cloture",
            "unites",
            ("uo", "groupe", "prestation"),
            jours=True,
        ),
        Agregat("fins_duo2", faits.fins_duo2, "date_cloture", "personnes"),
        Agregat(
            "reengagements",
            faits.reengagements,
            "date_cloture",
            "personnes",
            suites=MOIS_DE_REENGAGEMENT,
        ),
    )
}


def rang_du_mois(jour: Any) -> Any:
    """The month of a day as `modele.Mois` counts it."""
    return (jour.year() * 12 + jour.month() - 1).cast("int32")


@cache
def requete(nom: str, periode: Periode) -> str:
    """The DuckDB query of the aggregate over the facts of `periode`, in the common columns."""
    return str(ibis.to_sql(expression(AGREGATS[nom], periode), dialect="duckdb"))


def expression(agregat: Agregat, periode: Periode) -> Table:
    """The aggregate as an Ibis expression: agregat, lot, mois, dimensions, jours, nombre."""
    lignes = agregat.lignes(periode)
    lignes = lignes.mutate(mois=rang_du_mois(lignes.jour))
    cles = ("lot", "mois", *agregat.dimensions)
    if agregat.compte == "unites":
        cles = (*cles, "jours") if agregat.jours else cles
        return _commune(agregat, lignes.group_by(cles).agg(nombre=ibis._.count()))
    if agregat.compte == "premieres":
        return _commune(agregat, _premieres(agregat, lignes))
    distinctes = lignes.select(*cles, "personne").distinct()
    total = _commune(agregat, distinctes.group_by(cles).agg(nombre=ibis._.count()))
    if not agregat.axes:
        return total
    etats = _avec_letat(distinctes)
    return ibis.union(total, *(_commune(agregat, _selon(etats, cles, axe)) for axe in AXES))


def _premieres(agregat: Agregat, lignes: Table) -> Table:
    """Persons counted once, on their first month within the stretch."""
    etendue = lignes.mutate(annee=lignes.mois // 12) if agregat.portee == "annee" else lignes
    portee = ("annee",) if agregat.portee == "annee" else ()
    premieres = etendue.group_by("lot", *agregat.dimensions, *portee, "personne").agg(mois=etendue.mois.min())
    return premieres.group_by("lot", "mois", *agregat.dimensions).agg(nombre=ibis._.count())


def _avec_letat(distinctes: Table) -> Table:
    """Distinct persons with what their state says of them; nothing when it is not known."""
    p = faits.PERSONNES.select("lot", "personne", "statut", categorie=faits.PERSONNES.categorie_sociale)
    return distinctes.left_join(p, ["lot", "personne"]).drop("lot_right", "personne_right")


def _selon(etats: Table, cles: tuple[str, ...], axe: str) -> Table:
    """Distinct persons along an axis: each of several statuses counts, an unknown category is one."""
    if axe == "statut":
        modalites = etats.select(*cles, modalite=etats.statut.unnest())
    else:
        modalites = etats.select(*cles, modalite=etats.categorie.fill_null(faits.CATEGORIE_NON_CONNUE))
    return modalites.group_by(*cles, "modalite").agg(nombre=ibis._.count()).mutate(axe=ibis.literal(axe))


def _commune(agregat: Agregat, table: Table) -> Table:
    colonnes = {nom: table[nom].cast("string") if nom in table.columns else ibis.null("string") for nom in DIMENSIONS}
    jours = table.jours if "jours" in table.columns else ibis.null("int32")
    return table.select(
        agregat=ibis.literal(agregat.nom),
        lot=table.lot,
        mois=table.mois.cast("int32"),
        **colonnes,
        jours=jours.cast("int32"),
        nombre=table.nombre.cast("int64"),
    )
