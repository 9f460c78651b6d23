"""The rate of the contrôle de service fait of an operator, a unit and a quarter: fixed, or adapted to its rejects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from cepage.fondations.regles.delais import ajouter_mois
from cepage.fondations.regles.parametres import Regles

_TRIMESTRE = 3
_MOIS_PAR_AN = 12


@dataclass(frozen=True, slots=True)
class TauxControle:
    """A rate as a share (5 % is 0.05), why it is so, where it comes from and how sure we are."""

    taux: Decimal
    raison: str
    clause: str
    confiance: str


def taux_de_controle(
    uo: str, debut: date, *, regles: Regles, rejets: Mapping[date, Decimal], entree: date | None = None
) -> TauxControle:
    """The rate of `uo` in the quarter that begins on `debut`.

    `rejets`: the share of definitive non-conformities of the operator for that unit, by first day of quarter.
    `entree`: first day of service of a newcomer; None for an operator in place. Unless the market adapts its rates
    (`controle.adaptatif.actif`), and for a unit it leaves out, the rate is the one of the unit on `debut`.
    Adapted: in place, it starts at 5 % and gains a point each quarter after its rejects rose, up to 10 %; a newcomer
    starts at 10 % and loses a point a quarter from its second year, down to the rate in place, then follows the rule
    of those in place.
    """
    actif = regles.valeur_datee("controle.adaptatif.actif", le=debut)
    if not actif.valeur or uo not in regles.liste("controle.adaptatif.unites", le=debut):
        fixe = regles.valeur_datee(f"controle.taux.uo{uo}", le=debut)
        assert isinstance(fixe.valeur, Decimal)
        return TauxControle(fixe.valeur / 100, "taux de l'unité", fixe.clause, fixe.confiance)
    points, raison = _adapter(actif.debut, debut, regles, rejets, entree)
    return TauxControle(points / 100, raison, actif.clause, actif.confiance)


def _adapter(
    depuis: date, debut: date, regles: Regles, rejets: Mapping[date, Decimal], entree: date | None
) -> tuple[Decimal, str]:
    plancher = regles.decimal("controle.adaptatif.taux_en_place", le=debut)
    plafond = regles.decimal("controle.adaptatif.taux_maximum", le=debut)
    pas = regles.entier("controle.adaptatif.pas", le=debut)
    en_baisse = entree is not None
    taux, raison = plancher, "opérateur en place"
    if entree is not None:
        taux, raison = regles.decimal("controle.adaptatif.taux_entrant", le=debut), "nouvel opérateur, première année"
    premier = _debut_de_trimestre(max(depuis, entree) if entree else depuis)
    anciennete = regles.entier("controle.adaptatif.baisse_apres", le=debut) * _MOIS_PAR_AN
    quartier = ajouter_mois(premier, _TRIMESTRE)
    while quartier <= debut:
        if en_baisse and entree is not None:
            if quartier >= ajouter_mois(_debut_de_trimestre(entree), anciennete):
                taux = max(plancher, taux - pas)
                raison = "nouvel opérateur, un point de moins par trimestre dès la deuxième année"
                en_baisse = taux > plancher
        elif _ont_augmente(rejets, quartier):
            taux, raison = min(plafond, taux + pas), "les rejets ont augmenté au trimestre précédent"
        else:
            raison = "les rejets n'ont pas augmenté au trimestre précédent"
        quartier = ajouter_mois(quartier, _TRIMESTRE)
    return taux, raison


def _ont_augmente(rejets: Mapping[date, Decimal], quartier: date) -> bool:
    dernier, avant = (rejets.get(ajouter_mois(quartier, -n * _TRIMESTRE)) for n in (1, 2))
    return dernier is not None and avant is not None and dernier > avant


def _debut_de_trimestre(jour: date) -> date:
    return date(jour.year, jour.month - (jour.month - 1) % _TRIMESTRE, 1)
