"""Sending the day's list: one envoi through the reception all channels share, then the receipt read back."""

import uuid
from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import Max

from cepage.echanges.canaux.acces.authentification import Acces
from cepage.echanges.canaux.catalogue import SAISIE
from cepage.echanges.canaux.depots import services as depots
from cepage.echanges.canaux.saisie import pieces, services
from cepage.echanges.canaux.saisie.enums import Etat
from cepage.echanges.canaux.saisie.jugement import PARIS, Essai, ecrire_l_envoi, essayer, ranger
from cepage.echanges.canaux.saisie.models import EnvoiSaisi, FicheSaisie
from cepage.echanges.envoi.redaction import nom_du_fichier
from cepage.echanges.reception.accuse import Accuse
from cepage.echanges.reception.enums import Mode
from cepage.fondations.comptes.models import Personne


def liste_du_jour(lot: str) -> list[FicheSaisie]:
    """The fiches of a lot that wait to be sent, in the order of typing, inside the scope under way."""
    return list(FicheSaisie.objects.filter(lot=lot, etat=Etat.LISTE))


def essayer_la_liste(emetteur: str, lot: str, *, a: datetime) -> Essai:
    """What the exchange point would say of the whole list now; kept with each fiche, nothing enters."""
    fiches = liste_du_jour(lot)
    essai = essayer(fiches, emetteur=emetteur, lot=lot, le=a)
    services.noter(essai, fiches, a=a)
    return essai


@transaction.atomic
def envoyer(emetteur: str, lot: str, *, par: Personne, a: datetime) -> EnvoiSaisi | None:
    """Send the day's list and apply its receipt, all or nothing; None when the list is empty."""
    fiches = list(FicheSaisie.objects.select_for_update().filter(lot=lot, etat=Etat.LISTE))
    if not fiches:
        return None
    sequence = (EnvoiSaisi.objects.filter(lot=lot).aggregate(m=Max("sequence"))["m"] or 0) + 1
    octets = ecrire_l_envoi(fiches, emetteur=emetteur, lot=lot, sequence=sequence, le=a)
    nom = nom_du_fichier(emetteur, lot, a.astimezone(PARIS), sequence)
    accuse = _deposer(emetteur, lot, nom, octets, a)
    essai = ranger(fiches, accuse.anomalies)
    refusees = sum(essai.bloquee(fiche) for fiche in fiches) if accuse.comptes else len(fiches)
    envoi = EnvoiSaisi.objects.create(
        emetteur=emetteur,
        lot=lot,
        sequence=sequence,
        nom_fichier=nom,
        envoi=accuse.envoi,
        statut=accuse.statut,
        envoye_le=a,
        envoye_par=par,
        acceptees=len(fiches) - refusees,
        refusees=refusees,
        remarques=essai.remarques,
    )
    _appliquer(envoi, fiches, essai, entier=not accuse.comptes, a=a)
    return envoi


def _deposer(emetteur: str, lot: str, nom: str, octets: bytes, a: datetime) -> Accuse:
    acces = Acces(cle=0, identifiant="", emetteur=emetteur, actions=frozenset({"envoi.deposer"}), bac_a_sable=False)
    ouverture = depots.Ouverture(SAISIE.nom, lot, Mode.NORMAL, nom, len(octets), uuid.uuid4().hex)
    depot, accuse = depots.passer(acces, ouverture, [octets], le=a)
    if accuse is None:
        raise RuntimeError(f"Le dépôt {depot.identifiant} n'a pas d'accusé : {depot.get_etat_display()}.")
    return accuse


def _appliquer(envoi: EnvoiSaisi, fiches: list[FicheSaisie], essai: Essai, *, entier: bool, a: datetime) -> None:
    """Each fiche accepted, or refused with its reasons; a file refused whole leaves them on the list."""
    for fiche in fiches:
        fiche.constats, fiche.juge_le, fiche.envoi = essai.constats.get(str(fiche.pk), []), a, envoi
        if not entier:
            fiche.etat = Etat.REFUSEE if essai.bloquee(fiche) else Etat.ACCEPTEE
    champs: list[Any] = ["constats", "juge_le", "envoi", "etat", "ligne"]
    FicheSaisie.objects.bulk_update(fiches, champs, batch_size=500)
    for fiche in fiches:
        if fiche.etat == Etat.ACCEPTEE and fiche.piece:
            # The exchange point keeps the bytes from now on.
            transaction.on_commit(partial(pieces.effacer, fiche.emetteur, fiche.piece))
