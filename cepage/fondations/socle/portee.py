"""Whose data a transaction may see: the scope that row-level security reads.

Nothing is visible outside a scope. The scope lasts as long as the transaction (`SET LOCAL`), so a pooled
connection never carries it to the next user.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.db import connection, transaction

TOUS = "*"


@contextmanager
def portee_totale() -> Iterator[None]:
    """A transaction that sees every emitter: receiving, computing, the buyer's own work."""
    with transaction.atomic(), _rendue():
        _fixer(TOUS)
        yield


@contextmanager
def portee_emetteurs(codes: Iterable[str]) -> Iterator[None]:
    """A transaction that sees only the emitters of these two-character codes."""
    with transaction.atomic(), _rendue():
        fixer_emetteurs(codes)
        yield


@contextmanager
def _rendue() -> Iterator[None]:
    """Give back the scope that a request already had: its transaction outlives this block.

    After an error, the rollback to the savepoint gives it back.
    """
    with connection.cursor() as curseur:
        curseur.execute("SELECT current_setting('cepage.emetteurs', true)")
        avant = curseur.fetchone()[0]
    yield
    _fixer(avant or "")


def fixer_emetteurs(codes: Iterable[str]) -> None:
    """Set the scope of the transaction under way to these emitters (none: nothing is visible)."""
    codes = sorted(codes)
    if TOUS in codes or any("," in code for code in codes):
        raise ValueError("Un code d'émetteur ne peut être ni « * » ni contenir une virgule.")
    _fixer(",".join(codes))


def fixer_totale() -> None:
    """Set the scope of the transaction under way to every emitter."""
    _fixer(TOUS)


def _fixer(valeur: str) -> None:
    _exiger_une_transaction()
    with connection.cursor() as curseur:
        curseur.execute("SELECT set_config('cepage.emetteurs', %s, true)", [valeur])


def fixer_controleur(identifiant: int | None) -> None:
    """Set whose sampled files the transaction under way may also see, beyond the emitters (None: nobody's)."""
    _exiger_une_transaction()
    with connection.cursor() as curseur:
        curseur.execute(
            "SELECT set_config('cepage.controleur', %s, true)", ["" if identifiant is None else str(identifiant)]
        )


def _exiger_une_transaction() -> None:
    if not connection.in_atomic_block:
        raise RuntimeError("La portée se fixe dans une transaction.")
