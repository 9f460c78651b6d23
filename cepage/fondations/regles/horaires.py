"""Extended opening hours: which days of a week count, and whether there are enough of them (CCTP §3.3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from cepage.fondations.regles.parametres import Regles

Minutes = tuple[int, int]
"""A stretch of a day, in minutes since midnight, the end excluded."""


@dataclass(frozen=True, slots=True)
class Amplitude:
    """The days (1 Monday … 7 Sunday) open on extended hours, and how many the contract asks a week."""

    journees: tuple[int, ...]
    demandees: int
    plages: tuple[str, ...]
    clause: str
    confiance: str

    @property
    def suffisante(self) -> bool:
        """True when the week has enough extended days."""
        return len(self.journees) >= self.demandees


def amplitude(ouvertures: Mapping[int, Sequence[Minutes]], *, le: date, regles: Regles) -> Amplitude:
    """Whether a week of opening hours offers enough extended days.

    `ouvertures`: for each ISO weekday, the stretches during which the place is open. A day counts when it covers
    whole at least `horaires.plages_par_journee` of the extended ranges.
    """
    plages = regles.liste("horaires.plages_elargies", le=le)
    demandees = regles.valeur_datee("horaires.jours_elargis_semaine", le=le)
    par_journee = regles.valeur_datee("horaires.plages_par_journee", le=le)
    assert isinstance(par_journee.valeur, int)
    bornes = [_minutes(plage) for plage in plages]
    journees = tuple(
        jour
        for jour in range(1, 8)
        if sum(_couverte(borne, ouvertures.get(jour, ())) for borne in bornes) >= par_journee.valeur
    )
    assert isinstance(demandees.valeur, int)
    return Amplitude(journees, demandees.valeur, plages, demandees.clause, par_journee.confiance)


def _minutes(plage: str) -> Minutes:
    debut, fin = plage.split("-")
    return _minute(debut), _minute(fin)


def _minute(heure: str) -> int:
    return int(heure[:2]) * 60 + int(heure[3:])


def _couverte(plage: Minutes, ouvertures: Sequence[Minutes]) -> bool:
    """True when the whole range is open, be it in several stretches that touch."""
    atteint = plage[0]
    for debut, fin in sorted(ouvertures):
        if debut <= atteint < fin:
            atteint = fin
    return atteint >= plage[1]
