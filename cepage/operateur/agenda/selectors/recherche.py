"""The first free slots, across sites, by day then by distance."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import groupby, islice

from cepage.fondations.referentiels import calendrier, territoires
from cepage.fondations.regles import charger_marche, date_rdv_au_plus_tard
from cepage.operateur.agenda.enums import Mode
from cepage.operateur.agenda.horaires import MARCHE
from cepage.operateur.agenda.models import Plage, RendezVous, Site
from cepage.operateur.agenda.selectors import acces
from cepage.operateur.agenda.selectors.creneaux import Creneau, ouverts
from cepage.operateur.dossiers.models import Beneficiaire
from cepage.operateur.dossiers.recherche import mots
from cepage.operateur.dossiers.selectors.regard import Regard

_FENETRES = (7, 14, 42)
"""Days looked at in turn: most searches end in the first week."""
SITES_PROCHES = 40
_RAYON_TERRE = 6371.0

Point = tuple[float, float]


@dataclass(frozen=True)
class Voulu:
    """What is looked for: how, from which day, within how many kilometres, at one site or with one counsellor."""

    mode: str
    du: date
    origine: Point | None = None
    rayon: int | None = None
    site: int | None = None
    conseiller: int | None = None


def distance(de: Point, a: Point) -> float:
    """Kilometres as the crow flies."""
    (la1, lo1), (la2, lo2) = (tuple(map(math.radians, point)) for point in (de, a))
    h = math.sin((la2 - la1) / 2) ** 2 + math.cos(la1) * math.cos(la2) * math.sin((lo2 - lo1) / 2) ** 2
    return 2 * _RAYON_TERRE * math.asin(math.sqrt(h))


def origine(personne: Beneficiaire) -> Point | None:
    """Where a person lives, by their postal code and commune; None when neither is known."""
    communes = territoires.communes_du_code_postal(personne.adresse_code_postal)
    if not communes:
        return None
    meme_nom = [c for c in communes if mots(c.nom) == mots(personne.adresse_commune)]
    position = territoires.position((meme_nom or list(communes))[0])
    return (position.latitude, position.longitude) if position else None


def sites_proches(vue: Regard, voulu: Voulu) -> list[tuple[Site, float | None]]:
    """The sites to look at, nearest first; the radius only counts for who comes to the place."""
    sites = acces.sites_ouverts(vue, voulu.du)
    if voulu.site is not None:
        sites = sites.filter(pk=voulu.site)
    trouves: list[tuple[Site, float | None]] = []
    for site in sites:
        loin = None
        if voulu.origine is not None and site.latitude is not None and site.longitude is not None:
            loin = distance(voulu.origine, (site.latitude, site.longitude))
        if voulu.mode == Mode.PRESENTIEL and voulu.rayon is not None and loin is not None and loin > voulu.rayon:
            continue
        trouves.append((site, loin))
    trouves.sort(key=lambda paire: (paire[1] is None, paire[1] or 0, paire[0].libelle))
    return trouves[:SITES_PROCHES]


def libres(vue: Regard, voulu: Voulu, *, apres: datetime, sauf: RendezVous | None = None) -> Iterator[Creneau]:
    """The free slots, day by day, the nearest of a day first, as far as the last window."""
    proches = sites_proches(vue, voulu)
    distances = {site.pk: loin for site, loin in proches}
    plages = Plage.objects.filter(site__in=[site.pk for site, _ in proches], modes__contains=[voulu.mode])
    plages = plages.filter(conseiller__is_active=True).select_related("site", "conseiller")
    if voulu.conseiller is not None:
        plages = plages.filter(conseiller=voulu.conseiller)
    retenues, du = list(plages), voulu.du
    for jours in _FENETRES if retenues else ():
        au = du + timedelta(days=jours - 1)
        trouves = ouverts(retenues, du, au, apres=apres, sauf=sauf)
        # Day by day: whoever wants a few slots does not pay for the whole window.
        for _, du_meme_jour in groupby(trouves, key=lambda c: c.debut_sur_place.date()):
            libres = [
                replace(creneau, distance=distances[creneau.plage.site_id], mode=voulu.mode)
                for creneau in du_meme_jour
                if not creneau.pris
            ]
            yield from sorted(libres, key=lambda c: (c.distance or 0, c.debut, c.plage.pk))
        du = au + timedelta(days=1)


def premiers(
    vue: Regard, voulu: Voulu, *, apres: datetime, combien: int, sauf: RendezVous | None = None
) -> list[Creneau]:
    """The first free slots."""
    return list(islice(libres(vue, voulu, apres=apres, sauf=sauf), combien))


def au_plus_tard(demande_le: date, site: Site | None) -> date:
    """Last day of a first appointment: 30 working days after it was asked, in the site's calendar (CCTP §3.3)."""
    territoire = site.territoire if site else calendrier.NATIONAL
    return date_rdv_au_plus_tard(
        demande_le,
        regles=charger_marche(MARCHE),
        est_ferie=lambda jour: calendrier.est_ferie(jour, territoire),
    )
