"""The door of the service: a fresh message, signed by a certificate bound to a key that may do what is asked."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings

from cepage.echanges.canaux.acces import cadence
from cepage.echanges.canaux.acces.authentification import (
    Acces,
    AccesRefuse,
    authentifier_autorite,
    authentifier_certificat,
)
from cepage.echanges.canaux.acces.certificats import empreinte_de
from cepage.echanges.canaux.soap import fraicheur, signature
from cepage.echanges.canaux.soap.enveloppe import Enveloppe
from cepage.echanges.canaux.soap.fautes import Faute
from cepage.echanges.canaux.soap.interops.assertion import AssertionSaml2
from cepage.echanges.canaux.soap.interops.vecteur import Adaptateur, Vecteur
from cepage.echanges.canaux.soap.signature import Attente
from cepage.fondations.socle import horloge

ADAPTATEUR: Adaptateur = AssertionSaml2()
_SUSPECTES = frozenset({"signature-absente", "signature-invalide", "certificat-inconnu", "assertion-refusee"})


@dataclass(frozen=True)
class Entree:
    """An entry granted, how much of its rate remains, and the Body that was signed (or will have been: `attente`)."""

    acces: Acces
    etat: cadence.Etat
    corps: Any
    attente: Attente | None
    vecteur: Vecteur | None


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
    vecteur = None
    if enveloppe.assertion is not None:
        vecteur = ADAPTATEUR.lire(enveloppe.assertion, signataire=message.certificat, le=instant)
    try:
        acces = _acces(message, vecteur, adresse=adresse, le=le)
        etat = cadence.compter(f"cle:{acces.identifiant}", settings.CEPAGE_CADENCE_CLE, le=le)
        if etat.depassee:
            raise _trop(etat, "La limite de demandes par minute de cette clé est atteinte.")
        acces.exiger(action)
    except AccesRefuse as refus:
        raise Faute(str(refus.motif), refus.message, refus.remede) from None
    # Last, so that only those who may enter fill the memory of messages.
    fraicheur.noter(message.empreinte, perime_le=perime_le, le=instant)
    if vecteur is not None and vecteur.usage_unique:
        _exiger_une_fois(vecteur, instant)
    return Entree(acces, etat, message.corps, message.attente, vecteur)


def _acces(message: signature.MessageSigne, vecteur: Vecteur | None, *, adresse: str, le: datetime) -> Acces:
    """The entry of the certificate that signs, or of the authority that vouches for it."""
    if vecteur is None:
        return authentifier_certificat(empreinte_de(message.certificat), adresse=adresse, le=le)
    return authentifier_autorite(vecteur.autorite, vecteur.actions, adresse=adresse, le=le)


def _exiger_une_fois(vecteur: Vecteur, le: datetime) -> None:
    """Raise Faute when an assertion for one use comes again."""
    empreinte = hashlib.sha256(f"{vecteur.autorite.entite} {vecteur.identifiant}".encode()).hexdigest()
    fraicheur.noter(empreinte, perime_le=vecteur.fin + fraicheur.ECART, le=le, quoi="Cette assertion à usage unique")


def _trop(etat: cadence.Etat, detail: str) -> Faute:
    return Faute("cadence", detail, f"Attendez {etat.attente} secondes.", entetes=etat.entetes())
