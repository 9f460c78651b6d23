"""The lots of the demonstration: fictitious holder, communes, sites and social profile of each."""

import csv
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

ORDRE_DES_LOTS = (
    "08",
    "10",
    "04",
    "02",
    "05",
    "06",
    "09",
    "12",
    "11",
    "03",
    "07",
    "01",
    "13",
    "14",
    "15",
    "16",
    "17",
    "18",
)
OPERATEURS: dict[str, tuple[str, str]] = {
    "08": ("AB", "Cap Horizon Loire (fictif)"),
    "10": ("CD", "Le Phare des Parcours (fictif)"),
    "04": ("EF", "Boussole Aquitaine (fictif)"),
    "02": ("GH", "Altitudes Conseil (fictif)"),
    "05": ("IJ", "Passerelle de l'Est (fictif)"),
    "06": ("KL", "Garrigue & Métiers (fictif)"),
    "09": ("MN", "Bocage Évolution (fictif)"),
    "12": ("PQ", "Val Trajectoires (fictif)"),
    "11": ("RS", "Comté Compétences (fictif)"),
    "03": ("TU", "Beffroi Avenir (fictif)"),
    "07": ("VW", "Mistral Conseil (fictif)"),
    "01": ("XY", "Métropole Parcours (fictif)"),
    "13": ("A1", "Filaos Évolution (fictif)"),
    "14": ("B2", "Alizés Conseil (fictif)"),
    "15": ("C3", "Madras Parcours (fictif)"),
    "16": ("D4", "Maquis & Métiers (fictif)"),
    "17": ("E5", "Maroni Trajectoires (fictif)"),
    "18": ("F6", "Lagon Avenir (fictif)"),
}
LIMITROPHES: dict[str, str] = {
    "08": "10", "10": "08", "04": "06", "02": "11", "05": "11", "06": "04",
    "09": "12", "12": "08", "11": "02", "03": "09", "07": "06", "01": "12",
    "13": "01", "14": "15", "15": "14", "16": "07", "17": "15", "18": "13",
}  # fmt: skip
FUSEAUX_FIXES = {"13": "+04:00", "14": "-04:00", "15": "-04:00", "17": "-03:00", "18": "+03:00"}
HORAIRES = (
    "Mo,We,Fr 09:00-12:30,13:30-18:00; Tu,Th 08:00-19:30",
    "Mo-Fr 08:00-19:30; Sa 09:00-12:00",
    "Tu,Th 08:00-14:00,17:00-19:30",
    "We 09:00-12:30,13:30-17:30; PH off",
)


@dataclass(frozen=True)
class Commune:
    """A commune where beneficiaries live: postal code, official name, weight of the draw."""

    code_postal: str
    nom: str
    poids: int


@dataclass(frozen=True)
class Site:
    """A declared implantation."""

    code: str
    libelle: str
    type: str
    commune: Commune
    ouverture: date
    horaires: str
    etp: str


@dataclass(frozen=True)
class Lot:
    """Everything constant about a lot during a run."""

    code: str
    operateur: str
    nom: str
    communes: tuple[Commune, ...]
    voisines: tuple[Commune, ...]
    sites: tuple[Site, ...]
    parts_csp: tuple[float, ...]
    parts_secteur: dict[str, float]


@cache
def _table(nom: str) -> tuple[dict[str, str], ...]:
    texte = (files("demo") / "donnees" / nom).read_text(encoding="utf-8")
    return tuple(csv.DictReader(texte.splitlines(), delimiter=";"))


def communes_du_lot(lot: str) -> tuple[Commune, ...]:
    """Communes drawn for the beneficiaries of `lot`."""
    return tuple(
        Commune(ligne["code_postal"], ligne["commune"], int(ligne["poids"]))
        for ligne in _table("communes.csv")
        if ligne["lot"] == lot
    )


def departement(code_postal: str) -> str:
    """Département of a postal code (`2A`/`2B` for Corsica, three digits overseas)."""
    if code_postal.startswith("20"):
        return "2A" if code_postal < "20200" else "2B"
    return code_postal[:3] if code_postal.startswith("97") else code_postal[:2]


def lot_de_demonstration(code: str, *, debut: date, mois: int) -> Lot:
    """The lot with its holder; its last site opens at mid-period, so that the register sees an opening."""
    operateur, nom = OPERATEURS[code]
    communes = communes_du_lot(code)
    types = ("PERMANENTE", "ANTENNE", "RELAIS", "ITINERANTE", "POINT_ACCES")
    milieu = date(debut.year + (debut.month - 1 + mois // 2) // 12, (debut.month - 1 + mois // 2) % 12 + 1, 1)
    retenues = sorted(communes, key=lambda commune: -commune.poids)[:9]
    sites = tuple(
        Site(
            code=f"{operateur}-S{rang:02}",
            libelle=f"Espace conseil de {commune.nom}",
            type=types[min(rang // 3, 4)],
            commune=commune,
            ouverture=milieu if rang == len(retenues) - 1 and rang else debut.replace(day=1),
            horaires=HORAIRES[min(rang // 3, 3)],
            etp=f"{max(1, commune.poids // 2)}.5",
        )
        for rang, commune in enumerate(retenues)
    )
    profil = next(ligne for ligne in _table("profils.csv") if ligne["lot"] == code)
    return Lot(
        code=code,
        operateur=operateur,
        nom=nom,
        communes=communes,
        voisines=communes_du_lot(LIMITROPHES[code]),
        sites=sites,
        parts_csp=tuple(float(profil[f"csp_{rang}"]) for rang in range(1, 7)),
        parts_secteur={nom: float(profil[nom]) for nom in list(profil)[7:]},
    )
