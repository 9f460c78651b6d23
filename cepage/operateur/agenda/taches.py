"""Messages and reminders, run by the worker."""

import logging

from procrastinate.contrib.django import app

from cepage.fondations.socle import horloge
from cepage.operateur.agenda.services import envois

_journal = logging.getLogger(__name__)


@app.periodic(cron="*/10 * * * *")
@app.task(name="agenda.rappels", queue="courriels", queueing_lock="agenda.rappels")
def rappels(timestamp: int) -> None:
    """Write the reminders due, then send all that waits."""
    envois.rappeler(horloge.maintenant())
    _envoyer()


@app.task(name="agenda.envoyer_les_messages", queue="courriels")
def envoyer_les_messages() -> None:
    """Send a message as soon as it is written; while the server is silent, the next round takes it."""
    _envoyer()


def _envoyer() -> None:
    try:
        envois.envoyer(horloge.maintenant())
    except OSError:
        _journal.warning("Un serveur de messages ne répond pas ; les messages de rendez-vous attendent.")
