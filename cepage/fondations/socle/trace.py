"""The trace under way: what is written meanwhile keeps it, from the sender's request to the receipt."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_EN_COURS: ContextVar[str] = ContextVar("trace", default="")


def courante() -> str:
    """The trace under way; empty when none is followed."""
    return _EN_COURS.get()


@contextmanager
def suivre(trace: str) -> Iterator[None]:
    """Follow a trace for the length of the block."""
    jeton = _EN_COURS.set(trace)
    try:
        yield
    finally:
        _EN_COURS.reset(jeton)
