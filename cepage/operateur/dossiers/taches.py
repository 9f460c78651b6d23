"""The night's work of the dossiers, run by the worker."""

from procrastinate.contrib.django import app

from cepage.fondations.socle import horloge
from cepage.fondations.socle.portee import portee_totale
from cepage.operateur.dossiers.avis import avertir
from cepage.operateur.dossiers.services.cloture import clore_automatiquement


@app.periodic(cron="30 1 * * *")
@app.task(name="dossiers.nuit", queue="dossiers", queueing_lock="dossiers.nuit")
def nuit(timestamp: int) -> None:
    """Pronounce the abandons of the day before, then warn of the deadlines to come."""
    le = horloge.aujourd_hui()
    with portee_totale():
        clore_automatiquement(le, a=horloge.maintenant())
        avertir(le)
