"""The door of the service: a fresh message, signed by a certificate bound to a key that may do what is asked."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings

from cepage.echanges.canaux.acces import cadence
from cepage.echanges.canaux.acces.authentification import Acces, AccesRefuse, authentifier_certificat
from cepage.echanges.canaux.acces.certificats import empreinte_de
from cepage.echanges.canaux.soap import fraicheur, signature
from cepage.echanges.canaux.soap.enveloppe import Enveloppe
from cepage.echanges.canaux.soap.fautes import Faute
from cepage.echanges.canaux.soap.signature import Attente
from cepage.fondations.socle import horloge

_SUSPECTES = frozenset({"signature-absente", "signature-invalide", "certificat-inconnu"})


@dataclass(frozen=True)
class Entree:
    """An entry granted, how much of its rate remains, and the Body that was signed (or will have been: `attente`)."""

    acces: Acces
    etat: cadence.Etat
    corps: Any
    attente: Attente | None


def entrer(enveloppe: Enveloppe, action: str, *, adresse: str) -> Entree:
    """Let a message in for `action`. Raises Faute; a failed signature counts against its address."""
    le = horloge.maintenant()
    exiger_de_la_patience(adresse)
    try:
        return _entrer(enveloppe, action, adresse=adresse)
    except Faute as faute:
        if faute.code in _SUSPECTES:
            cadence.compter(f"echec:{adresse}", settings.CEPAGE_CADENCE_ECHECS, le=le)
        raise


def exiger_de_la_patience(adresse: str) -> None:
    """Raise Faute when this address failed too often in the minute."""
    echecs = cadence.consulter(f"echec:{adresse}", settings.CEPAGE_CADENCE_ECHECS, le=horloge.maintenant())
    if echecs.depassee:
        raise _trop(echecs, "Trop d'essais refusés depuis cette adresse.")


def _entrer(enveloppe: Enveloppe, action: str, *, adresse: str) -> Entree:
    le, instant = horloge.maintenant(), horloge.reelle()
    message = signature.verifier(enveloppe)
    perime_le = fraicheur.exiger_frais(message.horodatage, le=instant)
    try:
        acces = authentifier_certificat(empreinte_de(message.certificat), adresse=adresse, le=le)
        etat = cadence.compter(f"cle:{acces.identifiant}", settings.CEPAGE_CADENCE_CLE, le=le)
        if etat.depassee:
            raise _trop(etat, "La limite de demandes par minute de cette clé est atteinte.")
        acces.exiger(action)
    except AccesRefuse as refus:
        raise Faute(str(refus.motif), refus.message, refus.remede) from None
    # Last, so that only those who may enter fill the memory of messages.
    fraicheur.noter(message.empreinte, perime_le=perime_le, le=instant)
    return Entree(acces, etat, message.corps, message.attente)


def _trop(etat: cadence.Etat, detail: str) -> Faute:
    return Faute("cadence", detail, f"Attendez {etat.attente} secondes.", entetes=etat.entetes())
