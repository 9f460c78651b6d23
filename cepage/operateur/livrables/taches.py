"""The mails leave outside the request; `procrastinate` runs it."""

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from cepage.fondations.socle import horloge
from cepage.operateur.livrables.services import courrier

# Two days of silence of the mail server, tried again every five minutes.
_REPRISE = RetryStrategy(max_attempts=576, wait=300)


@app.task(name=courrier.TACHE, queue="courriels", retry=_REPRISE)
def envoyer_les_courriels() -> None:
    """Send what waits; while the server is down, try again later."""
    courrier.envoyer_tout(horloge.maintenant())
