"""The sections the contract lists for each livrable, declared as data; a section never comes with a text."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from cepage.fondations.regles.lecture_yaml import lire_yaml
from cepage.operateur.livrables.enums import TypeLivrable

DOSSIER = Path(__file__).resolve().parent / "trames"
LONGUEUR_MAX = 20_000


@dataclass(frozen=True)
class Section:
    """One section: a free text, or a choice among `options` when there are some.

    `obligatoire_si` makes it due only when another section holds that value; `reprend` names the section of the
    *état des lieux partagé* that may be carried over into it.
    """

    code: str
    libelle: str
    aide: str
    obligatoire: bool = False
    obligatoire_si: Mapping[str, str] = field(default_factory=dict)
    options: Mapping[str, str] = field(default_factory=dict)
    reprend: str = ""

    def due(self, textes: Mapping[str, str]) -> bool:
        """True when the contract asks for it, the rest of the livrable being what it is."""
        conditions = self.obligatoire_si
        return self.obligatoire or (bool(conditions) and all(textes.get(c) == v for c, v in conditions.items()))

    def lisible(self, texte: str) -> str:
        """The text as it is read: the words of a choice rather than its code."""
        return self.options.get(texte, texte)


@dataclass(frozen=True)
class Trame:
    """The sections of one livrable, in the contract's order."""

    type: TypeLivrable
    clause: str
    sections: tuple[Section, ...]

    def manquantes(self, textes: Mapping[str, str]) -> list[Section]:
        """The due sections still empty."""
        return [s for s in self.sections if s.due(textes) and not textes.get(s.code, "").strip()]

    def nettoyer(self, textes: Mapping[str, str]) -> dict[str, str]:
        """One text per section, unknown ones left out, an unknown choice taken as none."""
        propres = {}
        for section in self.sections:
            texte = str(textes.get(section.code, ""))[:LONGUEUR_MAX].replace("\x00", "")
            propres[section.code] = texte if not section.options or texte in section.options else ""
        return propres


@cache
def trame(type_livrable: str) -> Trame:
    """The sections of that livrable; KeyError when there is none of that kind."""
    return _toutes()[TypeLivrable(type_livrable)]


@cache
def _toutes() -> dict[TypeLivrable, Trame]:
    return {lue.type: lue for lue in map(_lire, sorted(DOSSIER.glob("*.yaml")))}


def _lire(fichier: Path) -> Trame:
    donnees: Any = lire_yaml(fichier)
    sections = []
    for decrite in donnees["sections"]:
        genre = decrite.pop("genre", "texte")
        if (genre == "choix") != bool(decrite.get("options")):
            raise ValueError(f"{fichier.name}, {decrite['code']} : un choix a des options, un texte n'en a pas.")
        sections.append(Section(**decrite))
    return Trame(TypeLivrable(donnees["type"]), donnees["clause"], tuple(sections))
