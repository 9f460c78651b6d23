"""Quarters and half-years, as the contract names them: 2021-T1, 2021-S1."""

import re
from dataclasses import dataclass
from datetime import date


class PeriodeMalEcrite(ValueError):
    """What was given names no quarter, no half-year; the message gives the form expected."""


@dataclass(frozen=True, order=True)
class Trimestre:
    """A quarter: its year, its rank from 1 to 4; `fin` is the first day after it."""

    annee: int
    rang: int

    @classmethod
    def lire(cls, texte: str) -> "Trimestre":
        """« 2021-T1 ». Raises PeriodeMalEcrite."""
        if not re.fullmatch(r"2\d{3}-T[1-4]", texte):
            raise PeriodeMalEcrite(f"« {texte} » n'est pas un trimestre : écrivez-le comme 2021-T1.")
        return cls(int(texte[:4]), int(texte[-1]))

    @classmethod
    def du_jour(cls, jour: date) -> "Trimestre":
        """The quarter of a day."""
        return cls(jour.year, (jour.month - 1) // 3 + 1)

    @property
    def debut(self) -> date:
        """First day."""
        return date(self.annee, 3 * self.rang - 2, 1)

    @property
    def fin(self) -> date:
        """First day after the quarter."""
        return self.suivant.debut

    @property
    def suivant(self) -> "Trimestre":
        """The quarter after."""
        return Trimestre(self.annee + self.rang // 4, self.rang % 4 + 1)

    @property
    def precedent(self) -> "Trimestre":
        """The quarter before."""
        return Trimestre(self.annee - (self.rang == 1), (self.rang - 2) % 4 + 1)

    def __str__(self) -> str:
        return f"{self.annee}-T{self.rang}"

    @property
    def en_mots(self) -> str:
        """« 1er trimestre 2021 »."""
        return f"{'1er' if self.rang == 1 else f'{self.rang}e'} trimestre {self.annee}"


@dataclass(frozen=True, order=True)
class Semestre:
    """A half-year: its year, 1 or 2."""

    annee: int
    rang: int

    @classmethod
    def lire(cls, texte: str) -> "Semestre":
        """« 2021-S1 ». Raises PeriodeMalEcrite."""
        if not re.fullmatch(r"2\d{3}-S[12]", texte):
            raise PeriodeMalEcrite(f"« {texte} » n'est pas un semestre : écrivez-le comme 2021-S1.")
        return cls(int(texte[:4]), int(texte[-1]))

    @property
    def trimestres(self) -> tuple[Trimestre, Trimestre]:
        """Its two quarters."""
        return Trimestre(self.annee, 2 * self.rang - 1), Trimestre(self.annee, 2 * self.rang)

    @property
    def debut(self) -> date:
        """First day."""
        return self.trimestres[0].debut

    @property
    def fin(self) -> date:
        """First day after the half-year."""
        return self.trimestres[1].fin

    def __str__(self) -> str:
        return f"{self.annee}-S{self.rang}"

    @property
    def en_mots(self) -> str:
        """« 1er semestre 2021 »."""
        return f"{'1er' if self.rang == 1 else '2e'} semestre {self.annee}"
