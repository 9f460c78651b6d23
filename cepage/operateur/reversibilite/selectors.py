"""The reversibility file as it is on a day: plan, planning with its dates, incidents of the year."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet

from cepage.fondations.referentiels.calendrier import ajouter_jours_ouvres
from cepage.fondations.regles import ajouter_mois, charger_marche
from cepage.operateur.reversibilite.format import TABLES
from cepage.operateur.reversibilite.models import EtapeReversibilite, Incident, PlanReversibilite

MARCHE = "A"


@dataclass(frozen=True)
class EtapeDatee:
    """A step with its days of the calendar; None before the order is notified."""

    etape: EtapeReversibilite
    debut: date | None
    fin: date | None


@dataclass(frozen=True)
class DossierReversibilite:
    """The file of an operator on a day. `a_mettre_a_jour_le` is the day the plan gets too old.

    `trop_longues` are the steps that end after the day the successor must be at work.
    """

    plan: PlanReversibilite | None
    etapes: list[EtapeDatee]
    incidents: list[Incident]
    incidents_depuis: date
    a_mettre_a_jour_le: date | None
    perime: bool
    planning_du: date | None
    reprise_le: date | None
    trop_longues: list[EtapeReversibilite]


def dossier(emetteur: str, le: date) -> DossierReversibilite:
    """Read the file inside the scope under way (CCTP §2.2.3)."""
    regles = charger_marche(MARCHE)
    plan = PlanReversibilite.objects.filter(emetteur=emetteur).first()
    notifiee = plan.date_notification if plan else None
    reprise = regles.entier("reversibilite.reprise", le=le)
    depuis = ajouter_mois(le, -regles.entier("reversibilite.incidents", le=le))
    etapes = list(EtapeReversibilite.objects.filter(emetteur=emetteur))
    echeance = (
        ajouter_mois(plan.mis_a_jour_le.date(), regles.entier("reversibilite.mise_a_jour", le=le)) if plan else None
    )
    return DossierReversibilite(
        plan=plan,
        etapes=[_dater(etape, notifiee) for etape in etapes],
        incidents=list(Incident.objects.filter(emetteur=emetteur, debut__gte=depuis)),
        incidents_depuis=depuis,
        a_mettre_a_jour_le=echeance,
        perime=echeance is not None and echeance < le,
        planning_du=notifiee and ajouter_jours_ouvres(notifiee, regles.entier("reversibilite.planning", le=le)),
        reprise_le=notifiee and notifiee + timedelta(days=reprise),
        trop_longues=[etape for etape in etapes if etape.au_jour > reprise],
    )


def _dater(etape: EtapeReversibilite, notifiee: date | None) -> EtapeDatee:
    if notifiee is None:
        return EtapeDatee(etape, None, None)
    return EtapeDatee(etape, notifiee + timedelta(days=etape.du_jour), notifiee + timedelta(days=etape.au_jour))


def comptes(emetteur: str, lots: Collection[str]) -> dict[str, int]:
    """How many lines each table of the portable dossiers has now."""
    totaux = {}
    for table in TABLES:
        lignes: QuerySet[Any] = table.modele._default_manager.filter(emetteur=emetteur)
        totaux[table.nom] = (lignes.filter(**{f"{table.lot}__in": lots}) if table.lot else lignes).count()
    return totaux
