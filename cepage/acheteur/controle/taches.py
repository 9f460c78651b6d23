"""The work of the night; `procrastinate` runs it."""

from procrastinate.contrib.django import app

from cepage.acheteur.controle import rapprochements, services
from cepage.fondations.socle import horloge


@app.periodic(cron="30 2 * * *")
@app.task(name="controle.echoir", queue="controle")
def echoir(timestamp: int) -> None:
    """Make definitive the non-conformities that nobody contested in time; run twice, it changes nothing more."""
    services.echoir(horloge.maintenant())


@app.periodic(cron="10 3 * * *")
@app.task(name="controle.rapprocher", queue="controle")
def rapprocher(timestamp: int) -> None:
    """Compare the livrables of the draws that were not yet; run twice, it changes nothing more."""
    rapprochements.rapprocher_les_nouveaux(horloge.maintenant())
