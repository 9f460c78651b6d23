"""Units that may no longer be cancelled: the exchange point asks whoever subscribed at start-up, and knows no more."""

from collections.abc import Callable

import polars as pl

Protection = Callable[[pl.Series], pl.Series]

_protections: list[Protection] = []


def proteger(protection: Protection) -> None:
    """Subscribe a room: among dossier numbers, it answers those it protects; asked in the envoi's transaction."""
    if protection not in _protections:
        _protections.append(protection)


def proteges(numeros: pl.Series) -> pl.Series:
    """Those of the numbers that one room at least protects."""
    trouves = [protection(numeros) for protection in _protections]
    return pl.concat([pl.Series(dtype=pl.String), *trouves]).unique()
