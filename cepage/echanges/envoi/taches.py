"""The envoi of the day, run by the worker."""

from procrastinate.contrib.django import app

from cepage.echanges.envoi.services import construire, lots_en_attente, transmettre
from cepage.fondations.regles import charger_marche
from cepage.fondations.socle import horloge


@app.periodic(cron="5 * * * *")
@app.task(name="envoi.heure", queue="envoi", queueing_lock="envoi.heure")
def heure(timestamp: int) -> None:
    """Every hour: what could not leave leaves; at the day's slot, the day's envoi is built first."""
    maintenant = horloge.maintenant()
    local = maintenant.astimezone(horloge.PARIS)
    creneau = charger_marche("A").entier("envoi.creneau", le=local.date())
    for emetteur, lot in lots_en_attente():
        if local.hour == creneau:
            construire(emetteur, lot, le=maintenant)
        transmettre(emetteur, lot, le=maintenant)
