"""The draw of the contrôle de service fait: anyone redoes it from the published list, the rate and the seed.

Stratum = (unit, structure of the beneficiary at closure). In a stratum of N files, n = max(min(2, N), ceil(rate x N))
are taken: those with the smallest SHA-256 hex of `seed|numero_dossier` (UTF-8).
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction

from cepage.fondations.regles.erreurs import ErreurRegles

_CLAUSE = "évaluation 2020-2023 ; règles du contrôle de service fait"


@dataclass(frozen=True, slots=True, order=True)
class DossierDeBase:
    """One file of the frame: its number, its unit and the structure of its beneficiary at closure ("": none)."""

    numero_dossier: str
    uo: str
    structure: str


@dataclass(frozen=True, slots=True)
class Strate:
    """A stratum: how many files the frame has in it, at what rate they are drawn, how many are drawn."""

    uo: str
    structure: str
    base: int
    taux: Decimal
    tires: int


@dataclass(frozen=True, slots=True)
class Echantillon:
    """The result of a draw: its strata sorted by unit and structure, its files sorted by number."""

    strates: tuple[Strate, ...]
    dossiers: tuple[DossierDeBase, ...]


def empreinte_base(numeros: Iterable[str]) -> str:
    """SHA-256 hex of the sorted numbers joined by a newline: the hash of a frame."""
    return hashlib.sha256("\n".join(sorted(numeros)).encode()).hexdigest()


def lire_taux(texte: str) -> Decimal:
    """A rate written "0.05" (or "0,05"), exactly; raises ErreurRegles unless it is above 0 and at most 1."""
    try:
        taux = Decimal(texte.strip().replace(",", "."))
    except InvalidOperation:
        taux = Decimal("NaN")
    if not (taux.is_finite() and 0 < taux <= 1):
        raise ErreurRegles(
            f"« {texte} » n'est pas un taux de tirage.",
            remede="Écrivez une part entre 0 et 1 : 0.05 pour 5 %.",
            clause=_CLAUSE,
        )
    return taux


def taille_echantillon(effectif: int, taux: Decimal, *, minimum: int) -> int:
    """How many files are drawn among `effectif`: max(min(minimum, N), ceil(rate x N)), exactly."""
    return min(effectif, max(min(minimum, effectif), math.ceil(Fraction(taux) * effectif)))


def cle_de_tirage(graine: str, numero_dossier: str) -> str:
    """What ranks a file in its stratum."""
    return hashlib.sha256(f"{graine}|{numero_dossier}".encode()).hexdigest()


def tirer(base: Iterable[DossierDeBase], taux: Mapping[str, Decimal], graine: str, *, minimum: int) -> Echantillon:
    """Draw without replacement; `taux` gives the rate of each unit. The order of `base` has no effect.

    Raises ErreurRegles when a unit of the frame has no rate or the seed is empty.
    """
    if not graine.strip():
        raise ErreurRegles("Le tirage n'a pas de graine.", remede="Donnez un texte publié.", clause=_CLAUSE)
    groupes: dict[tuple[str, str], list[DossierDeBase]] = {}
    for dossier in base:
        groupes.setdefault((dossier.uo, dossier.structure), []).append(dossier)
    strates, tires = [], []
    for (uo, structure), dossiers in sorted(groupes.items()):
        if uo not in taux:
            raise ErreurRegles(f"L'unité {uo} n'a pas de taux.", remede="Donnez-lui un taux.", clause=_CLAUSE)
        n = taille_echantillon(len(dossiers), taux[uo], minimum=minimum)
        tires += sorted(dossiers, key=lambda d: cle_de_tirage(graine, d.numero_dossier))[:n]
        strates.append(Strate(uo, structure, len(dossiers), taux[uo], n))
    return Echantillon(tuple(strates), tuple(sorted(tires)))
