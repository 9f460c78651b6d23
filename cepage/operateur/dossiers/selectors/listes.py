"""Ma journée, mon équipe, mon groupement: what is due, late, refused; every number is the size of a list."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Concat

from cepage.echanges.envoi.models import Retour
from cepage.operateur.dossiers.enums import UO, Etat
from cepage.operateur.dossiers.models import Interaction, UniteOeuvre
from cepage.operateur.dossiers.selectors.regard import Regard
from cepage.operateur.dossiers.services.cloture import jours_d_avertissement

SANS_CONTACT = timedelta(days=30)
LISTES = {
    "retard": "Délai passé",
    "bientot": "Échéance proche",
    "refusees": "Fiche refusée à corriger",
    "silence": "Sans contact depuis 30 jours",
    "ouvertes": "Dossiers ouverts",
}
"""Each list by its name in the URL, in the order of what presses."""


@dataclass(frozen=True)
class Compte:
    """One number and the list it opens."""

    cle: str
    libelle: str
    combien: int


def filtrer(unites: "QuerySet[UniteOeuvre]", cle: str, le: date) -> "QuerySet[UniteOeuvre]":
    """The units of a list on a day; KeyError for an unknown list."""
    return unites.filter(_condition(cle, le))


def _condition(cle: str, le: date) -> Q:
    ouverte = Q(etat=Etat.OUVERTE)
    contact = Interaction.objects.filter(unite=OuterRef("pk"), annulee=False, date_interaction__gt=le - SANS_CONTACT)
    conditions = {
        "retard": ouverte & Q(echeance__lt=le),
        "bientot": ouverte & Q(echeance__gte=le, echeance__lte=le + timedelta(days=max(jours_d_avertissement(le)))),
        "refusees": Exists(_refusees_de_l_unite()) | Exists(_refusees_de_la_personne()),
        "silence": ouverte & Q(date_engagement__lte=le - SANS_CONTACT) & ~Exists(contact),
        "ouvertes": ouverte,
    }
    return Q(conditions[cle])


def _a_traiter() -> "QuerySet[Retour]":
    return Retour.objects.filter(traite_le__isnull=True, gravite="bloquant")


def _refusees_de_l_unite() -> "QuerySet[Retour]":
    """What was refused of the unit, or of what belongs to it."""
    numero: Any = OuterRef("numero_dossier")
    sienne = Q(fiche_sortante__cle=numero)
    return _a_traiter().filter(sienne | Q(fiche_sortante__parent=Concat(Value("unite_oeuvre:"), numero)))


def _refusees_de_la_personne() -> "QuerySet[Retour]":
    """What was refused of the person's own fiche."""
    identifiant: Any = OuterRef("beneficiaire__identifiant_beneficiaire")
    return _a_traiter().filter(
        fiche_sortante__fiche="beneficiaire", fiche_sortante__cle=Concat(OuterRef("lot"), Value("|"), identifiant)
    )


def comptes(unites: "QuerySet[UniteOeuvre]", le: date) -> list[Compte]:
    """The size of each list, in one query."""
    totaux = unites.aggregate(**{cle: Count("pk", filter=_condition(cle, le)) for cle in LISTES})
    return [Compte(cle, libelle, totaux[cle]) for cle, libelle in LISTES.items()]


def les_miennes(regard: Regard) -> "QuerySet[UniteOeuvre]":
    """The units a counsellor follows or was delegated, beyond the UO0."""
    siennes = Q(referent=regard.personne) | Q(delegue=regard.personne)
    return regard.unites().filter(siennes).exclude(uo=UO.UO0)


def accompagnements(regard: Regard) -> "QuerySet[UniteOeuvre]":
    """Every unit of the team beyond the UO0."""
    return regard.unites().exclude(uo=UO.UO0)


@dataclass(frozen=True)
class Ligne:
    """One counsellor or one member, with the numbers of their lists."""

    libelle: str
    cle: str
    ouvertes: int
    retard: int
    bientot: int


def par_conseiller(regard: Regard, le: date) -> list[Ligne]:
    """The open units of each counsellor, in one query."""
    return _par(regard, le, ("referent", "referent__prenom", "referent__nom"), "Sans référent")


def par_membre(regard: Regard, le: date) -> list[Ligne]:
    """The open units of each member of the groupement, in one query."""
    return _par(regard, le, ("membre", "membre__nom"), "Mandataire")


def _par(regard: Regard, le: date, colonnes: tuple[str, ...], absent: str) -> list[Ligne]:
    proche = le + timedelta(days=max(jours_d_avertissement(le)))
    ouvertes = accompagnements(regard).filter(etat=Etat.OUVERTE).order_by().values(*colonnes)
    groupes = ouvertes.annotate(
        combien=Count("pk"),
        en_retard=Count("pk", filter=Q(echeance__lt=le)),
        proches=Count("pk", filter=Q(echeance__gte=le, echeance__lte=proche)),
    )
    lignes = []
    for g in groupes:
        nom = " ".join(str(g[c]) for c in colonnes[1:] if g[c]) or absent
        lignes.append(Ligne(nom, str(g[colonnes[0]] or "aucun"), g["combien"], g["en_retard"], g["proches"]))
    return sorted(lignes, key=lambda ligne: (-ligne.retard, -ligne.bientot, ligne.libelle))
