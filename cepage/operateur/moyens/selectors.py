"""What is declared, what is due, and what the instance already knows of a period."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Q, QuerySet, Sum

from cepage.fondations.regles import charger_marche
from cepage.operateur.agenda.models import Site
from cepage.operateur.equipe.models import Conseiller
from cepage.operateur.moyens.models import MoyensCouts

MARCHE = "A"


def declarations(lots: Sequence[str]) -> "QuerySet[MoyensCouts]":
    """The declarations of these lots, latest period first."""
    return MoyensCouts.objects.filter(lot__in=lots)


@dataclass(frozen=True)
class Due:
    """A year over that is not declared for a lot."""

    lot: str
    annee: str


def dues(lots: Sequence[str], le: date) -> list[Due]:
    """The years of the market over by `le` and not declared, whole or by both halves, oldest first."""
    premiere = charger_marche(MARCHE).parametre("moyens.declaration").valeurs[0].debut.year
    faites = set(declarations(lots).values_list("lot", "periode"))
    return [
        Due(lot, str(annee))
        for annee in range(premiere, le.year)
        for lot in lots
        if (lot, str(annee)) not in faites and not {(lot, f"{annee}-S1"), (lot, f"{annee}-S2")} <= faites
    ]


@dataclass(frozen=True)
class Connu:
    """What the team and the agenda say: full-time equivalents present, sites open."""

    etp: Decimal
    sites: int


def connu(lot: str, le: date) -> Connu:
    """Read on a day; the working time is that of the whole team, which the records do not share between lots."""
    presents = Conseiller.objects.filter(entree__lte=le).filter(Q(sortie__isnull=True) | Q(sortie__gt=le))
    ouverts = Site.objects.filter(lot=lot, date_ouverture__lte=le)
    ouverts = ouverts.filter(Q(date_fermeture__isnull=True) | Q(date_fermeture__gt=le))
    return Connu(presents.aggregate(total=Sum("quotite"))["total"] or Decimal(0), ouverts.count())
