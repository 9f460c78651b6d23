"""The work done outside a request; `procrastinate` runs it."""

from datetime import datetime

from procrastinate.contrib.django import app

from cepage.echanges.reception import depots


@app.task(name=depots.TACHE, queue="reception")
def recevoir_depot(*, depot: str, lot: str, mode: str, nom: str, emetteur: str, recu_le: str) -> None:
    """Receive the file of a depot; sent again after a stop, it gives the same receipt."""
    depots.traiter(depot, lot=lot, mode=mode, nom=nom, emetteur=emetteur, recu_le=datetime.fromisoformat(recu_le))
