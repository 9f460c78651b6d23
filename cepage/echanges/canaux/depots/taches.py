"""The work done outside a request; `procrastinate` runs it."""

from datetime import datetime

from procrastinate.contrib.django import app

from cepage.echanges.canaux.depots import services
from cepage.echanges.reception.contexte import registre


@app.task(name=services.TACHE, queue="reception")
def traiter_depot(*, depot: str, emetteur: str, le: str) -> None:
    """Judge a deposit."""
    services.traiter(depot, emetteur=emetteur, le=datetime.fromisoformat(le))


@app.task(name=services.TACHE_RAFRAICHIR, queue="reception")
def rafraichir() -> None:
    """Bring what is computed from the register up to date."""
    registre().rafraichir()
