"""Public holidays and working days, by territory: the nation, Alsace-Moselle and each overseas territory.

A working day («jour ouvré», as in the CCTP's thirty days before a first appointment) is a day from Monday
to Friday that is no public holiday of the territory. The holidays come from one packaged table of rules, not
from a list of dates: any year answers.
"""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache
from types import MappingProxyType
from zoneinfo import ZoneInfo

from cepage.fondations.referentiels import source as source_donnees
from cepage.fondations.referentiels.territoires import region_du_departement

NATIONAL = "national"
ALSACE_MOSELLE = "alsace-moselle"
GUADELOUPE = "guadeloupe"
MARTINIQUE = "martinique"
GUYANE = "guyane"
LA_REUNION = "la-reunion"
MAYOTTE = "mayotte"
SAINT_MARTIN = "saint-martin"
SAINT_BARTHELEMY = "saint-barthelemy"

_ZONES = MappingProxyType(
    {
        "Alsace-Moselle": ALSACE_MOSELLE,
        "Guadeloupe": GUADELOUPE,
        "Martinique": MARTINIQUE,
        "Guyane": GUYANE,
        "La Réunion": LA_REUNION,
        "Mayotte": MAYOTTE,
        "Saint-Martin": SAINT_MARTIN,
        "Saint-Barthélemy": SAINT_BARTHELEMY,
    }
)
_DEPARTEMENTS = MappingProxyType(
    {
        "57": ALSACE_MOSELLE,
        "67": ALSACE_MOSELLE,
        "68": ALSACE_MOSELLE,
        "971": GUADELOUPE,
        "972": MARTINIQUE,
        "973": GUYANE,
        "974": LA_REUNION,
        "976": MAYOTTE,
        "977": SAINT_BARTHELEMY,
        "978": SAINT_MARTIN,
    }
)
_FUSEAUX = MappingProxyType(
    {
        "971": "America/Guadeloupe",
        "972": "America/Martinique",
        "973": "America/Cayenne",
        "974": "Indian/Reunion",
        "975": "America/Miquelon",
        "976": "Indian/Mayotte",
        "977": "America/St_Barthelemy",
        "978": "America/Marigot",
    }
)
TERRITOIRES = frozenset({NATIONAL, *_ZONES.values()})
SAMEDI = 5

_REGLE = re.compile(
    r"(?:fixe (?P<mois>\d\d)-(?P<jour>\d\d)|Pâques (?P<signe>[+−-]) (?P<ecart>\d+) j)"
    r"(?: \(depuis (?P<depuis>\d{4})\))?"
)


class CalendrierInconnu(KeyError):
    """The territory has no calendar of its own; the message names those that have."""

    def __init__(self, territoire: str) -> None:
        super().__init__(territoire)
        self.territoire = territoire

    def __str__(self) -> str:
        return (
            f"Le territoire « {self.territoire} » n'a pas de calendrier. "
            f"Territoires connus : {', '.join(sorted(TERRITOIRES))}."
        )


def paques(annee: int) -> date:
    """Easter Sunday of a Gregorian year (the Meeus/Butcher rule)."""
    a, (b, c) = annee % 19, divmod(annee, 100)
    d, e = divmod(b, 4)
    g = (b - (b + 8) // 25 + 1) // 3
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    decalage = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 22 * decalage) // 451
    mois, jour = divmod(h + decalage - 7 * m + 114, 31)
    return date(annee, mois, jour + 1)


def _date_de_la_regle(regle: str, annee: int) -> date | None:
    """The day a rule gives in a year, None before it exists. Raises ValueError on an unreadable rule."""
    lue = _REGLE.fullmatch(regle)
    if lue is None:
        raise ValueError(f"Règle de jour férié illisible : « {regle} ». Attendu : « fixe MM-JJ » ou « Pâques + N j ».")
    if lue["depuis"] and annee < int(lue["depuis"]):
        return None
    if lue["mois"]:
        return date(annee, int(lue["mois"]), int(lue["jour"]))
    ecart = timedelta(days=int(lue["ecart"]))
    return paques(annee) + ecart if lue["signe"] == "+" else paques(annee) - ecart


@lru_cache(maxsize=1024)
def jours_feries(annee: int, territoire: str = NATIONAL) -> Mapping[date, str]:
    """Public holidays of a year in a territory, with their names, in order. Raises CalendrierInconnu."""
    if territoire not in TERRITOIRES:
        raise CalendrierInconnu(territoire)
    jours: dict[date, str] = {}
    for ligne in source_donnees.lignes_livrees("officiels/jours_feries_regles.csv"):
        if ligne["zone"] == "toutes" or _ZONES[ligne["zone"]] == territoire:
            jour = _date_de_la_regle(ligne["regle"], annee)
            if jour is not None:
                jours.setdefault(jour, ligne["fete"])
    return MappingProxyType(dict(sorted(jours.items())))


def est_ferie(jour: date, territoire: str = NATIONAL) -> bool:
    """Whether `jour` is a public holiday of the territory. Raises CalendrierInconnu."""
    return jour in jours_feries(jour.year, territoire)


def est_ouvre(jour: date, territoire: str = NATIONAL) -> bool:
    """Whether `jour` is a working day: Monday to Friday, no public holiday. Raises CalendrierInconnu."""
    return jour.weekday() < SAMEDI and not est_ferie(jour, territoire)


def ajouter_jours_ouvres(jour: date, nombre: int, territoire: str = NATIONAL) -> date:
    """The `nombre`-th working day after `jour`, itself not counted; before it when negative.

    Raises CalendrierInconnu.
    """
    pas = timedelta(days=1 if nombre >= 0 else -1)
    restants = abs(nombre)
    while restants:
        jour += pas
        if est_ouvre(jour, territoire):
            restants -= 1
    return jour


def jours_ouvres_entre(debut: date, fin: date, territoire: str = NATIONAL) -> int:
    """Working days in `]debut, fin]`, negative when `fin` comes first. Raises CalendrierInconnu."""
    if fin < debut:
        return -jours_ouvres_entre(fin, debut, territoire)
    ecart = (fin - debut).days
    return sum(est_ouvre(debut + timedelta(days=n), territoire) for n in range(1, ecart + 1))


def territoire_du_departement(departement: str) -> str:
    """Calendar of a département; the national one for «00» (frontalier). Raises TerritoireInconnu.

    Alsace-Moselle: Good Friday is a holiday there only in communes with a Protestant or a mixed church; the
    whole territory is taken, which never shortens a delay.
    """
    if departement != "00":
        region_du_departement(departement)
    return _DEPARTEMENTS.get(departement, NATIONAL)


def fuseau_du_departement(departement: str) -> ZoneInfo:
    """Time zone of a département; that of Paris for the mainland."""
    return ZoneInfo(_FUSEAUX.get(departement, "Europe/Paris"))
