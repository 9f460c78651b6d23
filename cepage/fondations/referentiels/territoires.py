"""Communes, postal codes, départements, regions and lots (CCTP §1.2.2).

A postal code may cross a département or even a region: every answer about one is a set. The lot 19 secures
any of the others, so it holds every region but never answers for a place: a place has its regional lot.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from cepage.fondations.referentiels import source as source_donnees

LOT_SECURISATION = "19"


@dataclass(frozen=True, slots=True)
class Commune:
    """A commune of the official geographic code; coordinates in degrees (WGS 84), None when unknown."""

    code: str
    nom: str
    departement: str
    region: str
    epci: str
    population: int | None
    codes_postaux: tuple[str, ...]
    latitude: float | None
    longitude: float | None


@dataclass(frozen=True, slots=True)
class Position:
    """A point in degrees and what it is: the «commune», or the middle of its «epci» or «departement»."""

    latitude: float
    longitude: float
    precision: str


class TerritoireInconnu(KeyError):
    """The code names no known territory."""

    def __init__(self, genre: str, code: str) -> None:
        super().__init__(genre, code)
        self.genre, self.code = genre, code

    def __str__(self) -> str:
        return f"{self.genre} « {self.code} » inconnu : vérifiez le code ou importez une liste plus récente."


def communes_du_fichier(contenu: bytes) -> tuple[Commune, ...]:
    """Communes of a CSV with the columns of the packaged file."""
    return tuple(
        Commune(
            code=li["code"],
            nom=li["nom"],
            departement=li["departement"],
            region=li["region"],
            epci=li["epci"],
            population=int(li["population"]) if li["population"] else None,
            codes_postaux=tuple(li["codes_postaux"].split()),
            latitude=float(li["latitude"]) if li["latitude"] else None,
            longitude=float(li["longitude"]) if li["longitude"] else None,
        )
        for li in source_donnees.lire_csv(contenu)
    )


@lru_cache(maxsize=4)
def _communes(le: date | None, _generation: int) -> tuple[Commune, ...]:
    jeu = source_donnees.jeu_en_vigueur("communes", le)
    return communes_du_fichier(jeu.lire() if jeu else source_donnees.octets_livres("communes.csv.gz"))


@lru_cache(maxsize=4)
def _par_code_postal(le: date | None, _generation: int) -> dict[str, tuple[Commune, ...]]:
    index: dict[str, list[Commune]] = defaultdict(list)
    for commune in _communes(le, _generation):
        for code in commune.codes_postaux:
            index[code].append(commune)
    return {code: tuple(liste) for code, liste in index.items()}


@lru_cache(maxsize=4)
def _desserte(le: date | None, _generation: int) -> dict[str, tuple[frozenset[str], frozenset[str]]]:
    """Départements and regions by postal code; from a small file, the communes being slow to read."""
    if source_donnees.jeu_en_vigueur("communes", le):
        return {
            code: (frozenset(c.departement for c in servies), frozenset(c.region for c in servies))
            for code, servies in _par_code_postal(le, _generation).items()
        }
    return {
        li["code"]: (frozenset(li["departements"].split()), frozenset(li["regions"].split()))
        for li in source_donnees.lignes_livrees("codes_postaux.csv")
    }


@lru_cache(maxsize=4)
def _codes_postaux(le: date | None, _generation: int) -> frozenset[str]:
    return frozenset(_desserte(le, _generation))


_NULLE_PART: tuple[frozenset[str], frozenset[str]] = (frozenset(), frozenset())


@lru_cache(maxsize=1)
def _regions_des_departements() -> dict[str, str]:
    return {li["code"]: li["region"] for li in source_donnees.lignes_livrees("departements.csv")}


@lru_cache(maxsize=1)
def _regions_des_lots() -> dict[str, frozenset[str]]:
    index: dict[str, set[str]] = defaultdict(set)
    for ligne in source_donnees.lignes_livrees("lots_regions.csv"):
        index[ligne["lot"]].add(ligne["region"])
    return {lot: frozenset(regions) for lot, regions in index.items()}


@lru_cache(maxsize=1)
def _lots_des_regions() -> dict[str, frozenset[str]]:
    index: dict[str, set[str]] = defaultdict(set)
    for lot, regions in _regions_des_lots().items():
        if lot != LOT_SECURISATION:
            for region in regions:
                index[region].add(lot)
    return {region: frozenset(lots) for region, lots in index.items()}


def communes(le: date | None = None) -> tuple[Commune, ...]:
    """Every commune of the list in force on `le` (the newest when None), overseas included, by code."""
    return _communes(le, source_donnees.generation())


@lru_cache(maxsize=1)
def _par_code_commune(_generation: int) -> dict[str, Commune]:
    return {c.code: c for c in _communes(None, _generation)}


def commune(code: str) -> Commune:
    """The commune of an INSEE code. Raises TerritoireInconnu."""
    try:
        return _par_code_commune(source_donnees.generation())[code]
    except KeyError:
        raise TerritoireInconnu("Commune", code) from None


def codes_postaux(le: date | None = None) -> frozenset[str]:
    """Every postal code of a commune; those of CEDEX are not places and are not known."""
    return _codes_postaux(le, source_donnees.generation())


def communes_du_code_postal(code_postal: str, le: date | None = None) -> tuple[Commune, ...]:
    """Communes served by a postal code; empty when it is unknown."""
    return _par_code_postal(le, source_donnees.generation()).get(code_postal, ())


def departements_du_code_postal(code_postal: str, le: date | None = None) -> frozenset[str]:
    """Départements crossed by a postal code; empty when it is unknown."""
    return _desserte(le, source_donnees.generation()).get(code_postal, _NULLE_PART)[0]


def regions_du_code_postal(code_postal: str, le: date | None = None) -> frozenset[str]:
    """Regions crossed by a postal code; empty when it is unknown."""
    return _desserte(le, source_donnees.generation()).get(code_postal, _NULLE_PART)[1]


def lots_du_code_postal(code_postal: str, le: date | None = None) -> frozenset[str]:
    """Regional lots crossed by a postal code; empty when it is unknown or outside the eighteen lots."""
    return frozenset(
        lot
        for region in regions_du_code_postal(code_postal, le)
        for lot in _lots_des_regions().get(region, frozenset())
    )


def region_du_departement(departement: str) -> str:
    """INSEE code of the region of a département (its own for a collectivity). Raises TerritoireInconnu."""
    try:
        return _regions_des_departements()[departement]
    except KeyError:
        raise TerritoireInconnu("Département", departement) from None


def departements_de_la_region(region: str) -> frozenset[str]:
    """Départements of a region; empty when it is unknown."""
    return frozenset(d for d, r in _regions_des_departements().items() if r == region)


def regions_du_lot(lot: str) -> frozenset[str]:
    """INSEE codes of the regions of a lot; the lot 19 holds all (CCTP §1.2.2). Raises TerritoireInconnu."""
    try:
        return _regions_des_lots()[lot]
    except KeyError:
        raise TerritoireInconnu("Lot", lot) from None


def departements_du_lot(lot: str) -> frozenset[str]:
    """Départements of a lot. Raises TerritoireInconnu."""
    regions = regions_du_lot(lot)
    return frozenset(d for d, r in _regions_des_departements().items() if r in regions)


def lots_du_departement(departement: str) -> frozenset[str]:
    """Regional lots of a département; empty for «00» (frontalier) and outside the eighteen lots.

    Raises TerritoireInconnu.
    """
    if departement == "00":
        return frozenset()
    return _lots_des_regions().get(region_du_departement(departement), frozenset())


def lots() -> tuple[str, ...]:
    """Codes of the nineteen lots, sorted."""
    return tuple(sorted(_regions_des_lots()))


def nom_de_la_region(region: str) -> str:
    """Name of a region. Raises TerritoireInconnu."""
    for ligne in source_donnees.lignes_livrees("regions.csv"):
        if ligne["code"] == region:
            return ligne["nom"]
    raise TerritoireInconnu("Région", region)


def nom_de_l_epci(epci: str) -> str:
    """Name of an intercommunality by its SIREN. Raises TerritoireInconnu."""
    try:
        return _noms_des_epci()[epci]
    except KeyError:
        raise TerritoireInconnu("EPCI", epci) from None


@lru_cache(maxsize=1)
def _noms_des_epci() -> dict[str, str]:
    return {li["code"]: li["nom"] for li in source_donnees.lignes_livrees("epci.csv.gz")}


@lru_cache(maxsize=1)
def _milieux(_generation: int) -> dict[tuple[str, str], tuple[float, float]]:
    """Population-weighted middle of each EPCI and département, from the communes whose place is known."""
    sommes: dict[tuple[str, str], list[float]] = {}
    for c in _communes(None, _generation):
        if c.latitude is None or c.longitude is None:
            continue
        poids = float(c.population or 1)
        for cle in (("epci", c.epci), ("departement", c.departement)):
            if cle[1]:
                somme = sommes.setdefault(cle, [0.0, 0.0, 0.0])
                somme[0] += c.latitude * poids
                somme[1] += c.longitude * poids
                somme[2] += poids
    return {cle: (s[0] / s[2], s[1] / s[2]) for cle, s in sommes.items()}


def position(lieu: Commune) -> Position | None:
    """Where a commune is: its own point, else the middle of its EPCI, else of its département, else None.

    Coordinates: GeoNames (CC BY 4.0), to be named wherever they are published.
    """
    if lieu.latitude is not None and lieu.longitude is not None:
        return Position(lieu.latitude, lieu.longitude, "commune")
    milieux = _milieux(source_donnees.generation())
    for precision, code in (("epci", lieu.epci), ("departement", lieu.departement)):
        if milieu := milieux.get((precision, code)):
            return Position(*milieu, precision)
    return None
