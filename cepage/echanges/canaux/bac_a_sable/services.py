"""Entering a sandbox, setting its clock, emptying it. What happens there never touches the real register."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import cast

from django.conf import settings
from django.db import connection, transaction

from cepage.echanges.canaux.bac_a_sable import schema
from cepage.echanges.canaux.bac_a_sable.models import Reglage
from cepage.echanges.canaux.bac_a_sable.registre import RegistreDuBacASable
from cepage.echanges.reception.contexte import Registre, registre
from cepage.echanges.reception.milieu import Milieu, remplacer
from cepage.fondations.socle.portee import portee_emetteurs


@contextmanager
def entrer(emetteur: str) -> Iterator[None]:
    """A transaction in the sandbox of an emitter: its tables hide the real ones, its register and proofs too."""
    with portee_emetteurs([emetteur]):
        regle = Reglage.objects.filter(pk=emetteur).first() or Reglage(emetteur=emetteur)
        schema.preparer(emetteur)
        dedans = Milieu(
            registre=cast(Registre, RegistreDuBacASable(registre(), emetteur, regle.tenu_jusqu_au)),
            preuves=_preuves(emetteur),
            nir_autorise=regle.nir_autorise,
        )
        with _chemin(schema.nom(emetteur)), remplacer(dedans):
            yield


@contextmanager
def _chemin(devant: str) -> Iterator[None]:
    with connection.cursor() as curseur:
        curseur.execute("SELECT current_setting('search_path')")
        avant = curseur.fetchone()[0]
        curseur.execute("SELECT set_config('search_path', %s, true)", [f"{devant}, public"])
    yield
    # After an error the rollback gives the path back.
    with connection.cursor() as curseur:
        curseur.execute("SELECT set_config('search_path', %s, true)", [avant])


def _preuves(emetteur: str) -> Path:
    return Path(settings.CEPAGE_DONNEES) / "bac_a_sable" / schema.nom(emetteur) / "preuves"


def reglage(emetteur: str) -> Reglage:
    """What the emitter has set; nothing set is the real clock, without the NIR."""
    with portee_emetteurs([emetteur]):
        return Reglage.objects.filter(pk=emetteur).first() or Reglage(emetteur=emetteur)


def regler(
    emetteur: str, *, maintenant: datetime | None, tenu_jusqu_au: date | None = None, nir_autorise: bool
) -> Reglage:
    """Set the clock (None: the real one), until when the lots are held (None: still), and whether the NIR is read."""
    with portee_emetteurs([emetteur]):
        reglage, _ = Reglage.objects.update_or_create(
            pk=emetteur,
            defaults={"maintenant": maintenant, "tenu_jusqu_au": tenu_jusqu_au, "nir_autorise": nir_autorise},
        )
    return reglage


def vider(emetteur: str) -> None:
    """Forget everything that was sent to the sandbox; its settings stay."""
    with transaction.atomic(), entrer(emetteur), connection.cursor() as curseur:
        for table in schema.tables(emetteur):
            curseur.execute(f"DELETE FROM {table}")  # noqa: S608  # names read in the catalogue, quoted by it
    shutil.rmtree(_preuves(emetteur), ignore_errors=True)
