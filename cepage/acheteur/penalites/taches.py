"""The work of the night; `procrastinate` runs it."""

from procrastinate.contrib.django import app

from cepage.acheteur.penalites import services
from cepage.fondations.socle import horloge


@app.periodic(cron="40 2 * * *")
@app.task(name="penalites.echoir", queue="controle")
def echoir(timestamp: int) -> None:
    """Make definitive the pénalités that nobody contested in time; run twice, it changes nothing more."""
    services.echoir(horloge.maintenant())
