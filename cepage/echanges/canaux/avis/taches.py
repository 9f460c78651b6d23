"""The deliveries; `procrastinate` runs them, apart from the receptions so that a slow receiver delays none."""

from uuid import UUID

from procrastinate.contrib.django import app

from cepage.echanges.canaux.avis import emission, services
from cepage.fondations.socle import horloge


@app.task(name=emission.TACHE, queue="avis")
def remettre(*, avis: str, emetteur: str) -> None:
    """Deliver one notice."""
    services.remettre(UUID(avis), emetteur=emetteur)


@app.periodic(cron="*/15 * * * *")
@app.task(name="avis.reprendre", queue="avis", queueing_lock="avis.reprendre")
def reprendre(timestamp: int) -> None:
    """Every quarter of an hour: what a killed process forgot leaves again."""
    services.reprendre_les_oublies(le=horloge.maintenant())
