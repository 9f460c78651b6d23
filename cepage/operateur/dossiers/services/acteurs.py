"""Who acts: a person with roles, or the night's work; and the errors a person reads."""

from collections.abc import Iterable
from dataclasses import dataclass

from cepage.fondations.comptes.models import Personne
from cepage.fondations.regles import Refus
from cepage.operateur.dossiers.transitions import SYSTEME


@dataclass(frozen=True)
class Acteur:
    """The author of an act, with the roles held at that moment."""

    nom: str
    roles: frozenset[str]
    personne: Personne | None = None

    @classmethod
    def de(cls, personne: Personne, roles: Iterable[str]) -> "Acteur":
        """A person."""
        return cls(personne.nom_complet, frozenset(roles), personne)

    @classmethod
    def systeme(cls) -> "Acteur":
        """The night's work."""
        return cls("Cépage", frozenset({SYSTEME}))


class ActeRefuse(Exception):
    """An act the rules do not allow: each refusal says why, by which clause, and what can be done instead."""

    def __init__(self, *refus: Refus) -> None:
        self.refus = refus
        super().__init__(" ".join(f"{r.raison} {r.suite}" for r in refus))


class VersionDepassee(Exception):
    """Someone saved since the form was opened; says who and when, and gives the record as it is now."""

    def __init__(self, modifie_par: str, modifie_le: object) -> None:
        self.modifie_par = modifie_par
        self.modifie_le = modifie_le
        super().__init__(f"{modifie_par} a modifié cette fiche entre-temps.")
