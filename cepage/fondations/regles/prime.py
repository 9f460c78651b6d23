"""The quality prime of a half-year (CCAP 15.3): due or not, how much, and the sentence that says why.

Pure function over counts: who was asked, who answered, who found the service useful and of quality, how the
respondents are spread against the people whose unit was closed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from cepage.fondations.regles.parametres import Regles
from cepage.fondations.regles.statistiques import Intervalle, representativite, wilson

Profil = Mapping[str, Mapping[str, int]]
"""Variable (sexe, age, categorie_sociale) → class → how many people."""

VARIABLES = {"sexe": "le sexe", "age": "l'âge", "categorie_sociale": "la catégorie sociale"}
_CENTIME = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Reponses:
    """The survey of a unit over a half-year; `satisfaits` found the service useful and of quality."""

    uo: str
    envoyes: int = 0
    repondants: int = 0
    satisfaits: int = 0
    profil: Profil = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class VerdictPrime:
    """What the rule says of a unit; `taux` and `taux_reponse` are shares from 0 to 1, None without answer.

    `representatif` is None where the contract does not ask for it; `ecarts` names the variables that differ.
    """

    uo: str
    envoyes: int
    repondants: int
    taux_reponse: float | None
    taux: float | None
    intervalle: Intervalle
    representatif: bool | None
    ecarts: tuple[str, ...]
    montant_facture_ht: Decimal
    due: bool
    prime_ht: Decimal
    explication: str


def juger_la_prime(
    reponses: Reponses, population: Profil, montant_facture_ht: Decimal, *, le: date, regles: Regles
) -> VerdictPrime:
    """The verdict on a unit, under the rules in force on `le` (last day of the half-year).

    The threshold compares whole counts, never a rounded share: 79.99 % is under 80 %.
    """
    seuil = regles.decimal("prime.seuil_satisfaction", le=le)
    confiance = regles.decimal("prime.intervalle.confiance", le=le)
    intervalle = wilson(reponses.satisfaits, reponses.repondants, confiance=confiance)
    exigee = reponses.uo in regles.liste("prime.uo_representativite", le=le)
    ecarts = _ecarts(reponses.profil, population, le=le, regles=regles) if exigee and reponses.repondants else ()
    representatif = (not ecarts and reponses.repondants > 0) if exigee else None
    atteint = reponses.repondants > 0 and reponses.satisfaits * 100 >= seuil * reponses.repondants
    due = atteint and representatif is not False
    part = regles.decimal("prime.taux", le=le)
    prime = _prime(montant_facture_ht, part) if due else Decimal("0.00")
    return VerdictPrime(
        uo=reponses.uo,
        envoyes=reponses.envoyes,
        repondants=reponses.repondants,
        taux_reponse=reponses.repondants / reponses.envoyes if reponses.envoyes else None,
        taux=intervalle.part,
        intervalle=intervalle,
        representatif=representatif,
        ecarts=ecarts,
        montant_facture_ht=montant_facture_ht,
        due=due,
        prime_ht=prime,
        explication=_expliquer(reponses, seuil, part, atteint, ecarts, montant_facture_ht, prime, representatif),
    )


def _prime(montant: Decimal, part: Decimal) -> Decimal:
    """The share of the amount, half up to the cent; never less than nothing."""
    return max(Decimal("0.00"), (montant * part / 100).quantize(_CENTIME, rounding=ROUND_HALF_UP))


def _ecarts(repondants: Profil, population: Profil, *, le: date, regles: Regles) -> tuple[str, ...]:
    """The variables on which the respondents are not spread like the population."""
    risque = regles.decimal("prime.representativite.risque", le=le)
    return tuple(
        variable
        for variable in regles.liste("prime.representativite.variables", le=le)
        if representativite(repondants.get(variable, {}), population.get(variable, {})).rejetee(risque)
    )


def _expliquer(
    reponses: Reponses,
    seuil: Decimal,
    part: Decimal,
    atteint: bool,
    ecarts: tuple[str, ...],
    montant: Decimal,
    prime: Decimal,
    representatif: bool | None,
) -> str:
    """One sentence, or two, that a counsellor understands."""
    if not reponses.envoyes and not reponses.repondants:
        return "Pas de prime : aucune enquête n'a été envoyée ce semestre."
    if not reponses.repondants:
        return "Pas de prime : personne n'a répondu à l'enquête."
    constat = (
        f"{reponses.satisfaits} des {reponses.repondants} personnes qui ont répondu ont trouvé le service utile et "
        f"de qualité, soit {_pourcent(reponses.satisfaits, reponses.repondants)}"
    )
    if not atteint:
        return f"Pas de prime : {constat}, et il en faut {_nombre(seuil)} %."
    if ecarts:
        en_cause = " et ".join(VARIABLES.get(v, v) for v in ecarts)
        return (
            f"Pas de prime : {constat}, mais elles ne ressemblent pas à l'ensemble des personnes accompagnées "
            f"({en_cause}), et le contrat le demande."
        )
    suite = " ; elles ressemblent à l'ensemble des personnes accompagnées" if representatif else ""
    return (
        f"Prime due : {constat}, au moins {_nombre(seuil)} % comme il le faut{suite}. "
        f"Elle vaut {_nombre(part)} % des {_euros(montant)} facturés, soit {_euros(prime)}."
    )


def _pourcent(partie: int, total: int) -> str:
    """A share rounded down to a tenth: 79.99 % is written 79,9 %, never 80 %."""
    dixiemes = partie * 1000 // total
    return f"{dixiemes // 10},{dixiemes % 10} %"


def _nombre(valeur: Decimal) -> str:
    return f"{valeur.normalize():f}".replace(".", ",")


def _euros(valeur: Decimal) -> str:
    return f"{valeur:,.2f}".replace(",", " ").replace(".", ",") + " €"
