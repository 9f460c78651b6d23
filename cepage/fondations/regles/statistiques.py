"""The statistics that the contract's figures are shown with: Wilson interval, agreement of two readings, chi-square."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import NormalDist


@dataclass(frozen=True, slots=True)
class Intervalle:
    """A share between its two bounds, from 0 to 1; None for all three when nobody is counted."""

    part: float | None
    bas: float | None
    haut: float | None


def wilson(succes: int, total: int, *, confiance: Decimal) -> Intervalle:
    """Wilson score interval of a share at the level `confiance` (95 for 95 %)."""
    if not 0 <= succes <= total:
        raise ValueError(f"{succes} succès sur {total} : impossible.")
    if total == 0:
        return Intervalle(None, None, None)
    z = NormalDist().inv_cdf(0.5 + float(confiance) / 200)
    part = succes / total
    centre = part + z * z / (2 * total)
    marge = z * math.sqrt(part * (1 - part) / total + z * z / (4 * total * total))
    diviseur = 1 + z * z / total
    bas = 0.0 if succes == 0 else (centre - marge) / diviseur
    haut = 1.0 if succes == total else (centre + marge) / diviseur
    return Intervalle(part, bas, haut)


def kappa(couples: Sequence[tuple[str, str]]) -> float | None:
    """Cohen's kappa of two readings of the same files; None without file, or when chance alone gives full agreement."""
    total = len(couples)
    if total == 0:
        return None
    verdicts = {verdict for couple in couples for verdict in couple}
    observe = sum(a == b for a, b in couples) / total
    hasard = sum(
        (sum(a == v for a, _ in couples) / total) * (sum(b == v for _, b in couples) / total) for v in verdicts
    )
    return None if hasard == 1 else (observe - hasard) / (1 - hasard)


@dataclass(frozen=True, slots=True)
class Representativite:
    """A chi-square of respondents against the population: statistic, degrees of freedom, p-value (None: no test)."""

    statistique: float | None
    degres: int
    p: float | None

    def rejetee(self, risque: Decimal) -> bool:
        """True when the respondents differ from the population at the risk `risque` (5 for 5 %)."""
        return self.p is not None and self.p < float(risque) / 100


def representativite(repondants: Mapping[str, int], population: Mapping[str, int]) -> Representativite:
    """Are the respondents spread like the population? Chi-square of fit over the classes of the population.

    A class of respondents that the population does not have makes the sample not representative (p = 0). Without
    respondent, or with a single class, there is nothing to test.
    """
    from scipy.stats import chi2

    classes = [c for c, n in population.items() if n > 0]
    total, base = sum(repondants.values()), sum(population.values())
    if not total or len(classes) < 2:
        return Representativite(None, 0, None)
    if any(n and not population.get(c) for c, n in repondants.items()):
        return Representativite(math.inf, len(classes) - 1, 0.0)
    statistique = sum(
        (repondants.get(c, 0) - total * population[c] / base) ** 2 / (total * population[c] / base) for c in classes
    )
    degres = len(classes) - 1
    return Representativite(statistique, degres, float(chi2.sf(statistique, degres)))
