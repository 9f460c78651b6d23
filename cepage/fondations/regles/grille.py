"""The grid of the contrôle de service fait as dated data: points by unit, each with its reasons of non-conformity."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from cepage.fondations.regles.erreurs import ErreurRegles, FichierCasse
from cepage.fondations.regles.lecture_yaml import lire_yaml
from cepage.fondations.regles.parametres import RACINE
from cepage.fondations.regles.unites import lire_date

_CLES = {"libelle", "uos", "clause", "precontrole", "motifs"}


@dataclass(frozen=True, slots=True)
class PointDeGrille:
    """One check: its sentence, the units it is asked of, its clause, its automatic check, its reasons."""

    code: str
    libelle: str
    uos: frozenset[str]
    clause: str
    precontrole: str
    motifs: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Grille:
    """A version of the grid, in force from `debut`."""

    version: str
    debut: date
    confiance: str
    points: tuple[PointDeGrille, ...]

    def de(self, uo: str) -> tuple[PointDeGrille, ...]:
        """The points asked of this unit, in their order."""
        return tuple(p for p in self.points if uo in p.uos)


def grille(marche: str, *, le: date) -> Grille:
    """The grid in force on the closing day `le`; raises ErreurRegles when there is none."""
    versions = [g for g in charger_grilles(RACINE / f"marche_{marche.lower()}") if g.debut <= le]
    if not versions:
        raise ErreurRegles(
            f"Aucune grille de contrôle n'est en vigueur le {le.isoformat()}.",
            remede="Ajoutez une version à tables/grille_controle.yaml.",
        )
    return max(versions, key=lambda g: g.debut)


@lru_cache(maxsize=8)
def charger_grilles(dossier: Path) -> tuple[Grille, ...]:
    """Every version of the grid of a market; raises FichierCasse on a missing key or an unknown unit."""
    chemin = dossier / "tables" / "grille_controle.yaml"
    versions = []
    for brute in lire_yaml(chemin)["grilles"]:
        points = []
        for code, corps in brute["points"].items():
            if set(corps) != _CLES or not corps["motifs"] or not set(corps["uos"]) <= {"00", "01", "21", "22"}:
                raise FichierCasse(
                    chemin.name,
                    "le point n'a pas ses cinq clés, un motif au moins et des unités connues.",
                    remede=f"Donnez-lui : {', '.join(sorted(_CLES))}.",
                    cle=code,
                )
            point = PointDeGrille(
                code,
                corps["libelle"],
                frozenset(corps["uos"]),
                corps["clause"],
                corps["precontrole"],
                dict(corps["motifs"]),
            )
            points.append(point)
        versions.append(Grille(brute["version"], lire_date(brute["debut"]), brute["confiance"], tuple(points)))
    return tuple(versions)
