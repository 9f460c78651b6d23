"""Where a pénalité was held back: the décomptes' room answers through `abonner`; until then, nowhere."""

from collections.abc import Callable

Repondant = Callable[[str], str | None]
"""From the reference of a pénalité, that of the décompte that holds it back, within the scope under way."""

_repondant: Repondant = lambda reference: None  # noqa: E731


def abonner(repondant: Repondant) -> None:
    """Let `repondant` answer from now on."""
    global _repondant
    _repondant = repondant


def decompte_de(reference: str) -> str | None:
    """The décompte that holds back this pénalité; None while none does."""
    return _repondant(reference)
