"""What the prime asks of the surveys, and who answers; until somebody does, nobody was asked anything."""

from collections.abc import Sequence
from typing import Protocol

from cepage.acheteur.decomptes.trimestres import Semestre
from cepage.fondations.regles.prime import Reponses


class Enquetes(Protocol):
    """The question."""

    def reponses(self, lot: str, semestre: Semestre) -> Sequence[Reponses]:
        """The answers to the surveys sent after a closure of the half-year, one entry per unit."""


class SansEnquete:
    """Nobody was asked."""

    def reponses(self, lot: str, semestre: Semestre) -> Sequence[Reponses]:
        """None."""
        return ()


_enquetes: Enquetes = SansEnquete()


def abonner(repondant: Enquetes) -> None:
    """Let `repondant` answer from now on."""
    global _enquetes
    _enquetes = repondant


def enquetes() -> Enquetes:
    """Who answers."""
    return _enquetes
