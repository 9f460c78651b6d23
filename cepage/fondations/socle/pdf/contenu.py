"""What a document holds: blocks of plain text. No text of a block is ever read as markup."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, ClassVar, Literal

MENTION_MEDIATEUR = (
    "Conseil en évolution professionnelle, service gratuit et confidentiel. En cas de désaccord après une réclamation "
    "auprès de votre opérateur, vous pouvez saisir le médiateur de France compétences : par courrier ou par le "
    "formulaire du site francecompetences.fr."
)
"""The mention that every document handed to a person carries (CCTP §3.7)."""


@dataclass(frozen=True)
class Paragraphe:
    """A paragraph; its line breaks are kept."""

    genre: ClassVar[str] = "paragraphe"
    texte: str


@dataclass(frozen=True)
class Rubrique:
    """A heading; `niveau` 1 comes under the document's title, and no level may be skipped."""

    genre: ClassVar[str] = "rubrique"
    texte: str
    niveau: int = 1


@dataclass(frozen=True)
class Liste:
    """A bulleted list."""

    genre: ClassVar[str] = "liste"
    elements: Sequence[str]


@dataclass(frozen=True)
class Fiche:
    """Names and values, one pair a line."""

    genre: ClassVar[str] = "fiche"
    couples: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Encadre:
    """A paragraph set apart by a rule at its left."""

    genre: ClassVar[str] = "encadre"
    texte: str


@dataclass(frozen=True)
class Saut:
    """A new page."""

    genre: ClassVar[str] = "saut"


@dataclass(frozen=True)
class Tableau:
    """A table under its caption; the first row is the header, repeated on each page.

    `alignements` is "gauche" or "droite" per column (all left when empty); `largeurs` shares the width, 0 being
    the width of the content (all 1 when empty); `totaux` is a last row in bold.
    """

    genre: ClassVar[str] = "tableau"
    legende: str
    entetes: Sequence[str]
    rangees: Sequence[Sequence[str]]
    alignements: Sequence[Literal["gauche", "droite"]] = ()
    largeurs: Sequence[int] = ()
    totaux: Sequence[str] = ()

    def __post_init__(self) -> None:
        """Raise ValueError when a row has not one cell per column."""
        colonnes = len(self.entetes)
        object.__setattr__(self, "alignements", tuple(self.alignements) or ("gauche",) * colonnes)
        object.__setattr__(self, "largeurs", tuple(self.largeurs) or (1,) * colonnes)
        suites = [*self.rangees, self.alignements, self.largeurs, *([self.totaux] if self.totaux else [])]
        if not colonnes or any(len(suite) != colonnes for suite in suites):
            raise ValueError(f"« {self.legende} » : chaque rangée a autant de cases que d'en-têtes ({colonnes}).")


Bloc = Paragraphe | Rubrique | Liste | Fiche | Encadre | Saut | Tableau


@dataclass(frozen=True)
class Logo:
    """An image at the top of the first page, with the text that says it to those who do not see it."""

    octets: bytes = field(repr=False)
    format: Literal["png", "jpg", "svg"]
    texte: str


@dataclass(frozen=True)
class PieceJointe:
    """A file carried inside the PDF; `relation` says what it is to the document (ISO 19005-3)."""

    nom: str
    octets: bytes = field(repr=False)
    type_mime: str
    description: str
    relation: Literal["source", "data", "alternative", "supplement"] = "supplement"


@dataclass(frozen=True)
class Document:
    """One document. `entete` is shown above the title (who makes it, its reference), `pied` on every page."""

    titre: str
    auteur: str
    blocs: Sequence[Bloc]
    sous_titre: str = ""
    entete: Sequence[str] = ()
    pied: str = MENTION_MEDIATEUR
    logo: Logo | None = None
    mots_cles: Sequence[str] = ()
    pieces: Sequence[PieceJointe] = ()

    def en_donnees(self) -> dict[str, Any]:
        """The document as the layout reads it: dictionaries, lists, texts and lists of bytes."""
        return {
            **{nom: getattr(self, nom) for nom in ("titre", "auteur", "sous_titre", "pied")},
            **{nom: list(getattr(self, nom)) for nom in ("entete", "mots_cles")},
            "blocs": [{"genre": bloc.genre, **asdict(bloc)} for bloc in self.blocs],
            "logo": _octets_en_liste(asdict(self.logo)) if self.logo else None,
            "pieces": [_octets_en_liste(asdict(piece)) for piece in self.pieces],
        }


def _octets_en_liste(champs: Mapping[str, Any]) -> dict[str, Any]:
    return {**champs, "octets": list(champs["octets"])}
