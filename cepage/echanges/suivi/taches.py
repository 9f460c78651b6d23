"""The work of the hours and of the mornings; `procrastinate` runs it."""

from procrastinate.contrib.django import app

from cepage.echanges.suivi import relances, services
from cepage.fondations.socle import horloge


@app.periodic(cron="20 * * * *")
@app.task(name="suivi.constater", queue="suivi", queueing_lock="suivi.constater")
def constater(timestamp: int) -> None:
    """Every hour: write what is past its due date and has come, or not."""
    services.constater(le=horloge.maintenant())


@app.periodic(cron="30 8 * * 1-5")
@app.task(name="suivi.relancer", queue="suivi", queueing_lock="suivi.relancer")
def relancer(timestamp: int) -> None:
    """Every working morning: remind the operators; run twice, nobody is written to twice."""
    relances.relancer(le=horloge.maintenant())
