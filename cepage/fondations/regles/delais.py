"""Deadlines: calendar months, the last day included; warnings; automatic closure; first appointment."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from cepage.fondations.regles.erreurs import ErreurRegles
from cepage.fondations.regles.parametres import Regles

_CLAUSE_DELAIS = "CCTP §1.2.6"


def ajouter_mois(d: date, n: int) -> date:
    """The same day `n` calendar months later; a month without that day ends on its last day.

    31 August 2020 + 6 months = 28 February 2021.
    """
    rang = d.year * 12 + d.month - 1 + n
    annee, mois = divmod(rang, 12)
    return date(annee, mois + 1, min(d.day, monthrange(annee, mois + 1)[1]))


def verifier_uo(uo: str, *, regles: Regles, le: date) -> None:
    """Raise `ErreurRegles` unless `uo` is a unit of interaction of the market on `le`."""
    connues = regles.liste("unites.interaction", le=le)
    if uo not in connues:
        raise ErreurRegles(
            f"L'unité d'œuvre « {uo} » n'est pas connue.",
            remede=f"Utilisez l'un des codes {', '.join(connues)}.",
            clause="CCTP §1.2.5",
        )


def origine_du_delai(
    uo: str, date_engagement: date, *, regles: Regles, date_engagement_uo21: date | None = None
) -> date:
    """Day the delay counts from: the unit's own engagement, or that of its UO2.1 (CCTP §1.2.6)."""
    verifier_uo(uo, regles=regles, le=date_engagement)
    if regles.texte(f"delai_origine.uo{uo}", le=date_engagement) == "engagement":
        return date_engagement
    if date_engagement_uo21 is None:
        raise ErreurRegles(
            "Le délai de cette unité court depuis l'engagement de l'UO2.1, dont la date manque.",
            remede="Donnez la date d'engagement de l'UO2.1 qui précède.",
            clause=_CLAUSE_DELAIS,
        )
    if date_engagement_uo21 > date_engagement:
        raise ErreurRegles(
            f"L'UO2.1 (engagée le {date_engagement_uo21.isoformat()}) ne peut pas suivre l'UO2.2 "
            f"(engagée le {date_engagement.isoformat()}).",
            remede="Corrigez l'une des deux dates d'engagement.",
            clause="CCTP §1.2.5",
        )
    return date_engagement_uo21


def echeance(
    uo: str, date_engagement: date, *, regles: Regles, date_engagement_uo21: date | None = None
) -> date | None:
    """Last day on which the unit may still be closed by the person; None when its market sets no delay.

    `uo` is "00", "01", "21" or "22"; the delay is the one in force on `date_engagement`; the UO2.2 counts
    from the engagement of its UO2.1. Raises `ErreurRegles` (unknown unit, missing or incoherent UO2.1 date)
    and `ValeurAbsente` (date outside the market's service). CCTP §1.2.6.
    """
    verifier_uo(uo, regles=regles, le=date_engagement)
    delai = regles.valeur_datee(f"delai_execution.uo{uo}", le=date_engagement)
    origine = origine_du_delai(uo, date_engagement, regles=regles, date_engagement_uo21=date_engagement_uo21)
    if delai.unite == "sans_delai":
        return None
    assert isinstance(delai.valeur, int)
    if delai.unite == "mois":
        return ajouter_mois(origine, delai.valeur)
    if delai.unite == "jours":
        return origine + timedelta(days=delai.valeur)
    raise ErreurRegles(
        f"Le délai de l'UO{uo} est exprimé en « {delai.unite} ».", remede="Exprimez-le en mois ou en jours."
    )


@dataclass(frozen=True, slots=True)
class Avertissement:
    """A reminder to the person and the counsellor, `jours` days before the deadline."""

    le: date
    jours: int
    echeance: date


def avertissements(fin: date, *, date_engagement: date, regles: Regles) -> tuple[Avertissement, ...]:
    """Reminders of a deadline, soonest first; those that would fall before the engagement are left out."""
    jours = (int(j) for j in regles.liste("cloture.avertissements", le=date_engagement))
    dates = (Avertissement(fin - timedelta(days=j), j, fin) for j in sorted(jours, reverse=True))
    return tuple(a for a in dates if a.le >= date_engagement)


class EtatCloture(StrEnum):
    """What the night's automatic closure must do with a unit."""

    EN_COURS = "en cours"
    SIGNEE = "signée"
    A_EXAMINER = "à examiner"
    A_CLORE = "à clore"
    SANS_DELAI = "sans délai"


@dataclass(frozen=True, slots=True)
class DecisionCloture:
    """Decision about one unit on one day; `date_cloture` and `motif` are set only for A_CLORE."""

    etat: EtatCloture
    raison: str
    clause: str
    echeance: date | None
    date_cloture: date | None = None
    motif: str | None = None
    payable: bool | None = None

    @property
    def a_clore(self) -> bool:
        """True when the unit must be closed automatically."""
        return self.etat is EtatCloture.A_CLORE


def cloture_automatique(
    uo: str,
    date_engagement: date,
    *,
    le: date,
    regles: Regles,
    date_engagement_uo21: date | None = None,
    date_signature: date | None = None,
    derniere_sollicitation: date | None = None,
) -> DecisionCloture:
    """Whether the unit is deemed abandoned on `le`: only from the day after its deadline (CCTP §1.2.6).

    Conditions: no livrable signed, and no request by the person since the first reminder. The closure is
    dated on the deadline, with the reason given by the parameter `cloture.motif_abandon`. Calling it again
    gives the same decision. A recent request makes the unit "à examiner": someone decides, not the night.
    """
    fin = echeance(uo, date_engagement, regles=regles, date_engagement_uo21=date_engagement_uo21)
    if fin is None:
        return DecisionCloture(EtatCloture.SANS_DELAI, "Ce marché ne fixe pas de délai à l'unité.", "", None)
    if date_signature is not None and date_signature <= le:
        return DecisionCloture(
            EtatCloture.SIGNEE,
            f"La personne a signé le {date_signature.isoformat()} : l'unité est close par sa signature.",
            _CLAUSE_DELAIS,
            fin,
        )
    if le <= fin:
        return DecisionCloture(
            EtatCloture.EN_COURS, f"Le délai court jusqu'au {fin.isoformat()} inclus.", _CLAUSE_DELAIS, fin
        )
    recente = fin - timedelta(days=regles.entier("cloture.sollicitation_recente", le=date_engagement))
    if derniere_sollicitation is not None and recente <= derniere_sollicitation <= le:
        return DecisionCloture(
            EtatCloture.A_EXAMINER,
            f"Le délai est passé depuis le {fin.isoformat()}, mais la personne a sollicité le conseil le "
            f"{derniere_sollicitation.isoformat()} : elle n'est pas réputée avoir abandonné.",
            _CLAUSE_DELAIS,
            fin,
        )
    return DecisionCloture(
        EtatCloture.A_CLORE,
        f"Le délai est passé depuis le {fin.isoformat()}, sans signature ni sollicitation : "
        "la personne est réputée avoir abandonné.",
        _CLAUSE_DELAIS,
        fin,
        date_cloture=fin,
        motif=regles.texte("cloture.motif_abandon", le=date_engagement),
        payable=regles.oui_non("paiement.abandon_payable", le=fin),
    )


def date_rdv_au_plus_tard(demande: date, *, regles: Regles, est_ferie: Callable[[date], bool]) -> date:
    """Last day of the first exchange with a counsellor: 30 working days after the request (CCTP §3.3).

    The day of the request does not count; nor do Saturdays, Sundays and the days `est_ferie` names.
    """
    return ajouter_jours_ouvres(
        demande, regles.entier("rendez_vous.delai_premier", le=demande), regles=regles, est_ferie=est_ferie
    )


def ajouter_jours_ouvres(d: date, n: int, *, regles: Regles, est_ferie: Callable[[date], bool]) -> date:
    """The `n`-th working day after `d`, `d` itself not counted (`n` = 0 gives `d`)."""
    chomes = {int(j) for j in regles.liste("rendez_vous.jours_non_ouvres", le=d)}
    jour = d
    restants = n
    while restants:
        jour += timedelta(days=1)
        if jour.isoweekday() not in chomes and not est_ferie(jour):
            restants -= 1
    return jour
