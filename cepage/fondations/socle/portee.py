"""Whose data a transaction may see: the scope that row-level security reads.

Nothing is visible outside a scope. Inside one, a transaction may be narrowed to the dossiers of one member of a
groupement (a sous-traitant's people). The scope lasts as long as the transaction (`SET LOCAL`), so a pooled
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
        curseur.execute("SELECT current_setting('cepage.emetteurs', true), current_setting('cepage.membre', true)")
        avant, membre = curseur.fetchone()
    yield
    _fixer(avant or "", membre or "")


def fixer_emetteurs(codes: Iterable[str]) -> None:
    """Set the scope of the transaction under way to these emitters (none: nothing is visible)."""
    _fixer(_ensemble(codes))


def fixer_totale() -> None:
    """Set the scope of the transaction under way to every emitter."""
    _fixer(TOUS)


def fixer_perimetre(emetteurs: Iterable[str] | None, controleur: int | None) -> None:
    """Set, in one statement, the emitters of the transaction under way (None: all) and whose sampled files it may also
    see, beyond them (None: nobody's)."""
    _exiger_une_transaction()
    valeur = TOUS if emetteurs is None else _ensemble(emetteurs)
    with connection.cursor() as curseur:
        curseur.execute(
            "SELECT set_config('cepage.emetteurs', %s, true), set_config('cepage.controleur', %s, true), "
            "set_config('cepage.membre', '', true)",
            [valeur, "" if controleur is None else str(controleur)],
        )


def fixer_membre(membre: int) -> None:
    """Narrow the transaction under way to the dossiers of this member, until its scope is set again."""
    _exiger_une_transaction()
    with connection.cursor() as curseur:
        curseur.execute("SELECT set_config('cepage.membre', %s, true)", [str(membre)])


def _ensemble(codes: Iterable[str]) -> str:
    codes = sorted(codes)
    if TOUS in codes or any("," in code for code in codes):
        raise ValueError("Un code d'émetteur ne peut être ni « * » ni contenir une virgule.")
    return ",".join(codes)


def _fixer(valeur: str, membre: str = "") -> None:
    _exiger_une_transaction()
    with connection.cursor() as curseur:
        curseur.execute(
            "SELECT set_config('cepage.emetteurs', %s, true), set_config('cepage.membre', %s, true)", [valeur, membre]
        )


def _exiger_une_transaction() -> None:
    if not connection.in_atomic_block:
        raise RuntimeError("La portée se fixe dans une transaction.")
