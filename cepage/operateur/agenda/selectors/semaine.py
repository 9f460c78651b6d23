"""A week of a counsellor or of a site: appointments, free slots, absences, holidays."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet

from cepage.fondations.comptes.models import Personne
from cepage.fondations.referentiels import calendrier
from cepage.operateur.agenda.enums import EtatParticipation
from cepage.operateur.agenda.models import Absence, Participation, Plage, RendezVous, Site
from cepage.operateur.agenda.selectors import acces
from cepage.operateur.agenda.selectors.creneaux import Creneau, ouverts
from cepage.operateur.dossiers.models import Beneficiaire
from cepage.operateur.dossiers.selectors.regard import Regard

JOURS = 7


@dataclass(frozen=True)
class Case:
    """One time of a day: an appointment, or a free slot."""

    debut: datetime
    fin: datetime
    rendez_vous: RendezVous | None = None
    creneau: Creneau | None = None


@dataclass
class JourVu:
    """A day; `fete` is the name of its public holiday. Saturday and Sunday are shown when someone is received."""

    le: date
    fete: str = ""
    cases: list[Case] = field(default_factory=list)
    absences: list[Absence] = field(default_factory=list)


def avec_les_gens(rendez_vous: "QuerySet[RendezVous]") -> "QuerySet[RendezVous]":
    """Each appointment with those expected, in `attendues`."""
    gens = Participation.objects.exclude(etat=EtatParticipation.ANNULEE).select_related("beneficiaire__fusionne_dans")
    return rendez_vous.prefetch_related(Prefetch("participations", queryset=gens, to_attr="attendues"))


def du_conseiller(vue: Regard, conseiller: Personne, lundi: date, *, apres: datetime) -> list[JourVu]:
    """The week of a counsellor, everywhere they receive."""
    plages = list(acces.plages(vue).filter(conseiller=conseiller))
    fuseau = plages[0].fuseau if plages else calendrier.fuseau_du_departement("")
    departement = plages[0].site.departement if plages else ""
    siens = acces.rendez_vous(vue).filter(conseiller=conseiller)
    absences = acces.absences(vue).filter(Q(conseiller=conseiller) | Q(site__in={p.site_id for p in plages}))
    return _semaine(siens, plages, absences, lundi, fuseau, departement, apres)


def du_site(vue: Regard, site: Site, lundi: date, *, apres: datetime) -> list[JourVu]:
    """The week of a site, all counsellors."""
    plages = list(acces.plages(vue).filter(site=site))
    ici = acces.rendez_vous(vue).filter(site=site)
    absences = acces.absences(vue).filter(Q(site=site) | Q(conseiller__in={p.conseiller_id for p in plages}))
    return _semaine(ici, plages, absences, lundi, site.fuseau, site.departement, apres)


def _semaine(
    rendez_vous: "QuerySet[RendezVous]",
    plages: list[Plage],
    absences: "QuerySet[Absence]",
    lundi: date,
    fuseau: ZoneInfo,
    departement: str,
    apres: datetime,
) -> list[JourVu]:
    debut = datetime.combine(lundi, time.min, fuseau)
    fin = datetime.combine(lundi + timedelta(days=JOURS), time.min, fuseau)
    jours = {lundi + timedelta(days=n): JourVu(lundi + timedelta(days=n)) for n in range(JOURS)}
    territoire = calendrier.territoire_du_departement(departement) if departement else calendrier.NATIONAL
    for le, jour in jours.items():
        jour.fete = calendrier.jours_feries(le.year, territoire).get(le, "")
    for prevu in avec_les_gens(rendez_vous.filter(etat="prevu", debut__lt=fin, fin__gt=debut)):
        if (jour_vu := jours.get(prevu.debut.astimezone(fuseau).date())) is not None:
            jour_vu.cases.append(Case(prevu.debut_sur_place, prevu.fin_sur_place, rendez_vous=prevu))
    for libre in ouverts(plages, lundi, lundi + timedelta(days=JOURS - 1), apres=apres):
        if not libre.pris and (jour_vu := jours.get(libre.debut_sur_place.date())) is not None:
            jour_vu.cases.append(Case(libre.debut_sur_place, libre.fin_sur_place, creneau=libre))
    for absence in absences.filter(debut__lt=fin, fin__gt=debut):
        for le, jour in jours.items():
            minuit = datetime.combine(le, time.min, fuseau)
            if absence.debut < minuit + timedelta(days=1) and minuit < absence.fin:
                jour.absences.append(absence)
    for jour in jours.values():
        jour.cases.sort(key=lambda case: case.debut)
    return [jour for jour in jours.values() if jour.cases or jour.le.weekday() < calendrier.SAMEDI]


def du_jour(vue: Regard, conseiller: Personne, debut: datetime, fin: datetime) -> list[RendezVous]:
    """The appointments of a counsellor between two instants, with those expected."""
    siens = acces.rendez_vous(vue).filter(conseiller=conseiller, etat="prevu", debut__lt=fin, fin__gt=debut)
    return list(avec_les_gens(siens))


def a_noter(vue: Regard, conseiller: Personne, maintenant: datetime) -> list[Participation]:
    """People whose appointment is over and whose coming is not noted yet, oldest first."""
    passees = Participation.objects.filter(
        rendez_vous__in=acces.rendez_vous(vue).filter(conseiller=conseiller, etat="prevu", fin__lte=maintenant),
        etat=EtatParticipation.PREVUE,
    )
    return list(passees.select_related("rendez_vous__site", "beneficiaire").order_by("rendez_vous__debut")[:50])


def de_la_personne(personne: Beneficiaire) -> list[Participation]:
    """All the appointments of a person and of the records brought to theirs, latest first."""
    siennes = Participation.objects.filter(Q(beneficiaire=personne) | Q(beneficiaire__fusionne_dans=personne))
    return list(siennes.select_related("rendez_vous__site", "rendez_vous__conseiller").order_by("-rendez_vous__debut"))


def a_deplacer(vue: Regard, maintenant: datetime) -> list[RendezVous]:
    """Appointments to come that an absence noted since, or the closing of a site, makes impossible."""
    absent = Absence.objects.filter(debut__lt=OuterRef("fin"), fin__gt=OuterRef("debut"))
    empeches = acces.rendez_vous(vue).filter(etat="prevu", debut__gt=maintenant)
    empeches = empeches.filter(
        Exists(absent.filter(conseiller=OuterRef("conseiller")))
        | Exists(absent.filter(site=OuterRef("site")))
        | Q(site__date_fermeture__isnull=False, debut__date__gte=F("site__date_fermeture"))
    )
    return list(avec_les_gens(empeches).order_by("debut"))
