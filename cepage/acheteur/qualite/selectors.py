"""Results of the surveys: what the prime needs, what the page shows."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db import connection

from cepage.acheteur.qualite.enums import EtatEnquete, Moment
from cepage.acheteur.qualite.models import Enquete, Reponse, ResultatImporte
from cepage.acheteur.qualite.profils import tranche_age
from cepage.acheteur.qualite.services import UNITES
from cepage.fondations.referentiels import nomenclatures
from cepage.fondations.regles import charger_marche
from cepage.fondations.regles.statistiques import Intervalle, Representativite, representativite, wilson
from cepage.fondations.socle.periodes import Periode
from cepage.fondations.socle.portee import portee_totale

VARIABLES = {"sexe": "sexe", "age": "tranche_age", "categorie_sociale": "categorie_sociale"}
"""Variable of the test → column; the names of the parameter `prime.representativite.variables`."""
_LUES = (EtatEnquete.ENVOYEE, EtatEnquete.REPONDUE, EtatEnquete.REFUSEE)
_POPULATION = """
SELECT u.uo, b.sexe, b.date_naissance, b.categorie_sociale, u.date_cloture FROM registre_unite_oeuvre u
LEFT JOIN registre_beneficiaire b ON b.cle = (u.lot || '|' || u.identifiant_beneficiaire) COLLATE "C"
  AND b.connu_de IS NOT NULL AND b.connu_jusqu_a IS NULL AND b.nature <> 'A'
WHERE u.lot = %s AND u.uo = ANY(%s) AND u.motif_cloture = ANY(%s) AND u.date_cloture >= %s AND u.date_cloture < %s
  AND u.connu_de IS NOT NULL AND u.connu_jusqu_a IS NULL AND u.nature <> 'A'
"""


@dataclass(frozen=True)
class ReponsesUO:
    """The answers at the closing of one unit in a half-year; `profil`: variable → class → respondents."""

    uo: str
    envoyes: int
    repondants: int
    utiles_et_qualite: int
    profil: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


def reponses_du_semestre(lot: str, semestre: str) -> dict[str, ReponsesUO]:
    """By unit (01, 21, 22): sent, answered, useful and of quality, profile; imported results added.

    The half-year ("2021-S1") is that of the closing of the unit. Aggregates only: no answer is given back. Raises
    ValueError for a malformed half-year.
    """
    Periode.du_semestre(semestre)
    with portee_totale():
        return {uo: _reponses(lot, semestre, uo) for uo in UNITES}


def _reponses(lot: str, semestre: str, uo: str) -> ReponsesUO:
    cle = {"lot": lot, "semestre": semestre, "uo": uo}
    envoyes = Enquete.objects.filter(**cle, moment=Moment.CLOTURE, etat__in=_LUES).count()
    recues = list(
        Reponse.objects.filter(**cle, moment=Moment.CLOTURE).values_list(
            "utile_et_de_qualite", "sexe", "tranche_age", "categorie_sociale"
        )
    )
    importes = list(ResultatImporte.objects.filter(**cle))
    profil = {variable: Counter[str]() for variable in VARIABLES}
    for _, *classes in recues:
        for variable, classe in zip(VARIABLES, classes, strict=True):
            profil[variable][classe] += 1
    for cellule in importes:
        for variable, colonne in VARIABLES.items():
            profil[variable][getattr(cellule, colonne)] += cellule.repondants
    return ReponsesUO(
        uo,
        envoyes + sum(c.envoyes for c in importes),
        len(recues) + sum(c.repondants for c in importes),
        sum(utile for utile, *_ in recues) + sum(c.utiles_et_qualite for c in importes),
        {variable: {c: n for c, n in sorted(compte.items()) if n} for variable, compte in profil.items()},
    )


def population_close(lot: str, semestre: str) -> dict[str, dict[str, dict[str, int]]]:
    """By unit then variable, how many people's units were closed voluntarily in the half-year, by class."""
    periode = Periode.du_semestre(semestre)
    volontaires = [c.code for c in nomenclatures.table("motif_cloture") if c.groupe == "volontaire"]
    comptes: dict[str, dict[str, Counter[str]]] = {uo: {v: Counter() for v in VARIABLES} for uo in UNITES}
    with portee_totale(), connection.cursor() as curseur:
        curseur.execute(_POPULATION, [lot, list(UNITES), volontaires, periode.debut, periode.fin])
        for uo, sexe, naissance, categorie, cloture in curseur.fetchall():
            comptes[uo]["sexe"][sexe or ""] += 1
            comptes[uo]["age"][tranche_age(naissance, cloture)] += 1
            comptes[uo]["categorie_sociale"][categorie or ""] += 1
    return {uo: {v: dict(sorted(c.items())) for v, c in par.items()} for uo, par in comptes.items()}


@dataclass(frozen=True)
class Bilan:
    """One row of the page: a unit's answers, the share satisfied with its interval, the tests by variable."""

    lot: str
    semestre: str
    reponses: ReponsesUO
    intervalle: Intervalle
    tests: Mapping[str, Representativite]
    representatif: bool | None
    ecarts: tuple[str, ...] = ()
    """The variables whose test is rejected."""

    @property
    def taux(self) -> float | None:
        """Response rate."""
        return self.reponses.repondants / self.reponses.envoyes if self.reponses.envoyes else None


def bilans(lots: frozenset[str] | None) -> list[Bilan]:
    """Every half-year of these lots (None: all) where somebody was asked, the latest first."""
    with portee_totale():
        connus = set(Enquete.objects.order_by().values_list("lot", "semestre").distinct())
        connus |= set(ResultatImporte.objects.order_by().values_list("lot", "semestre").distinct())
        gardes = sorted((c for c in connus if lots is None or c[0] in lots), key=lambda c: (c[1], c[0]), reverse=True)
        return [bilan for lot, semestre in gardes for bilan in _bilans(lot, semestre)]


def _bilans(lot: str, semestre: str) -> list[Bilan]:
    regles, le = charger_marche("A"), Periode.du_semestre(semestre).dernier_jour
    assert le is not None
    risque = regles.decimal("prime.representativite.risque", le=le)
    confiance = regles.decimal("prime.intervalle.confiance", le=le)
    population = population_close(lot, semestre)
    lignes = []
    for uo, reponses in reponses_du_semestre(lot, semestre).items():
        tests = {v: representativite(reponses.profil.get(v, {}), population[uo][v]) for v in VARIABLES}
        faits = [t for t in tests.values() if t.p is not None]
        ecarts = tuple(v for v, t in tests.items() if t.p is not None and t.rejetee(risque))
        representatif = None if not faits else not ecarts
        intervalle = wilson(reponses.utiles_et_qualite, reponses.repondants, confiance=confiance)
        lignes.append(Bilan(lot, semestre, reponses, intervalle, tests, representatif, ecarts))
    return lignes
