"""How full the slots of each site are, at the horizons of the rules (7 and 10 days)."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Q

from cepage.fondations.regles import Amplitude, charger_marche
from cepage.operateur.agenda import horaires
from cepage.operateur.agenda.models import Site
from cepage.operateur.agenda.selectors import acces
from cepage.operateur.agenda.selectors.creneaux import Creneau, ouverts
from cepage.operateur.dossiers.selectors.regard import Regard

PLEIN, PRESQUE = 100, 80


@dataclass(frozen=True)
class Taux:
    """Slots taken among the slots opened over the next `horizon` days, today included."""

    horizon: int
    ouverts: int
    pris: int

    @property
    def pourcent(self) -> int | None:
        """Whole percentage, rounded down so that 100 means full; None without a slot."""
        return self.pris * 100 // self.ouverts if self.ouverts else None

    @property
    def etat(self) -> str:
        """« vide », « libre », « presque » or « plein »."""
        if self.pourcent is None:
            return "vide"
        return "plein" if self.pourcent >= PLEIN else "presque" if self.pourcent >= PRESQUE else "libre"


@dataclass(frozen=True)
class LigneSite:
    """A site as the list of sites shows it."""

    site: Site
    taux: list[Taux]
    attente: int
    amplitude: Amplitude


def horizons(le: date) -> list[int]:
    """How many days ahead the saturation is looked at."""
    return sorted(int(h) for h in charger_marche(horaires.MARCHE).liste("accessibilite.saturation_horizons", le=le))


def des_sites(vue: Regard, le: date, *, apres: datetime) -> list[LigneSite]:
    """Every site open on `le`, with its saturation and who waits, the fullest first."""
    attente = Count("attentes", filter=Q(attentes__finie_le__isnull=True))
    sites = list(acces.sites_ouverts(vue, le).annotate(en_attente=attente))
    bornes = horizons(le)
    comptes: dict[int, list[Creneau]] = defaultdict(list)
    for creneau in _du_plus_long(vue, sites, le, bornes, apres):
        comptes[creneau.plage.site_id].append(creneau)
    lignes = [
        LigneSite(
            site,
            [_taux(comptes[site.pk], le, borne) for borne in bornes],
            site.en_attente,
            horaires.amplitude_de(site.horaires, le),
        )
        for site in sites
    ]
    return sorted(lignes, key=_rang)


def _rang(ligne: LigneSite) -> tuple[int, str]:
    """The fullest first, then those that open no slot."""
    pourcent = ligne.taux[0].pourcent
    return (-pourcent if pourcent is not None else 1, ligne.site.libelle)


def du_site(vue: Regard, site: Site, le: date, *, apres: datetime) -> list[Taux]:
    """The saturation of one site at each horizon."""
    bornes = horizons(le)
    creneaux = creneaux_du_site(vue, site, le, bornes[-1], apres=apres)
    return [_taux(creneaux, le, borne) for borne in bornes]


def _du_plus_long(vue: Regard, sites: Sequence[Site], le: date, bornes: list[int], apres: datetime) -> list[Creneau]:
    plages = acces.plages(vue).filter(site__in=sites)
    return list(ouverts(plages, le, le + timedelta(days=bornes[-1] - 1), apres=apres))


def _taux(creneaux: list[Creneau], le: date, horizon: int) -> Taux:
    fin = le + timedelta(days=horizon)
    retenus = [c for c in creneaux if c.debut_sur_place.date() < fin]
    return Taux(horizon, len(retenus), sum(c.pris for c in retenus))


def creneaux_du_site(vue: Regard, site: Site, le: date, horizon: int, *, apres: datetime) -> list[Creneau]:
    """The slots behind a figure, taken and free."""
    plages = acces.plages(vue).filter(site=site)
    return list(ouverts(plages, le, le + timedelta(days=horizon - 1), apres=apres))
