"""The work of the morning; `procrastinate` runs it."""

from procrastinate.contrib.django import app

from cepage.acheteur.qualite import services
from cepage.fondations.socle import horloge


@app.periodic(cron="0 8 * * 1-5")
@app.task(name="qualite.enqueter", queue="qualite")
def enqueter(timestamp: int) -> None:
    """Invite those whose unit has just been closed, send, remind; run twice, it writes to nobody twice."""
    services.preparer(horloge.aujourd_hui())
    services.envoyer(horloge.maintenant())
