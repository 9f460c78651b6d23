"""The groupement: each member with its people, its sites, what it carries and what it did in a year."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet

from cepage.operateur.agenda.models import Site
from cepage.operateur.dossiers.enums import UO, Etat
from cepage.operateur.dossiers.models import UniteOeuvre
from cepage.operateur.dossiers.selectors import listes
from cepage.operateur.dossiers.selectors.regard import Regard
from cepage.operateur.equipe.models import Membre, Rattachement

RESULTATS = {"engagees": "Unités engagées", "closes": "Closes par la personne", "abandonnees": "Réputées abandonnées"}
"""What is counted of a year, by its name in the URL."""
SANS_MEMBRE = "aucun"


@dataclass
class EnGroupement:
    """One member, or the mandataire itself (`membre` None), on a day. `resultats`: by name of RESULTATS and unit."""

    nom: str
    cle: str
    membre: Membre | None = None
    present: bool = True
    personnes: int = 0
    sites: int = 0
    ouvertes: int = 0
    bientot: int = 0
    retard: int = 0
    resultats: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))

    def total(self, quoi: str) -> int:
        """How many of that result, all units together."""
        return sum(self.resultats[quoi].values())

    @property
    def engagees(self) -> int:
        """Units engaged in the year."""
        return self.total("engagees")

    @property
    def closes(self) -> int:
        """Units closed by the person in the year."""
        return self.total("closes")

    @property
    def abandonnees(self) -> int:
        """Units deemed abandoned in the year."""
        return self.total("abandonnees")


def membres(regard: Regard) -> "QuerySet[Membre]":
    """The members this person may look at: its own for a sous-traitant."""
    tous = Membre.objects.filter(emetteur=regard.emetteur)
    return tous.filter(pk=regard.membre.pk) if regard.restreint and regard.membre else tous


def groupement(regard: Regard, le: date, annee: int) -> list[EnGroupement]:
    """The mandataire, then each member; a bounded number of queries."""
    lignes: dict[str, EnGroupement] = {}
    if not regard.restreint:
        lignes[SANS_MEMBRE] = EnGroupement("Mandataire", SANS_MEMBRE)
    for membre in membres(regard).order_by("fin", "nom"):
        present = membre.debut <= le and (membre.fin is None or le < membre.fin)
        lignes[str(membre.pk)] = EnGroupement(membre.nom, str(membre.pk), membre, present)
    ouverts = Site.objects.filter(lot__in=regard.lots, date_ouverture__lte=le)
    ouverts = ouverts.filter(Q(date_fermeture__isnull=True) | Q(date_fermeture__gt=le))
    for cle, combien in _par_membre(ouverts):
        if cle in lignes:
            lignes[cle].sites = combien
    for cle, combien in _par_membre(Rattachement.objects.filter(personne__is_active=True)):
        if cle in lignes:
            lignes[cle].personnes = combien
    for charge in listes.par_membre(regard, le):
        if ligne := lignes.get(charge.cle):
            ligne.ouvertes, ligne.bientot, ligne.retard = charge.ouvertes, charge.bientot, charge.retard
    for quoi in RESULTATS:
        comptes = unites(regard, quoi, annee).order_by().values("membre", "uo").annotate(combien=Count("pk"))
        for compte in comptes:
            if ligne := lignes.get(str(compte["membre"] or SANS_MEMBRE)):
                ligne.resultats[quoi][compte["uo"]] = compte["combien"]
    return list(lignes.values())


def _par_membre(lignes: "QuerySet[Any]") -> list[tuple[str, int]]:
    comptes = lignes.order_by().values("membre").annotate(combien=Count("pk"))
    return [(str(compte["membre"] or SANS_MEMBRE), compte["combien"]) for compte in comptes]


def unites(regard: Regard, quoi: str, annee: int) -> "QuerySet[UniteOeuvre]":
    """The units behind a result of the year; KeyError for an unknown one."""
    conditions = {
        "engagees": Q(date_engagement__year=annee) & ~Q(etat=Etat.ANNULEE),
        "closes": Q(date_cloture__year=annee, etat=Etat.CLOSE),
        "abandonnees": Q(date_cloture__year=annee, etat=Etat.ABANDONNEE),
    }
    return regard.unites().filter(conditions[quoi])


def detail(ligne: EnGroupement) -> list[tuple[str, str, list[tuple[str, int]]]]:
    """For each unit of the market, its three numbers: code, label, (name, number)."""
    return [(uo.value, str(uo.label), [(quoi, ligne.resultats[quoi][uo.value]) for quoi in RESULTATS]) for uo in UO]
