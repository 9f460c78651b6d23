"""Two sessions of PostgreSQL at once, on a copy of the database where each commits; the copy is dropped afterwards."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
from django.conf import settings
from django.db import connections, transaction

COPIE = "cepage_deux_sessions"
ATTENTE_MAXIMALE = 60


@dataclass(frozen=True)
class Issue:
    """How a session ended: what it returned, or what refused it; `attendue`: it was seen waiting for the other."""

    valeur: Any = None
    refus: Exception | None = None
    attendue: bool = False


@contextmanager
def base_copiee() -> Iterator[None]:
    """Every connection opened inside goes to a fresh copy of the tests' database; nothing of it remains."""
    reglages = connections.settings["default"]
    origine = reglages["NAME"]
    connections.close_all()
    acces = settings.DATABASES["proprietaire"]
    with psycopg.connect(host=reglages["HOST"], user="postgres", dbname="postgres", autocommit=True) as maitre:
        maitre.execute(f"DROP DATABASE IF EXISTS {COPIE} WITH (FORCE)")
        # A thread of an earlier test may still hold a session: nothing is copied while one is open.
        maitre.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [origine])
        maitre.execute(f"CREATE DATABASE {COPIE} TEMPLATE {origine} OWNER {acces['USER']}")
        reglages["NAME"] = connections["default"].settings_dict["NAME"] = COPIE
        try:
            yield
        finally:
            connections.close_all()
            reglages["NAME"] = connections["default"].settings_dict["NAME"] = origine
            maitre.execute(f"DROP DATABASE {COPIE} WITH (FORCE)")


def a_deux(premier: Callable[[], Any], second: Callable[[], Any]) -> tuple[Issue, Issue]:
    """Run `premier` in a transaction, begin `second` in another session before it commits, and tell how both ended.

    `premier` commits once `second` waits for it, or has ended without waiting.
    """
    issues: dict[str, Issue] = {}

    def faire() -> None:
        try:
            with transaction.atomic():
                issues["second"] = Issue(second())
        except Exception as refus:
            issues["second"] = Issue(refus=refus)
        finally:
            connections.close_all()

    fil = threading.Thread(target=faire)
    with transaction.atomic():
        issues["premier"] = Issue(premier())
        fil.start()
        attendue = _attend_un_verrou(fil)
    fil.join(ATTENTE_MAXIMALE)
    assert not fil.is_alive(), "the second session never ended"
    vue = issues["second"]
    return issues["premier"], Issue(vue.valeur, vue.refus, attendue)


def _attend_un_verrou(fil: threading.Thread) -> bool:
    """True once a session of the copy waits for a lock; False when the thread ends first."""
    limite = time.monotonic() + ATTENTE_MAXIMALE
    hote = connections.settings["default"]["HOST"]
    with psycopg.connect(host=hote, user="postgres", dbname="postgres", autocommit=True) as guet:
        while fil.is_alive():
            attente = guet.execute(
                "SELECT 1 FROM pg_stat_activity WHERE datname = %s AND wait_event_type = 'Lock'", [COPIE]
            ).fetchone()
            if attente:
                return True
            assert time.monotonic() < limite, "the second session neither waits nor ends"
            time.sleep(0.01)
    return False
