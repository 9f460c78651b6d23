"""The slots that the recurring plages open, day by day: those taken, those free, the nearest first."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from django.db.models import Q

from cepage.fondations.comptes.models import Personne
from cepage.fondations.referentiels import calendrier
from cepage.operateur.agenda.enums import EtatRendezVous
from cepage.operateur.agenda.models import Absence, Plage, RendezVous, Site

Intervalle = tuple[datetime, datetime]
_UN_JOUR = timedelta(days=1)


@dataclass(frozen=True)
class Creneau:
    """One slot of a plage; `distance` in kilometres from where the person lives, None when it is not known.

    `mode`: how it would be held, empty when that was not asked.
    """

    plage: Plage
    debut: datetime
    fin: datetime
    pris: bool = False
    distance: float | None = None
    mode: str = ""

    @property
    def site(self) -> Site:
        """Where."""
        return self.plage.site

    @property
    def conseiller(self) -> Personne:
        """With whom."""
        return self.plage.conseiller

    @property
    def eloignement(self) -> str:
        """« à 12 km », empty when it is not known."""
        if self.distance is None:
            return ""
        return "à moins de 2 km" if self.distance < 2 else f"à {round(self.distance)} km"

    @property
    def cle(self) -> str:
        """What a form sends back: the plage, the instant, the mode."""
        return f"{self.plage.pk}@{self.debut.astimezone(UTC):%Y%m%dT%H%M}@{self.mode}"

    @property
    def debut_sur_place(self) -> datetime:
        """The start, in the time of the site."""
        return self.debut.astimezone(self.plage.fuseau)

    @property
    def fin_sur_place(self) -> datetime:
        """The end, in the time of the site."""
        return self.fin.astimezone(self.plage.fuseau)


class Occupations:
    """When counsellors and sites receive nobody, over some days: read in two queries."""

    def __init__(self, plages: Iterable[Plage], du: date, au: date, *, sauf: RendezVous | None = None) -> None:
        conseillers = {p.conseiller_id for p in plages}
        sites = {p.site_id for p in plages}
        # A day more on each side: a day of the site is not a day of the clock.
        bornes = _minuit(du - _UN_JOUR), _minuit(au + 2 * _UN_JOUR)
        self._rendez_vous: dict[int, list[Intervalle]] = defaultdict(list)
        self._absences: dict[int, list[Intervalle]] = defaultdict(list)
        self._fermetures: dict[int, list[Intervalle]] = defaultdict(list)
        pris = RendezVous.objects.filter(
            conseiller__in=conseillers, etat=EtatRendezVous.PREVU, debut__lt=bornes[1], fin__gt=bornes[0]
        )
        if sauf is not None:
            pris = pris.exclude(pk=sauf.pk)
        for conseiller, debut, fin in pris.values_list("conseiller", "debut", "fin"):
            self._rendez_vous[conseiller].append((debut, fin))
        absences = Absence.objects.filter(debut__lt=bornes[1], fin__gt=bornes[0])
        absences = absences.filter(Q(conseiller__in=conseillers) | Q(site__in=sites))
        for qui, ou, debut, fin in absences.values_list("conseiller", "site", "debut", "fin"):
            if qui is not None:
                self._absences[qui].append((debut, fin))
            else:
                self._fermetures[ou].append((debut, fin))

    def ferme(self, plage: Plage, debut: datetime, fin: datetime) -> bool:
        """True when the counsellor is absent or the site closed."""
        return _touche(self._absences[plage.conseiller_id], debut, fin) or _touche(
            self._fermetures[plage.site_id], debut, fin
        )

    def pris(self, plage: Plage, debut: datetime, fin: datetime) -> bool:
        """True when the counsellor already has an appointment."""
        return _touche(self._rendez_vous[plage.conseiller_id], debut, fin)


def _minuit(jour: date) -> datetime:
    return datetime.combine(jour, time.min, UTC)


def _touche(intervalles: list[Intervalle], debut: datetime, fin: datetime) -> bool:
    return any(de < fin and debut < a for de, a in intervalles)


def du_jour(plage: Plage, jour: date) -> list[Intervalle]:
    """The slots a plage opens on a day of its site, holidays and closing dates considered; absences are not."""
    if jour.isoweekday() != plage.jour or jour < plage.debut or (plage.fin is not None and jour >= plage.fin):
        return []
    site = plage.site
    if jour < site.date_ouverture or (site.date_fermeture is not None and jour >= site.date_fermeture):
        return []
    if calendrier.est_ferie(jour, site.territoire):
        return []
    fuseau, pas = plage.fuseau, timedelta(minutes=plage.duree_minutes)
    debut, dernier = datetime.combine(jour, plage.heure_debut), datetime.combine(jour, plage.heure_fin)
    trouves = []
    while debut + pas <= dernier:
        trouves.append((debut.replace(tzinfo=fuseau), (debut + pas).replace(tzinfo=fuseau)))
        debut += pas
    return trouves


def ouverts(
    plages: Iterable[Plage], du: date, au: date, *, apres: datetime, sauf: RendezVous | None = None
) -> Iterator[Creneau]:
    """Every slot opened from `du` to `au` (both included) that starts after `apres`, day by day, taken or free.

    `sauf`: an appointment that is being moved, which does not stand in its own way.
    """
    retenues = list(plages)
    occupations = Occupations(retenues, du, au, sauf=sauf)
    for n in range((au - du).days + 1):
        jour = du + timedelta(days=n)
        du_meme_jour = [
            Creneau(plage, debut, fin, occupations.pris(plage, debut, fin))
            for plage in retenues
            for debut, fin in du_jour(plage, jour)
            if debut > apres and not occupations.ferme(plage, debut, fin)
        ]
        yield from sorted(du_meme_jour, key=lambda c: (c.debut, c.plage.pk))


def retrouver(plages: Iterable[Plage], cle: str, *, apres: datetime, sauf: RendezVous | None = None) -> Creneau | None:
    """The slot that a form sent back, as it is now; None when no plage opens it any more."""
    identifiant, _, reste = cle.partition("@")
    instant, _, mode = reste.partition("@")
    try:
        debut = datetime.strptime(instant, "%Y%m%dT%H%M").replace(tzinfo=UTC)
    except ValueError:
        return None
    plage = next((p for p in plages if str(p.pk) == identifiant), None)
    if plage is None or (mode and mode not in plage.modes):
        return None
    jour = debut.astimezone(plage.fuseau).date()
    trouve = next((c for c in ouverts([plage], jour, jour, apres=apres, sauf=sauf) if c.debut == debut), None)
    return trouve and replace(trouve, mode=mode)
