"""The night: warnings before a deadline, then the closure of the units deemed abandoned (CCTP §1.2.6)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Max

from cepage.fondations.regles import DecisionCloture, EtatCloture, charger_marche, cloture_automatique
from cepage.fondations.socle.models import TransitionJournal
from cepage.operateur.dossiers.enums import Etat
from cepage.operateur.dossiers.models import UniteOeuvre
from cepage.operateur.dossiers.services.acteurs import Acteur
from cepage.operateur.dossiers.services.unites import MARCHE, prononcer_l_abandon


@dataclass(frozen=True)
class Cloture:
    """What the night decides of one unit past its deadline."""

    unite: UniteOeuvre
    decision: DecisionCloture


def clotures(le: date) -> list[Cloture]:
    """The units past their deadline in the scope under way, with the decision of each; nothing is written."""
    echues = UniteOeuvre.objects.filter(etat=Etat.OUVERTE, echeance__lt=le).select_related("unite_prealable")
    vues = echues.annotate(dernier_contact=Max("interactions__date_interaction")).order_by("echeance", "id")
    return [Cloture(unite, _decider(unite, unite.dernier_contact, le)) for unite in vues]


def _decider(unite: UniteOeuvre, dernier_contact: date | None, le: date) -> DecisionCloture:
    prealable = unite.unite_prealable
    decision = cloture_automatique(
        unite.uo,
        unite.date_engagement,
        le=le,
        regles=charger_marche(MARCHE),
        date_engagement_uo21=prealable.date_engagement if prealable else None,
        derniere_sollicitation=dernier_contact,
    )
    if decision.a_clore and contestee(unite):
        raison = "L'abandon a été contesté : le conseiller décide de la suite."
        return DecisionCloture(EtatCloture.A_EXAMINER, raison, decision.clause, decision.echeance)
    return decision


def clore_automatiquement(le: date, *, a: datetime) -> list[Cloture]:
    """Close every unit deemed abandoned on `le`, dated on its deadline; run twice, the second closes nothing more.

    A unit reopened after a contestation is left to the counsellor. Gives every decision, closed or not.
    """
    decidees = clotures(le)
    for cloture in decidees:
        decision = cloture.decision
        if decision.a_clore:
            assert decision.date_cloture is not None
            assert decision.motif is not None
            prononcer_l_abandon(
                cloture.unite, le=decision.date_cloture, motif=decision.motif, par=Acteur.systeme(), a=a
            )
    return decidees


def contestee(unite: UniteOeuvre) -> bool:
    """True when the abandon of this unit was contested: the night does not pronounce it again."""
    return TransitionJournal.objects.filter(
        modele="dossiers.uniteoeuvre", objet=str(unite.pk), de=Etat.ABANDONNEE, vers=Etat.OUVERTE
    ).exists()


def jours_d_avertissement(le: date) -> list[int]:
    """How many days before a deadline the counsellor and the person are warned, farthest first."""
    return sorted((int(j) for j in charger_marche(MARCHE).liste("cloture.avertissements", le=le)), reverse=True)


@dataclass(frozen=True)
class Avertissement:
    """A unit close to its deadline, and which of the warnings it is due for."""

    unite: UniteOeuvre
    distance: int


def avertissements(le: date) -> list[Avertissement]:
    """The open units within a warning distance of their deadline on `le`, each with the nearest one it has entered."""
    distances = jours_d_avertissement(le)
    proches = UniteOeuvre.objects.filter(
        etat=Etat.OUVERTE, echeance__gte=le, echeance__lte=le + timedelta(days=max(distances))
    )
    unites = proches.select_related("beneficiaire", "referent").order_by("echeance", "id")
    return [
        Avertissement(unite, min(d for d in distances if (unite.echeance - le).days <= d))
        for unite in unites
        if unite.echeance
    ]
