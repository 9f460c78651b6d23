"""The team on a day: who is qualified, what each one carries, learns and holds."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet, Sum

from cepage.fondations.comptes.enums import Role
from cepage.fondations.comptes.models import Attribution, Personne
from cepage.fondations.referentiels import nomenclatures
from cepage.fondations.regles import charger_marche
from cepage.fondations.regles.qualification import (
    Acquis,
    Domaine,
    EtatQualification,
    Pratique,
    Qualification,
    qualification,
)
from cepage.operateur.dossiers.selectors import listes
from cepage.operateur.dossiers.selectors.regard import Regard
from cepage.operateur.equipe.enums import Degre, Profil
from cepage.operateur.equipe.models import ActionFormation, Conseiller, EvaluationCompetence

MARCHE = "A"
CONSEILLENT = (Profil.CONSEILLER, Profil.EXPERT)
_ROLES = (Role.CONSEILLER, Role.CHARGE_INFORMATION, Role.MANAGER)
_ZERO = Decimal(0)


@dataclass(frozen=True)
class EnPoste:
    """One person of the team on a day. `qualification` is None for who does not advise (CCTP §3.1)."""

    personne: Personne
    fiche: Conseiller | None
    membre: str
    profil: str
    qualification: Qualification | None
    heures: Decimal
    prevues: Decimal
    ouvertes: int
    bientot: int
    retard: int

    @property
    def a_regulariser(self) -> bool:
        """True when the contract's qualification is not shown."""
        return self.qualification is not None and not self.qualification.suffisante

    @property
    def sous_derogation(self) -> bool:
        """True when the buyer's agreement alone makes it sufficient."""
        return self.qualification is not None and self.qualification.etat is EtatQualification.DEROGATION


def personnes(regard: Regard, le: date) -> "QuerySet[Personne]":
    """The people of the team on a day, those of one's member for a sous-traitant."""
    roles = Attribution.en_vigueur(le).filter(role__in=_ROLES)
    en_fiche = Q(fiche_conseiller__entree__lte=le) & (
        Q(fiche_conseiller__sortie__isnull=True) | Q(fiche_conseiller__sortie__gt=le)
    )
    toutes = Personne.objects.filter(organisation=regard.personne.organisation_id, is_active=True)
    toutes = toutes.filter(Q(attributions__in=roles) | en_fiche).distinct()
    if regard.restreint:
        toutes = toutes.filter(rattachement__membre=regard.membre)
    return toutes.select_related("rattachement__membre").order_by("nom", "prenom", "pk")


def qualification_de(fiche: Conseiller | None, le: date) -> Qualification:
    """The check of the contract for a record, whose experiences and dérogations are read or prefetched."""
    regles = charger_marche(MARCHE)
    if fiche is None:
        return qualification(Acquis(), le=le, regles=regles)
    pratiques = [Pratique(Domaine(e.domaine), e.debut, e.fin) for e in fiche.experiences.all()]
    acquis = Acquis(
        niveau=fiche.certification_niveau if fiche.certification_du_domaine else None,
        obtenue_le=fiche.certification_le,
        pratiques=pratiques,
        derogations=[(d.debut, d.fin) for d in fiche.derogations.all()],
    )
    return qualification(acquis, le=le, regles=regles)


def equipe(regard: Regard, le: date) -> list[EnPoste]:
    """The team, those whose qualification is not shown first, then by name; a bounded number of queries."""
    tous = list(personnes(regard, le))
    fiches = {
        fiche.personne_id: fiche
        for fiche in Conseiller.objects.filter(personne__in=tous).prefetch_related("experiences", "derogations")
    }
    conseillent = set(
        Attribution.en_vigueur(le).filter(role=Role.CONSEILLER, personne__in=tous).values_list("personne", flat=True)
    )
    charges = {ligne.cle: ligne for ligne in listes.par_conseiller(regard, le)}
    suivies, prevues = _heures(tous, le.year)
    lignes = []
    for personne in tous:
        fiche = fiches.get(personne.pk)
        if fiche is None:
            profil = Profil.CONSEILLER if personne.pk in conseillent else Profil.CHARGE_INFORMATION
            conseille = personne.pk in conseillent
        else:
            profil, conseille = Profil(fiche.profil), fiche.profil in CONSEILLENT
        charge = charges.get(str(personne.pk))
        rattachement = getattr(personne, "rattachement", None)
        lignes.append(
            EnPoste(
                personne=personne,
                fiche=fiche,
                membre=rattachement.membre.nom if rattachement else "Mandataire",
                profil=str(profil.label) if fiche or conseille else "Fiche à ouvrir",
                qualification=qualification_de(fiche, le) if conseille else None,
                heures=suivies[personne.pk],
                prevues=prevues[personne.pk],
                ouvertes=charge.ouvertes if charge else 0,
                bientot=charge.bientot if charge else 0,
                retard=charge.retard if charge else 0,
            )
        )
    return sorted(lignes, key=lambda ligne: not ligne.a_regulariser)


def _heures(tous: Iterable[Personne], annee: int) -> tuple[dict[int, Decimal], dict[int, Decimal]]:
    """Hours followed and hours planned in the year, by person."""
    actions = ActionFormation.objects.filter(conseiller__personne__in=tous)
    suivies = actions.filter(date_realisation__year=annee).values("conseiller__personne")
    prevues = actions.filter(annee=annee).values("conseiller__personne")
    return (
        _par_personne(suivies.order_by().annotate(total=Sum("heures_realisees"))),
        _par_personne(prevues.order_by().annotate(total=Sum("heures_prevues"))),
    )


def _par_personne(lignes: Iterable[Any]) -> dict[int, Decimal]:
    sommes: dict[int, Decimal] = defaultdict(lambda: _ZERO)
    for ligne in lignes:
        sommes[int(str(ligne["conseiller__personne"]))] = Decimal(str(ligne["total"] or 0))
    return sommes


FILTRES: dict[str, tuple[str, Callable[[EnPoste], bool]]] = {
    "a_regulariser": ("Qualification à régulariser", lambda ligne: ligne.a_regulariser),
    "derogation": ("Sous dérogation", lambda ligne: ligne.sous_derogation),
    "sans_formation": ("Sans formation suivie cette année", lambda ligne: ligne.heures == 0),
}
"""What the list of the team may be narrowed to, by its name in the URL."""


def filtrer(lignes: list[EnPoste], cle: str) -> list[EnPoste]:
    """The lines of one of FILTRES; all of them for an empty name."""
    return [ligne for ligne in lignes if FILTRES[cle][1](ligne)] if cle else lignes


@dataclass(frozen=True)
class Competence:
    """One competence of the list in force: its degree today, empty when never seen, and when it was seen."""

    code: str
    libelle: str
    degre: str
    le: date | None
    a_developper: bool


def competences(fiche: Conseiller | None, le: date) -> list[Competence]:
    """Every competence of the contract's list in force on `le`, with the latest evaluation up to that day."""
    vues: dict[str, EvaluationCompetence] = {}
    if fiche is not None:
        for evaluation in fiche.evaluations.filter(le__lte=le).order_by("le", "id"):
            vues[evaluation.code] = evaluation
    lignes = []
    for code in nomenclatures.table("competence_cep"):
        if code.valable(le):
            vue = vues.get(code.code)
            lignes.append(
                Competence(
                    code.code,
                    code.libelle,
                    str(vue.get_degre_display()) if vue else "",
                    vue.le if vue else None,
                    vue is not None and vue.degre == Degre.A_DEVELOPPER,
                )
            )
    return lignes


def formations(regard: Regard, le: date, annee: int) -> "QuerySet[ActionFormation]":
    """The plans of the year, and what was followed in it, of the people of the team."""
    siennes = ActionFormation.objects.filter(conseiller__personne__in=personnes(regard, le).order_by().values("pk"))
    retenues = siennes.filter(Q(annee=annee) | Q(date_realisation__year=annee))
    return retenues.select_related("conseiller__personne").order_by(
        "conseiller__personne__nom", "conseiller__personne__prenom", "date_realisation", "id"
    )


def heures_suivies(actions: Iterable[ActionFormation], annee: int) -> Decimal:
    """The hours of training followed in a year."""
    faites = (x for x in actions if x.date_realisation is not None and x.date_realisation.year == annee)
    return sum((x.heures_realisees or _ZERO for x in faites), _ZERO)
