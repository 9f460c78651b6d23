"""Tables: what a page gives to `{% tableau %}`."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from cepage.fondations.socle import formats

FORMATS: dict[str, Callable[[Any], str]] = {
    "texte": str,
    "nombre": formats.nombre,
    "montant": formats.montant,
    "pourcentage": formats.pourcentage,
    "duree": formats.duree,
    "jour": formats.jour_court,
    "instant": formats.instant,
    "taille": formats.taille,
}
A_DROITE = frozenset({"nombre", "montant", "pourcentage", "duree", "taille"})
ABSENTE = "—"


@dataclass(frozen=True)
class Colonne:
    """One column. `cle` names the attribute, the key of the row, or the sort; `valeur` computes it instead.

    `format` is one of FORMATS; `lien` gives the address a cell leads to (None: none); `entete` makes the cell
    the header of its row.
    """

    cle: str
    libelle: str
    format: str = "texte"
    triable: bool = False
    valeur: Callable[[Any], Any] | None = None
    lien: Callable[[Any], str | None] | None = None
    entete: bool = False

    def __post_init__(self) -> None:
        if self.format not in FORMATS:
            raise ValueError(f"Format « {self.format} » inconnu ; choisissez parmi {', '.join(sorted(FORMATS))}.")

    @property
    def a_droite(self) -> bool:
        """Numbers are aligned to the right."""
        return self.format in A_DROITE

    def lire(self, ligne: Any) -> Any:
        """The raw value of the cell."""
        if self.valeur is not None:
            return self.valeur(ligne)
        return ligne[self.cle] if isinstance(ligne, Mapping) else getattr(ligne, self.cle)

    def ecrire(self, ligne: Any) -> str:
        """The text of the cell, « — » when there is no value."""
        valeur = self.lire(ligne)
        return ABSENTE if valeur is None or valeur == "" else FORMATS[self.format](valeur)


@dataclass(frozen=True)
class Cellule:
    """What the template writes."""

    texte: str
    lien: str | None
    colonne: Colonne


@dataclass(frozen=True)
class Tableau:
    """A caption, columns and rows; `tri` is the sort under way ("date" or "-date", empty for none)."""

    legende: str
    colonnes: Sequence[Colonne]
    lignes: Iterable[Any] = field(default_factory=tuple)
    tri: str = ""
    legende_visible: bool = True

    def sens(self, colonne: Colonne) -> str:
        """The value of aria-sort: ascending, descending or none."""
        return {colonne.cle: "ascending", f"-{colonne.cle}": "descending"}.get(self.tri, "none")

    def tri_suivant(self, colonne: Colonne) -> str:
        """The sort that a click on the header asks for."""
        return f"-{colonne.cle}" if self.tri == colonne.cle else colonne.cle

    def rangees(self) -> list[list[Cellule]]:
        """The formatted cells, row by row."""
        return [
            [Cellule(c.ecrire(ligne), c.lien(ligne) if c.lien else None, c) for c in self.colonnes]
            for ligne in self.lignes
        ]


def tri_demande(parametres: Mapping[str, str], colonnes: Sequence[Colonne], defaut: str = "") -> str:
    """The sort asked by the URL (`?tri=`), when it names a sortable column; else `defaut`."""
    demande = parametres.get("tri", "")
    triables = {colonne.cle for colonne in colonnes if colonne.triable}
    return demande if demande.removeprefix("-") in triables else defaut
