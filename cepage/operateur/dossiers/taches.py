"""The night's work of the dossiers, run by the worker."""

import logging

from procrastinate.contrib.django import app

from cepage.fondations.socle import horloge
from cepage.fondations.socle.portee import portee_totale
from cepage.operateur.dossiers.avis import avertir
from cepage.operateur.dossiers.boite_aux_lettres import boite_configuree
from cepage.operateur.dossiers.services import courrier
from cepage.operateur.dossiers.services.cloture import clore_automatiquement
from cepage.operateur.dossiers.services.reponses import emetteur_de_la_boite, relever

_journal = logging.getLogger(__name__)


@app.periodic(cron="30 1 * * *")
@app.task(name="dossiers.nuit", queue="dossiers", queueing_lock="dossiers.nuit")
def nuit(timestamp: int) -> None:
    """Pronounce the abandons of the day before, then warn of the deadlines to come."""
    le = horloge.aujourd_hui()
    with portee_totale():
        clore_automatiquement(le, a=horloge.maintenant())
        avertir(le, a=horloge.maintenant())


@app.periodic(cron="*/5 * * * *")
@app.task(name="dossiers.courrier", queue="courriels", queueing_lock="dossiers.courrier")
def courrier_du_moment(timestamp: int) -> None:
    """What waited for the mail server leaves, in order, and what people answered comes in."""
    _envoyer()
    _relever()


@app.task(name="dossiers.envoyer_les_courriels", queue="courriels")
def envoyer_les_courriels() -> None:
    """Send a mail as soon as it is written."""
    _envoyer()


def _envoyer() -> None:
    try:
        courrier.envoyer_tout(horloge.maintenant())
    except OSError:
        _journal.warning("Le serveur de courriel ne répond pas ; les courriels attendent.")


def _relever() -> None:
    boite = boite_configuree()
    if boite is None:
        return
    try:
        with boite:
            relever(boite, emetteur_de_la_boite(), a=horloge.maintenant())
    except OSError as erreur:
        _journal.warning("%s", erreur)
