"""Half-open periods of days: the first day is in, the last bound is out."""

import re
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, order=True)
class Periode:
    """The days from `debut` (included) to `fin` (excluded; None: no end).

    Raises ValueError when `fin` does not come after `debut`.
    """

    debut: date
    fin: date | None = None

    def __post_init__(self) -> None:
        if self.fin is not None and self.fin <= self.debut:
            raise ValueError(
                f"La période qui commence le {self.debut:%d/%m/%Y} ne peut finir le {self.fin:%d/%m/%Y} : "
                "la fin, exclue, vient après le premier jour."
            )

    @classmethod
    def du_au(cls, premier: date, dernier: date) -> "Periode":
        """The period whose first and last days are both included, as people say it."""
        return cls(premier, dernier + timedelta(days=1))

    @classmethod
    def du_mois(cls, annee: int, mois: int) -> "Periode":
        """The calendar month."""
        suivant = date(annee + 1, 1, 1) if mois == 12 else date(annee, mois + 1, 1)
        return cls(date(annee, mois, 1), suivant)

    @classmethod
    def du_trimestre(cls, texte: str) -> "Periode":
        """The quarter written « 2021-T1 »; raises ValueError with the form expected."""
        if not re.fullmatch(r"\d{4}-T[1-4]", texte):
            raise ValueError(f"« {texte} » n'est pas un trimestre : écrivez-le comme 2021-T1.")
        annee, rang = int(texte[:4]), int(texte[-1])
        return cls(date(annee, 3 * rang - 2, 1), date(annee + rang // 4, (3 * rang) % 12 + 1, 1))

    @classmethod
    def du_semestre(cls, texte: str) -> "Periode":
        """The half-year written « 2021-S1 »; raises ValueError with the form expected."""
        if not re.fullmatch(r"\d{4}-S[12]", texte):
            raise ValueError(f"« {texte} » n'est pas un semestre : écrivez-le comme 2021-S1.")
        annee = int(texte[:4])
        return (
            cls(date(annee, 1, 1), date(annee, 7, 1))
            if texte[-1] == "1"
            else cls(date(annee, 7, 1), date(annee + 1, 1, 1))
        )

    @property
    def dernier_jour(self) -> date | None:
        """Last day included; None without end."""
        return None if self.fin is None else self.fin - timedelta(days=1)

    @property
    def jours(self) -> int | None:
        """Number of days; None without end."""
        return None if self.fin is None else (self.fin - self.debut).days

    def __contains__(self, jour: date) -> bool:
        return self.debut <= jour and (self.fin is None or jour < self.fin)

    def chevauche(self, autre: "Periode") -> bool:
        """True when at least one day is in both; touching periods do not overlap."""
        return (self.fin is None or autre.debut < self.fin) and (autre.fin is None or self.debut < autre.fin)

    def intersection(self, autre: "Periode") -> "Periode | None":
        """The days in both; None when there is none."""
        if not self.chevauche(autre):
            return None
        fins = [fin for fin in (self.fin, autre.fin) if fin is not None]
        return Periode(max(self.debut, autre.debut), min(fins) if fins else None)

    def contient(self, autre: "Periode") -> bool:
        """True when every day of `autre` is in this period."""
        return self.debut <= autre.debut and (self.fin is None or (autre.fin is not None and autre.fin <= self.fin))
