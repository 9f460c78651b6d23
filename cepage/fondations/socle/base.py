"""Bringing the database up to date: migrations under the owner's role, rights of the application's role."""

from django.core.management import call_command
from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from cepage.fondations.socle.base_embarquee import verifier_version

_VERROU = 20190406


def a_jour() -> bool:
    """True when no migration is waiting."""
    executeur = MigrationExecutor(connections["proprietaire"])
    return not executeur.migration_plan(executeur.loader.graph.leaf_nodes())


def mettre_a_jour() -> bool:
    """Apply the waiting migrations, one process at a time; False when there was nothing to do.

    Raises BaseIndisponible when the server is too old.
    """
    proprietaire = connections["proprietaire"]
    proprietaire.ensure_connection()
    verifier_version(proprietaire.connection)
    if a_jour():
        return False
    with proprietaire.cursor() as curseur:
        curseur.execute("SELECT pg_advisory_lock(%s)", [_VERROU])
        try:
            call_command("migrate", database="proprietaire", verbosity=0, interactive=False)
            accorder_les_droits()
        finally:
            curseur.execute("SELECT pg_advisory_unlock(%s)", [_VERROU])
    return True


def accorder_les_droits() -> None:
    """Let the application's role read and write the tables, without owning them."""
    application = connections["default"].settings_dict["USER"]
    proprietaire = connections["proprietaire"]
    if application == proprietaire.settings_dict["USER"]:
        return
    nom = proprietaire.ops.quote_name(application)
    with proprietaire.cursor() as curseur:
        curseur.execute(f"GRANT USAGE ON SCHEMA public TO {nom}")
        curseur.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {nom}")
        curseur.execute(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {nom}")
        curseur.execute(f"GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO {nom}")
