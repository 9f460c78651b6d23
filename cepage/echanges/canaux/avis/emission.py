"""From what happens to notices that wait: one for each subscription that asked, in the transaction of what happens."""

import json
import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from procrastinate.contrib.django import app

from cepage.echanges.canaux.avis.enums import Evenement
from cepage.echanges.canaux.avis.models import Abonnement, Avis
from cepage.echanges.reception.accuse import Accuse
from cepage.echanges.suivi.situation import Suivi
from cepage.fondations.socle import horloge

TACHE = "avis.remettre"
FRAICHEUR = timedelta(days=2)


def d_un_accuse(accuse: Accuse, bac_a_sable: bool) -> None:
    """A receipt is ready: what it says in numbers, never a line of it."""
    donnees = {
        "envoi": accuse.envoi,
        "empreinte": accuse.empreinte,
        "lot": accuse.lot,
        "statut": str(accuse.statut),
        "recu_le": accuse.recu_le.isoformat(),
        "comptes": accuse.comptes,
        "anomalies": len(accuse.anomalies),
        "adresse": f"/api/v1/envois/{accuse.envoi}",
    }
    _emettre(Evenement.ACCUSE, accuse.emetteur, donnees, bac_a_sable=bac_a_sable)


def d_un_manque(emetteur: str, lot: str, suivi: Suivi, le: datetime) -> None:
    """An expected sending has just passed its due date; what is long past is on the page, not in a notice."""
    attendu = suivi.attendu
    if le - attendu.echeance > FRAICHEUR:
        return
    donnees = {
        "attendu": attendu.cle,
        "libelle": attendu.libelle,
        "lot": lot,
        "echeance": attendu.echeance.isoformat(),
        "etat": str(suivi.etat),
        "constate_le": le.isoformat(),
        "clause": attendu.clause,
    }
    _emettre(Evenement.RETARD, emetteur, donnees, bac_a_sable=False)


def _emettre(evenement: Evenement, emetteur: str, donnees: Mapping[str, Any], *, bac_a_sable: bool) -> None:
    le = horloge.maintenant()
    abonnes = Abonnement.objects.filter(
        emetteur=emetteur,
        ferme_le__isnull=True,
        evenements__contains=[evenement.value],
        cle__bac_a_sable=bac_a_sable,
        cle__revoquee_le__isnull=True,
        cle__expire_le__gt=le,
    )
    for abonnement in abonnes:
        ecrire(abonnement, evenement, donnees, le=le)


def ecrire(abonnement: Abonnement, evenement: Evenement, donnees: Mapping[str, Any], *, le: datetime) -> Avis:
    """Fix one notice and leave it to the worker, in the transaction under way."""
    identifiant = uuid.uuid4()
    corps = {
        "id": str(identifiant),
        "type": str(evenement),
        "emis_le": le.isoformat(),
        "abonnement": abonnement.identifiant,
        "bac_a_sable": abonnement.cle.bac_a_sable,
        "donnees": donnees,
    }
    avis = Avis.objects.create(
        identifiant=identifiant,
        abonnement=abonnement,
        emetteur=abonnement.emetteur,
        evenement=evenement,
        corps=json.dumps(corps, ensure_ascii=False),
        prochaine_le=le,
        cree_le=le,
    )
    confier(avis)
    return avis


def confier(avis: Avis, *, minutes: int = 0) -> None:
    """Leave a notice to the worker, now or later."""
    tache = app.configure_task(TACHE, schedule_in={"minutes": minutes} if minutes else None)
    tache.defer(avis=str(avis.identifiant), emetteur=avis.emetteur)
