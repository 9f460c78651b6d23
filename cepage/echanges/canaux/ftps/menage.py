"""What is removed by age, by the real clock: files never finished, receipts never taken, past exchanges."""

import contextlib
import shutil
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from django.conf import settings

from cepage.echanges.canaux.depots.services import CONSERVATION
from cepage.echanges.canaux.ftps import racines

CADENCE = timedelta(days=1)


def balayer() -> None:
    """Forget in every root what is past its time."""
    maintenant = time.time()
    inacheve = maintenant - CONSERVATION.total_seconds()
    passe = maintenant - timedelta(days=settings.CEPAGE_FTPS_ARCHIVES_JOURS).total_seconds()
    for racine in racines.toutes():
        for dossier, limite in ((racines.DEPOT, inacheve), (racines.RETOURS, passe)):
            for fichier in _vieux((racine / dossier).rglob("*"), limite):
                if fichier.is_file():
                    fichier.unlink(missing_ok=True)
        for echange in _vieux((racine / racines.ARCHIVES).glob("*/*"), passe):
            shutil.rmtree(echange, ignore_errors=True)
            # The day goes with its last exchange.
            with contextlib.suppress(OSError):
                echange.parent.rmdir()


def _vieux(chemins: Iterator[Path], limite: float) -> list[Path]:
    """Those last touched before `limite`; one that goes meanwhile is left to whoever took it."""
    trouves = []
    for chemin in chemins:
        with contextlib.suppress(FileNotFoundError):
            if chemin.stat().st_mtime < limite:
                trouves.append(chemin)
    return trouves
