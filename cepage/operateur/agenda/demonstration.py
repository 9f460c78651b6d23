"""The agenda of the fictitious operator: its declared sites, the slots of its counsellors, appointments."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from itertools import cycle
from typing import Any

from django.db.models import F

from cepage.fondations.comptes.enums import Role
from cepage.fondations.comptes.models import Personne
from cepage.fondations.socle.portee import portee_emetteurs
from cepage.operateur.agenda.enums import EtatParticipation, Mode
from cepage.operateur.agenda.models import CourrielDeRendezVous, Participation, Plage, RendezVous, Site
from cepage.operateur.agenda.selectors.creneaux import ouverts
from cepage.operateur.agenda.services import (
    attendre,
    creer_site,
    inscrire,
    noter_l_absence,
    noter_la_venue,
    ouvrir_plage,
    planifier_atelier,
    poser_absence,
    reserver,
)
from cepage.operateur.dossiers.enums import UO, Etat
from cepage.operateur.dossiers.models import Beneficiaire, UniteOeuvre
from cepage.operateur.dossiers.services import ActeRefuse, Acteur

_VISIO = "https://visio.example.com/salle-{}"
_REMPLISSAGE = (7, 4, 2)
"""Slots taken out of eight, site after site: the first is nearly full."""


def peupler(emetteur: str, lot: str, sites: Iterable[Mapping[str, Any]], le: date) -> None:
    """Nine sites known to the exchange point, three counsellors, two weeks before `le` and two after. Done once.

    `sites`: the values of each, as its implantation was declared.
    """
    with portee_emetteurs([emetteur]):
        gens = list(Beneficiaire.objects.filter(lot=lot, fusionne_dans__isnull=True).order_by("pk"))
        if Site.objects.exists() or not gens:
            return
        conseillers = _conseillers(emetteur)
        debut = datetime.combine(le - timedelta(days=21), time(7), UTC)
        par = Acteur.de(conseillers[0], {Role.CONSEILLER})
        tenus = [
            creer_site(valeurs, emetteur=emetteur, lot=lot, par=par, a=debut, deja_declare=True) for valeurs in sites
        ]
        plages = _plages(tenus, conseillers, debut.date())
        _passe(plages, gens, debut, le)
        _a_venir(plages, gens, le)
        _ateliers(tenus[0], conseillers, gens, le)
        _attente(tenus[0], gens, le)
        _absence(emetteur, conseillers[-1], le)
        # These people do not exist: what was written to them is held as gone.
        CourrielDeRendezVous.objects.update(envoye_le=F("cree_le"), texte="", calendrier="")


def _conseillers(emetteur: str) -> list[Personne]:
    tenus = Personne.objects.filter(
        organisation__code_emetteur=emetteur, attributions__role=Role.CONSEILLER, is_active=True
    )
    return list(tenus.distinct().order_by("pk"))


def _plages(sites: list[Site], conseillers: list[Personne], debut: date) -> list[Plage]:
    """Each counsellor at two sites, and one day at a distance."""
    semaine: tuple[tuple[int, int, int, time, time, tuple[str, ...]], ...] = (
        (0, 0, 1, time(9), time(12), (Mode.PRESENTIEL, Mode.TELEPHONE)),
        (0, 0, 1, time(14), time(18), (Mode.PRESENTIEL, Mode.TELEPHONE)),
        (0, 0, 2, time(8), time(12), (Mode.PRESENTIEL,)),
        (0, 0, 4, time(15), time(19), (Mode.PRESENTIEL, Mode.VISIO)),
        (1, 1, 1, time(9), time(12), (Mode.PRESENTIEL,)),
        (1, 1, 3, time(14), time(18), (Mode.PRESENTIEL, Mode.VISIO)),
        (1, 0, 4, time(9), time(12), (Mode.TELEPHONE, Mode.VISIO)),
        (2, 2, 2, time(9), time(12), (Mode.PRESENTIEL,)),
        (2, 2, 4, time(13), time(18), (Mode.PRESENTIEL, Mode.TELEPHONE)),
        (2, 3, 5, time(9), time(12), (Mode.PRESENTIEL,)),
    )
    ouvertes = []
    for qui, ou, jour, de, a, modes in semaine:
        valeurs = {"jour": jour, "heure_debut": de, "heure_fin": a, "duree_minutes": 60, "modes": list(modes)}
        lien = _VISIO.format(qui + 1) if Mode.VISIO in modes else ""
        try:
            plage = ouvrir_plage(conseillers[qui], sites[ou], {**valeurs, "lien": lien, "debut": debut})
        except ActeRefuse:
            # The site is closed at those hours: there, one receives at a distance.
            a_distance = {"modes": [Mode.TELEPHONE.value], "lien": "", "debut": debut}
            plage = ouvrir_plage(conseillers[qui], sites[ou], {**valeurs, **a_distance})
        ouvertes.append(plage)
    return ouvertes


def _prendre(creneau: Any, personne: Beneficiaire, a: datetime) -> Participation | None:
    par = Acteur.de(creneau.conseiller, {Role.CONSEILLER})
    try:
        return reserver(creneau, personne, demande_le=a.date(), par=par, a=a)
    except ActeRefuse:
        # Already expected somewhere at that hour.
        return None


def _passe(plages: list[Plage], gens: list[Beneficiaire], debut: datetime, le: date) -> None:
    """One slot in three was held; one time in five nobody came. The last working day is still to be noted."""
    suivante = cycle(gens)
    for rang, creneau in enumerate(ouverts(plages, debut.date(), le - timedelta(days=1), apres=debut)):
        if rang % 3:
            continue
        place = _prendre(creneau, next(suivante), debut)
        if place is None or creneau.debut_sur_place.date() > le - timedelta(days=5):
            continue
        apres, par = creneau.fin + timedelta(minutes=5), Acteur.de(creneau.conseiller, {Role.CONSEILLER})
        if rang % 15 == 0:
            noter_l_absence(place, motif="SANS_NOUVELLES", par=par, a=apres)
        else:
            unite = _unite_de(place.beneficiaire, creneau.debut_sur_place.date())
            noter_la_venue(place, unite=unite, minutes=55, par=par, a=apres)


def _unite_de(personne: Beneficiaire, jour: date) -> UniteOeuvre | None:
    """The unit in which a contact of that day is noted."""
    siennes = UniteOeuvre.objects.filter(beneficiaire=personne, etat=Etat.OUVERTE, date_engagement__lte=jour)
    return siennes.exclude(uo=UO.UO0).order_by("-date_engagement").first()


def _a_venir(plages: list[Plage], gens: list[Beneficiaire], le: date) -> None:
    """The next two weeks, fuller at the first site than at the others; taken three days ago."""
    pris_le = datetime.combine(le - timedelta(days=3), time(8), UTC)
    sites = sorted({p.site_id for p in plages})
    remplissage = {site: _REMPLISSAGE[min(rang, len(_REMPLISSAGE) - 1)] for rang, site in enumerate(sites)}
    suivante = cycle(reversed(gens))
    rangs = dict.fromkeys(sites, 0)
    for creneau in ouverts(plages, le, le + timedelta(days=13), apres=pris_le):
        rangs[creneau.plage.site_id] += 1
        if rangs[creneau.plage.site_id] % 8 < remplissage[creneau.plage.site_id]:
            _prendre(creneau, next(suivante), pris_le)


def _ateliers(site: Site, conseillers: list[Personne], gens: list[Beneficiaire], le: date) -> None:
    a = datetime.combine(le - timedelta(days=3), time(8), UTC)
    for rang, (titre, places) in enumerate((("Écrire son CV", 4), ("Préparer une reconversion", 12))):
        qui = conseillers[rang]
        par = Acteur.de(qui, {Role.CONSEILLER})
        jour = le + timedelta(days=(4 - le.weekday()) % 7 + 7 * rang)
        debut = datetime.combine(jour, time(10), site.fuseau)
        atelier = planifier_atelier(
            qui,
            site,
            titre=titre,
            debut=debut,
            fin=debut + timedelta(hours=2),
            capacite=places,
            mode=Mode.PRESENTIEL,
            par=par,
            a=a,
        )
        _remplir(atelier, gens[rang::2], par, a)


def _remplir(atelier: RendezVous, gens: list[Beneficiaire], par: Acteur, a: datetime) -> None:
    for personne in gens:
        atelier.refresh_from_db()
        if not atelier.places_libres:
            attendre(personne, site=atelier.site, rendez_vous=atelier, demande_le=a.date(), a=a)
            return
        try:
            inscrire(atelier, personne, demande_le=a.date(), par=par, a=a)
        except ActeRefuse:
            # Expected elsewhere at that hour: the next one takes the place.
            continue


def _attente(site: Site, gens: list[Beneficiaire], le: date) -> None:
    sans = [p for p in gens if not Participation.objects.filter(beneficiaire=p, etat=EtatParticipation.PREVUE).exists()]
    for rang, personne in enumerate((sans or gens)[:2]):
        attendre(personne, site=site, demande_le=le, a=datetime.combine(le, time(8, rang), UTC))


def _absence(emetteur: str, conseiller: Personne, le: date) -> None:
    """Two days off next week, noted after appointments were taken: they are to be moved."""
    lundi = le + timedelta(days=7 - le.weekday())
    poser_absence(
        emetteur=emetteur,
        conseiller=conseiller,
        debut=datetime.combine(lundi + timedelta(days=1), time(6), UTC),
        fin=datetime.combine(lundi + timedelta(days=2), time(20), UTC),
        motif="FORMATION",
    )
