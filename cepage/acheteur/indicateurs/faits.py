"""The facts counted, one row a unit: which unit, which person, on which day, with what to tell them apart.

Ibis expressions over unbound tables: the same ones run on DuckDB here and on any engine Ibis speaks to. Each
function answers rows `lot, jour, numero_dossier, personne` plus its own dimensions. Units closed as "hors
statistique" (opened by mistake) are nowhere.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import ibis

from cepage.acheteur.indicateurs.modele import MOIS_DE_REENGAGEMENT
from cepage.fondations.regles import ajouter_mois

Table = Any
"""An Ibis table expression (the library carries no types)."""

UNITES = ibis.table(
    {
        "lot": "string",
        "numero_dossier": "string",
        "personne": "string",
        "uo": "string",
        "date_engagement": "date",
        "date_cloture": "date",
        "reference_bon_commande": "string",
        "groupe_cloture": "string",
        "prestations_complementaires": "array<string>",
    },
    name="unites",
)
PERSONNES = ibis.table(
    {
        "lot": "string",
        "personne": "string",
        "categorie_sociale": "string",
        "statut": "array<string>",
        "occupe": "boolean",
    },
    name="personnes",
)
BONS = ibis.table({"lot": "string", "uo": "string", "reference": "string", "bon": "string"}, name="bons")
"""Which orders make which `bon` (the orders in progress together on the last day of a month)."""

NIVEAUX_CEP = ("01", "21", "22")
ACCUEIL = "00"
HORS_STATISTIQUE = "hors statistique"
SANS_PRESTATION = "AUCUNE"
CATEGORIE_NON_CONNUE = "NSP"
_SUFFIXE_DU_RANG = len("-zzzzz")


@dataclass(frozen=True)
class Periode:
    """Days from `debut` to `fin`, both included; None leaves a side open."""

    debut: date | None = None
    fin: date | None = None

    def contient(self, jour: Any) -> Any:
        """The Ibis condition that `jour` lies in the period."""
        condition = ibis.literal(True)
        if self.debut is not None:
            condition &= jour >= ibis.literal(self.debut)
        if self.fin is not None:
            condition &= jour <= ibis.literal(self.fin)
        return condition


def _retenues() -> Table:
    return UNITES.filter(UNITES.groupe_cloture.fill_null("") != HORS_STATISTIQUE)


def engagements(periode: Periode) -> Table:
    """Units engaged in the period, by unit of work."""
    u = _retenues()
    return u.filter(periode.contient(u.date_engagement)).select(
        "lot", "numero_dossier", "personne", "uo", jour=u.date_engagement
    )


def personnes_engagees(periode: Periode) -> Table:
    """The same, by service: the first reception (SPRO, UO0) or the CEP itself."""
    e = engagements(periode)
    return e.mutate(service=ibis.cases((e.uo == ACCUEIL, "SPRO"), else_="CEP")).drop("uo")


def recues_a_laccueil(periode: Periode) -> Table:
    """Units UO0 engaged in the period."""
    e = engagements(periode)
    return e.filter(e.uo == ACCUEIL).drop("uo")


def rattachees_au_bon(periode: Periode) -> Table:
    """Units of persons in employment, with the order in progress they are attached to by their reference.

    The attachment is the head of `AAAA-Lotww-UOxx-yy-zzzzz` (CCTP annexe 2 §2); employment is the person's
    state, not the unit's.
    """
    u = _retenues()
    u = u.filter(periode.contient(u.date_engagement)).mutate(
        reference=u.reference_bon_commande.substr(0, u.reference_bon_commande.length() - _SUFFIXE_DU_RANG)
    )
    occupes = PERSONNES.filter(PERSONNES.occupe)
    lignes = u.inner_join(BONS, ["lot", "uo", "reference"]).semi_join(occupes, ["lot", "personne"])
    return lignes.select("lot", "numero_dossier", "personne", "uo", "bon", jour=lignes.date_engagement)


def clotures(periode: Periode) -> Table:
    """Units closed in the period, with how, after how many days, and whether another service was used."""
    u = _retenues()
    u = u.filter(u.date_cloture.notnull(), periode.contient(u.date_cloture))
    p = u.prestations_complementaires
    mobilisee = (p.length() > 0) & ~p.contains(SANS_PRESTATION)
    return u.select(
        "lot",
        "numero_dossier",
        "personne",
        "uo",
        jour=u.date_cloture,
        groupe=u.groupe_cloture,
        prestation=ibis.cases((mobilisee, "O"), else_="N"),
        jours=u.date_cloture.delta(u.date_engagement, unit="day").cast("int32"),
    )


def fins_duo2(periode: Periode) -> Table:
    """UO2.1 and UO2.2 closed in the period."""
    u = _retenues()
    u = u.filter(u.date_cloture.notnull(), periode.contient(u.date_cloture), u.uo.isin(NIVEAUX_CEP[1:]))
    return u.select("lot", "numero_dossier", "personne", "uo", jour=u.date_cloture)


def reengagements(periode: Periode) -> Table:
    """UO2 closed in the period whose person engages again less than three calendar months after.

    Another unit UO1, UO2.1 or UO2.2 engaged from the closing day on; an UO2.2 after an UO2.1 is the same
    course going on, not a new engagement.
    """
    fins = fins_duo2(periode)
    u = _retenues()
    apres = Periode(
        periode.debut,
        periode.fin and ajouter_mois(periode.fin, MOIS_DE_REENGAGEMENT) + timedelta(days=1),
    )
    suites = u.filter(u.uo.isin(NIVEAUX_CEP), apres.contient(u.date_engagement)).select(
        "lot", "personne", suite=u.numero_dossier, uo_suite=u.uo, reprise=u.date_engagement
    )
    fins = fins.mutate(limite=(fins.jour + ibis.interval(months=MOIS_DE_REENGAGEMENT)).cast("date"))
    return fins.semi_join(
        suites,
        [
            fins.lot == suites.lot,
            fins.personne == suites.personne,
            suites.reprise >= fins.jour,
            suites.reprise < fins.limite,
            fins.numero_dossier != suites.suite,
            (fins.uo == "22") | (suites.uo_suite != "22"),
        ],
    ).drop("uo", "limite")
