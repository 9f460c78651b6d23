"""Reminders by mail: prepared once for each step, sent once, however often the job runs."""

import logging
import smtplib
from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import groupby

from django.conf import settings
from django.core import mail
from django.db.models import Q

from cepage.echanges.suivi import situation
from cepage.echanges.suivi.enums import EtatRelance
from cepage.echanges.suivi.models import Relance
from cepage.echanges.suivi.situation import Situation
from cepage.fondations.comptes.enums import Nature, Role
from cepage.fondations.comptes.models import Attribution, Personne
from cepage.fondations.referentiels import territoires
from cepage.fondations.regles import charger_marche
from cepage.fondations.socle import formats
from cepage.fondations.socle.formats import PARIS
from cepage.fondations.socle.journal import sceller
from cepage.fondations.socle.periodes import Periode
from cepage.fondations.socle.portee import portee_totale

journal = logging.getLogger("cepage.suivi")
SILENCE = "silence"


def relancer(*, le: datetime, lots: Iterable[str] | None = None) -> dict[str, int]:
    """Prepare the reminders that are due, then send those that wait; counts: preparees, envoyees, en_echec.

    A mail server that is down leaves them waiting for the next run.
    """
    preparees = 0
    for lot in territoires.lots() if lots is None else lots:
        with portee_totale():
            preparees += _preparer(lot, le)
    return {"preparees": preparees, **_envoyer(le)}


def _preparer(lot: str, le: datetime) -> int:
    regles, jour = charger_marche("A"), le.astimezone(PARIS).date()
    paliers = sorted(int(p) for p in regles.liste("suivi.relances", le=jour))
    age = regles.entier("suivi.relance_anciennete", le=jour)
    relances = []
    for trouvee in situation.etablir(lot, Periode.du_au(jour - timedelta(days=age), jour), le=le):
        for suivi in trouvee.manquants:
            echeance = suivi.attendu.echeance
            passes = [p for p in paliers if echeance + timedelta(days=p - 1) <= le]
            if passes:
                cle, libelle = suivi.attendu.cle, suivi.attendu.libelle
                relances.append(_relance(trouvee, cle, passes[-1], libelle, echeance, le))
        relances += _du_silence(trouvee, le)
    avant = Relance.objects.filter(lot=lot).count()
    Relance.objects.bulk_create(relances, ignore_conflicts=True)
    return Relance.objects.filter(lot=lot).count() - avant


def _relance(trouvee: Situation, cle: str, palier: int, libelle: str, echeance: datetime, le: datetime) -> Relance:
    return Relance(
        emetteur=trouvee.emetteur,
        lot=trouvee.lot,
        cle=cle,
        palier=palier,
        libelle=libelle,
        echeance=echeance,
        preparee_le=le,
    )


def _du_silence(trouvee: Situation, le: datetime) -> list[Relance]:
    """One reminder when the silence is long, one when it passes the legal threshold; told to the buyer too."""
    muet = silence_de(trouvee.lot, trouvee.emetteur, le)
    if muet is None or not muet.alerte:
        return []
    depuis = formats.jour(muet.depuis)
    libelle = f"Aucun envoi depuis le {depuis} ; le seuil de six mois tombe le {formats.jour(muet.seuil)}"
    if muet.rompu:
        libelle = f"Aucun envoi depuis le {depuis} : le seuil de six mois est passé ({muet.clause})"
    cle = f"{SILENCE}:{muet.depuis.isoformat()}"
    instant = datetime.combine(muet.seuil, datetime.min.time(), PARIS)
    return [_relance(trouvee, cle, 2 if muet.rompu else 1, libelle, instant, le)]


def silence_de(lot: str, emetteur: str, le: datetime) -> situation.Silence | None:
    """The silence of an operator on a lot it holds; None when it holds it no more."""
    from cepage.echanges.reception.contexte import registre

    dernier = situation.derniers_envois([lot]).get((lot, emetteur))
    jour = le.astimezone(PARIS).date()
    for tenue in registre().titulaires(lot):
        if tenue.operateur == emetteur and (muet := situation.silence(dernier, tenue, jour)):
            return muet
    return None


def _envoyer(le: datetime) -> dict[str, int]:
    """One mail for each operator and lot, with everything that is missing."""
    comptes = {"envoyees": 0, "en_echec": 0}
    with portee_totale():
        attente = Relance.objects.filter(etat=EtatRelance.A_ENVOYER).order_by("emetteur", "lot").values_list
        couples = list(attente("emetteur", "lot").distinct())
    for emetteur, lot in couples:
        with portee_totale():
            lignes = Relance.objects.select_for_update(skip_locked=True)
            attendues = list(lignes.filter(etat=EtatRelance.A_ENVOYER, emetteur=emetteur, lot=lot).order_by("echeance"))
            for muette, groupe in groupby(attendues, key=lambda r: r.cle.startswith(SILENCE)):
                comptes[_ecrire(emetteur, lot, list(groupe), le, avec_l_acheteur=muette)] += 1
    return comptes


def _ecrire(emetteur: str, lot: str, relances: list[Relance], le: datetime, *, avec_l_acheteur: bool) -> str:
    adresses = destinataires(emetteur, lot, le, avec_l_acheteur=avec_l_acheteur)
    if adresses:
        message = mail.EmailMessage(
            f"Lot {lot} : envois attendus et non reçus",
            _texte(lot, relances),
            settings.DEFAULT_FROM_EMAIL,
            to=adresses,
            headers={"Auto-Submitted": "auto-generated"},
        )
        try:
            message.send()
        except (smtplib.SMTPException, OSError) as erreur:
            journal.warning("Relance du lot %s non envoyée : %s", lot, type(erreur).__name__)
            return "en_echec"
    for relance in relances:
        relance.etat = EtatRelance.ENVOYEE if adresses else EtatRelance.SANS_DESTINATAIRE
        relance.destinataires, relance.envoyee_le = len(adresses), le
    Relance.objects.bulk_update(relances, ["etat", "destinataires", "envoyee_le"])
    contenu = {"attendus": [r.cle for r in relances], "destinataires": len(adresses)}
    sceller("relance", f"{lot}-{emetteur}", contenu, le=le, emetteur=emetteur)
    return "envoyees"


def _texte(lot: str, relances: list[Relance]) -> str:
    lignes = [
        f"- {r.libelle}"
        if r.cle.startswith(SILENCE)
        else f"- {r.libelle} : attendu pour le {formats.instant(r.echeance)}"
        for r in relances
    ]
    return (
        f"Bonjour,\n\nÀ ce jour, le point d'échange n'a pas reçu pour le lot {lot} :\n\n"
        + "\n".join(lignes)
        + "\n\nEnvoyez ce qui manque, même en retard : ce qui arrive ensuite est constaté aussi.\n"
        f"Le détail et la suite à donner : {settings.CEPAGE_ADRESSE}/suivi/\n\n"
        "Si un envoi a été refusé, son accusé dit quoi corriger."
    )


def destinataires(emetteur: str, lot: str, le: datetime, *, avec_l_acheteur: bool) -> list[str]:
    """The project directors of the operator for the lot; the buyer's référents with them when asked."""
    jour = le.astimezone(PARIS).date()
    en_vigueur = Attribution.en_vigueur(jour).select_related("personne__organisation")
    choix = Q(role=Role.DIRECTEUR_PROJET, personne__organisation__code_emetteur=emetteur)
    if avec_l_acheteur:
        choix |= Q(role=Role.REFERENT, personne__organisation__nature=Nature.ACHETEUR)
    trouves: set[Personne] = set()
    for attribution in en_vigueur.filter(choix, personne__is_active=True):
        if lot in (attribution.lots or attribution.personne.organisation.lots):
            trouves.add(attribution.personne)
    return sorted(p.email for p in trouves)
