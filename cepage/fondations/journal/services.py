"""Anchoring the journal: its head is time-stamped by an authority, and the anchor sealed in turn."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from cepage.fondations.journal.models import Ancre
from cepage.fondations.journal.selectors import GENRE, verifier
from cepage.fondations.socle.journal import sceller
from cepage.fondations.socle.models import EntreeJournal
from cepage.fondations.socle.portee import portee_totale
from cepage.fondations.socle.sceau import SceauImpossible
from cepage.fondations.socle.sceau.horodatage import EtatDuJeton, horodater, lire_jeton


class AncrageImpossible(Exception):
    """The journal cannot be anchored now; the message says why and what to do. Nothing was written."""


@dataclass(frozen=True)
class Ancrage:
    """The anchor of the head; `nouvelle` is False when nothing was sealed since the one before."""

    ancre: Ancre
    nouvelle: bool


def ancrer(*, le: datetime) -> Ancrage:
    """Check the whole journal, have its head time-stamped, keep the token and seal that it was given.

    Raises AncrageImpossible: empty or altered journal, authority silent or unknown.
    """
    with portee_totale():
        verdict = verifier()
        if not verdict.intacte:
            raise AncrageImpossible(
                f"Le journal n'est pas intact : {verdict.defauts[0]} Il n'est pas ancré, pour ne pas donner foi à ce "
                "qui a changé. Lancez « cepage journal verifier »."
            )
        tete = EntreeJournal.objects.order_by("-numero").first()
        if tete is None:
            raise AncrageImpossible("Le journal est vide : il n'y a rien à ancrer.")
        if tete.genre == GENRE:
            return Ancrage(Ancre.objects.get(numero=int(tete.objet)), nouvelle=False)
        return Ancrage(_garder(tete, _horodater(tete, le), le), nouvelle=True)


def _horodater(tete: EntreeJournal, le: datetime) -> bytes:
    try:
        octets = horodater(tete.empreinte, le=le)
    except SceauImpossible as panne:
        raise AncrageImpossible(str(panne)) from panne
    lu = lire_jeton(octets)
    if lu.etat is not EtatDuJeton.VALIDE or lu.empreinte != tete.empreinte:
        raise AncrageImpossible(
            f"L'horodatage reçu ne prouve rien : il vient de « {lu.autorite or 'on ne sait qui'} », que ce service ne "
            "connaît pas. Ajoutez son certificat racine à CEPAGE_SCEAU_RACINES, ou changez CEPAGE_HORODATAGE."
        )
    return octets


def _garder(tete: EntreeJournal, octets: bytes, le: datetime) -> Ancre:
    lu = lire_jeton(octets)
    try:
        with transaction.atomic():
            ancre = Ancre.objects.create(
                numero=tete.numero, jeton=octets, horodatee_le=lu.instant, autorite=lu.autorite[:200]
            )
    except IntegrityError as erreur:
        raise AncrageImpossible("Un autre ancrage du même instant vient de finir : rien n'est à refaire.") from erreur
    contenu = {"jeton": hashlib.sha256(octets).hexdigest(), "empreinte": tete.empreinte}
    sceller(GENRE, str(tete.numero), contenu, le=le, emetteur=None)
    return ancre
