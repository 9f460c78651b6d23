"""The map of the 18 lots: equal tiles, overseas included, so that no region weighs by its area."""

from collections.abc import Mapping
from dataclasses import dataclass

from cepage.fondations.socle.composants.tableau import ABSENTE, Colonne, Tableau

COTE = 100
CLASSES = 5


@dataclass(frozen=True)
class Lot:
    """Where a lot stands on the map; names are those of CCTP §1.2.2."""

    code: str
    nom: str
    sigle: str
    colonne: int
    rangee: int


LOTS = (
    Lot("01", "Île-de-France", "IDF", 2, 1),
    Lot("02", "Auvergne-Rhône-Alpes", "ARA", 2, 3),
    Lot("03", "Hauts-de-France", "HDF", 2, 0),
    Lot("04", "Nouvelle-Aquitaine", "NAQ", 1, 3),
    Lot("05", "Grand Est", "GES", 3, 1),
    Lot("06", "Occitanie", "OCC", 1, 4),
    Lot("07", "Provence-Alpes-Côte d'Azur", "PAC", 2, 4),
    Lot("08", "Pays de la Loire", "PDL", 1, 2),
    Lot("09", "Normandie", "NOR", 1, 1),
    Lot("10", "Bretagne", "BRE", 0, 1),
    Lot("11", "Bourgogne-Franche-Comté", "BFC", 3, 2),
    Lot("12", "Centre-Val de Loire", "CVL", 2, 2),
    Lot("13", "La Réunion", "REU", 5, 3),
    Lot("14", "Guadeloupe", "GUA", 5, 0),
    Lot("15", "Martinique", "MTQ", 5, 1),
    Lot("16", "Corse", "COR", 3, 4),
    Lot("17", "Guyane", "GUF", 5, 2),
    Lot("18", "Mayotte", "MAY", 5, 4),
)
LARGEUR = COTE * (1 + max(lot.colonne for lot in LOTS))
HAUTEUR = COTE * (1 + max(lot.rangee for lot in LOTS))


@dataclass(frozen=True)
class Valeur:
    """The value of a lot and how it is written; `lien` leads to what makes it; the table says `reserve`."""

    valeur: float | None
    texte: str
    lien: str = ""
    reserve: str = ""


@dataclass(frozen=True)
class Tuile:
    """One tile as drawn; `classe` 0 means no value."""

    lot: Lot
    texte: str
    lien: str
    classe: int
    reserve: str

    @property
    def x(self) -> int:
        """Left side."""
        return self.lot.colonne * COTE

    @property
    def y(self) -> int:
        """Top side."""
        return self.lot.rangee * COTE


@dataclass(frozen=True)
class Carte:
    """A map that answers `question`; `valeurs` by lot code ("08"), a missing one shows as without value."""

    question: str
    valeurs: Mapping[str, Valeur]
    unite: str
    definition: str = ""
    date: str = ""
    base: str = ""

    def __post_init__(self) -> None:
        if inconnus := set(self.valeurs) - {lot.code for lot in LOTS}:
            raise ValueError(f"Lots absents de la carte : {', '.join(sorted(inconnus))}.")

    @property
    def largeur(self) -> int:
        """Width of the drawing, in its own units."""
        return LARGEUR

    @property
    def hauteur(self) -> int:
        """Height of the drawing, in its own units."""
        return HAUTEUR

    def _ordonnees(self) -> list[tuple[float, str]]:
        return sorted((v.valeur, v.texte) for v in self.valeurs.values() if v.valeur is not None)

    def _seuils(self) -> list[float]:
        """Upper bounds of the classes, each holding about as many lots; equal values share a class."""
        valeurs = [v for v, _ in self._ordonnees()]
        if not valeurs:
            return []
        nombre = min(CLASSES, len(set(valeurs)))
        rangs = [-(-len(valeurs) * (i + 1) // nombre) - 1 for i in range(nombre)]
        return sorted({valeurs[rang] for rang in rangs})

    def tuiles(self) -> list[Tuile]:
        """All 18 tiles, in the order of the lots."""
        seuils = self._seuils()
        tuiles = []
        for lot in LOTS:
            valeur = self.valeurs.get(lot.code) or Valeur(None, ABSENTE)
            classe = 0
            if valeur.valeur is not None:
                rang = next(i for i, seuil in enumerate(seuils) if valeur.valeur <= seuil)
                classe = CLASSES - len(seuils) + rang + 1
            tuiles.append(Tuile(lot, valeur.texte, valeur.lien, classe, valeur.reserve))
        return tuiles

    def legende(self) -> list[tuple[int, str]]:
        """The classes shown: number, and the least and greatest values in it."""
        seuils, ordonnees = self._seuils(), self._ordonnees()
        entrees = []
        bas = float("-inf")
        for rang, seuil in enumerate(seuils):
            textes = [texte for valeur, texte in ordonnees if bas < valeur <= seuil]
            libelle = textes[0] if textes[0] == textes[-1] else f"de {textes[0]} à {textes[-1]}"
            entrees.append((CLASSES - len(seuils) + rang + 1, libelle))
            bas = seuil
        if len(ordonnees) < len(LOTS):
            entrees.append((0, "sans valeur"))
        return entrees

    def tableau(self) -> Tableau:
        """The same values as a table."""
        colonnes = [
            Colonne("code", "Lot", valeur=lambda t: t.lot.code),
            Colonne("nom", "Région", valeur=lambda t: t.lot.nom, entete=True),
            Colonne("texte", self.unite, lien=lambda t: t.lien or None),
        ]
        if any(v.reserve for v in self.valeurs.values()):
            colonnes.append(Colonne("reserve", "Réserve"))
        return Tableau(f"{self.question} : les valeurs par lot", colonnes, self.tuiles())
