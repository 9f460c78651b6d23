"""Where an envoi enters: the real register, or one that stands in its place during a block (the sandbox)."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cepage.echanges.reception.contexte import Registre


@dataclass(frozen=True)
class Milieu:
    """What replaces the real one: the register, the place of the proofs, whether the NIR is read."""

    registre: "Registre"
    preuves: Path
    nir_autorise: bool


_EN_COURS: ContextVar[Milieu | None] = ContextVar("milieu", default=None)


def milieu() -> Milieu | None:
    """The replacement under way; None in the real one."""
    return _EN_COURS.get()


@contextmanager
def remplacer(par: Milieu) -> Iterator[None]:
    """Enter another register for the length of the block."""
    jeton = _EN_COURS.set(par)
    try:
        yield
    finally:
        _EN_COURS.reset(jeton)
