"""Reading the pénalités: the list, one with its votes, those that a décompte must hold back."""

from collections.abc import Iterable
from datetime import date

from django.db.models import QuerySet

from cepage.acheteur.penalites.detection import Constat
from cepage.acheteur.penalites.enums import Etat, Tour
from cepage.acheteur.penalites.models import Penalite, Voix


def penalites(lots: Iterable[str] | None, *, lot: str = "", etat: str = "", annee: str = "") -> "QuerySet[Penalite]":
    """The pénalités within reach, the latest breach first, filtered by what is given."""
    lignes = Penalite.objects.order_by("-fin", "lot", "reference")
    if lots is not None:
        lignes = lignes.filter(lot__in=sorted(lots))
    if lot:
        lignes = lignes.filter(lot=lot)
    if etat:
        lignes = lignes.filter(etat=etat)
    if annee:
        lignes = lignes.filter(fin__year=int(annee))
    return lignes


def annees(lots: Iterable[str] | None) -> list[int]:
    """The years of the breaches within reach, the latest first."""
    return sorted({jour.year for jour in penalites(lots).order_by().dates("fin", "year")}, reverse=True)


def voix_de(penalite: Penalite, tour: Tour) -> list[Voix]:
    """The votes on one question, in their order."""
    return list(penalite.voix.filter(tour=tour).select_related("personne"))


def deja_ouvertes(constats: Iterable[Constat]) -> dict[tuple[str, str, date], Penalite]:
    """The pénalités that these breaches already have, by holder, breach and first day."""
    constats = list(constats)
    lots, debuts = {c.lot for c in constats}, {c.debut for c in constats}
    connues = Penalite.objects.filter(lot__in=lots, debut__in=debuts)
    return {(p.emetteur, p.fait, p.debut): p for p in connues}


def definitives(lot: str, emetteur: str, debut: date, fin: date) -> list[Penalite]:
    """The pénalités of a holder that became definitive in [debut, fin), by reference, in the scope under way."""
    trouvees = Penalite.objects.filter(
        lot=lot, emetteur=emetteur, etat=Etat.DEFINITIVE, definitive_le__gte=debut, definitive_le__lt=fin
    )
    return list(trouvees.order_by("reference"))
