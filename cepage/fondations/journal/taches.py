"""The work of the night; `procrastinate` runs it."""

import logging

from procrastinate.contrib.django import app

from cepage.fondations.journal.services import AncrageImpossible, ancrer
from cepage.fondations.socle import horloge

journal = logging.getLogger("cepage.journal")


@app.periodic(cron="15 1 * * *")
@app.task(name="journal.ancrer", queue="journal")
def ancrer_le_journal(timestamp: int) -> None:
    """Anchor the head; run twice, it changes nothing more. What prevents it is logged, and shown on the page."""
    try:
        ancrer(le=horloge.maintenant())
    except AncrageImpossible as impossible:
        journal.error("Journal non ancré : %s", impossible)
