"""Subscribing, changing secret, closing; delivering a notice, trying again later, giving up, replaying."""

import secrets
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction

from cepage.echanges.canaux.acces.models import Cle
from cepage.echanges.canaux.avis import adresses, emission, remise, signature
from cepage.echanges.canaux.avis.enums import SOUSCRITS, Etat, Evenement
from cepage.echanges.canaux.avis.models import Abonnement, Avis, Tentative
from cepage.fondations.comptes.models import Personne
from cepage.fondations.regles import Regles, charger_marche
from cepage.fondations.socle import horloge
from cepage.fondations.socle.journal import sceller
from cepage.fondations.socle.portee import portee_emetteurs, portee_totale

ABONNEMENTS_PAR_CLE = 10


class AbonnementRefuse(Exception):
    """The subscription cannot be; the message says why and how to mend it."""


def souscrire(
    cle: Cle, *, url: str, evenements: Sequence[str], le: datetime, par: Personne | None = None
) -> Abonnement:
    """Open a subscription of a key. Raises AbonnementRefuse."""
    if cle.revoquee_le is not None or cle.expire_le <= le:
        raise AbonnementRefuse("Cette clé est révoquée ou expirée. Abonnez une clé active.")
    if not evenements or set(evenements) - set(SOUSCRITS):
        raise AbonnementRefuse(f"Choisissez au moins un événement parmi : {', '.join(SOUSCRITS)}.")
    try:
        adresses.verifier(url, bac_a_sable=cle.bac_a_sable)
    except adresses.AdresseRefusee as refus:
        raise AbonnementRefuse(str(refus)) from None
    with portee_totale():
        # The key's row is locked: two at once would pass the limit together.
        Cle.objects.select_for_update(of=("self",)).get(pk=cle.pk)
        if cle.abonnements.filter(ferme_le__isnull=True).count() >= ABONNEMENTS_PAR_CLE:
            raise AbonnementRefuse(f"Une clé a {ABONNEMENTS_PAR_CLE} abonnements ouverts au plus. Fermez-en un.")
        try:
            with transaction.atomic():
                abonnement = Abonnement.objects.create(
                    identifiant=secrets.token_hex(6),
                    cle=cle,
                    emetteur=cle.emetteur,
                    url=url,
                    evenements=sorted(set(evenements)),
                    cree_le=le,
                    cree_par=par,
                )
        except IntegrityError:
            raise AbonnementRefuse("Cette clé est déjà abonnée à cette adresse.") from None
        _sceller(abonnement, "ouverture", le, par)
    return abonnement


def renouveler_le_secret(abonnement: Abonnement, *, le: datetime, par: Personne | None) -> Abonnement:
    """Give a new secret; the former one signs beside it for some days. Raises AbonnementRefuse."""
    jours = _regles().entier("avis.recouvrement", le=horloge.aujourd_hui())
    with portee_totale():
        abonnement = Abonnement.objects.select_for_update(of=("self",)).select_related("cle").get(pk=abonnement.pk)
        _exiger_ouvert(abonnement)
        abonnement.version_secret += 1
        abonnement.ancien_jusqu_au = le + timedelta(days=jours)
        abonnement.save(update_fields=["version_secret", "ancien_jusqu_au"])
        _sceller(abonnement, "renouvellement", le, par)
    return abonnement


def fermer(abonnement: Abonnement, *, le: datetime, par: Personne | None) -> None:
    """Close a subscription: nothing is sent to it any more; closing twice changes nothing."""
    with portee_totale():
        if Abonnement.objects.filter(pk=abonnement.pk, ferme_le__isnull=True).update(ferme_le=le):
            _sceller(abonnement, "fermeture", le, par)


def essayer(abonnement: Abonnement, *, le: datetime) -> Avis:
    """Send a notice that says nothing, to try the address and the secret. Raises AbonnementRefuse."""
    with portee_emetteurs([abonnement.emetteur]):
        _exiger_ouvert(abonnement)
        return emission.ecrire(abonnement, Evenement.ESSAI, {"message": "Cet avis est un essai."}, le=le)


def rejouer(avis: Avis, *, le: datetime) -> None:
    """Send a notice again, whatever became of it: same identifier, same body. Raises AbonnementRefuse."""
    with portee_emetteurs([avis.emetteur]):
        avis = Avis.objects.select_for_update(of=("self",)).select_related("abonnement__cle").get(pk=avis.pk)
        _exiger_ouvert(avis.abonnement)
        if avis.etat == Etat.EN_ATTENTE and avis.tentatives == 0:
            raise AbonnementRefuse("Cet avis attend déjà d'être remis.")
        avis.etat, avis.tentatives, avis.prochaine_le = Etat.EN_ATTENTE, 0, le
        avis.save(update_fields=["etat", "tentatives", "prochaine_le"])
        emission.confier(avis)


def remettre(identifiant: UUID, *, emetteur: str) -> Avis | None:
    """Deliver a notice that waits and write what came of it; a failure is tried later, the last one is given up.

    The exchange runs outside any transaction. None when there is nothing to do.
    """
    with portee_emetteurs([emetteur]):
        avis = Avis.objects.filter(pk=identifiant, etat=Etat.EN_ATTENTE).select_related("abonnement__cle").first()
    if avis is None:
        return None
    abonnement, corps, le = avis.abonnement, avis.corps.encode(), horloge.maintenant()
    if abonnement.ferme_le is not None or abonnement.cle.revoquee_le is not None:
        return _noter(avis, remise.Reponse(None, 0, "L'abonnement ou sa clé est fermé."), [])
    entetes = {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "Cepage",
        # The receiver compares this instant with its own clock: the real one, even in a rehearsal.
        **signature.entetes(abonnement, str(avis.identifiant), corps, a=int(time.time()), le=le),
    }
    attente = _regles().entier("avis.attente", le=horloge.aujourd_hui())
    reponse = remise.poster(
        abonnement.url, corps, entetes, bac_a_sable=abonnement.cle.bac_a_sable, attente=float(attente)
    )
    delais = [int(m) for m in _regles().liste("avis.delais", le=horloge.aujourd_hui())]
    return _noter(avis, reponse, delais)


def _noter(avis: Avis, reponse: remise.Reponse, delais: Sequence[int]) -> Avis:
    le = horloge.maintenant()
    with portee_emetteurs([avis.emetteur]):
        avis = Avis.objects.select_for_update(of=("self",)).select_related("abonnement__cle").get(pk=avis.pk)
        Tentative.objects.create(
            avis=avis,
            emetteur=avis.emetteur,
            le=le,
            statut=reponse.statut,
            duree_ms=reponse.duree_ms,
            raison=reponse.raison,
        )
        avis.tentatives += 1
        if reponse.reussie:
            avis.etat, avis.remis_le, avis.prochaine_le = Etat.REMIS, le, None
        elif avis.tentatives > len(delais):
            avis.etat, avis.prochaine_le = Etat.ABANDONNE, None
        else:
            minutes = delais[avis.tentatives - 1]
            avis.prochaine_le = le + timedelta(minutes=minutes)
            emission.confier(avis, minutes=minutes)
        avis.save(update_fields=["etat", "tentatives", "remis_le", "prochaine_le"])
    return avis


def reprendre_les_oublies(*, le: datetime, marge: timedelta = timedelta(minutes=15)) -> int:
    """Leave again to the worker the notices whose turn has passed: a process killed while sending forgot them."""
    with portee_totale():
        oublies = list(Avis.objects.filter(etat=Etat.EN_ATTENTE, prochaine_le__lt=le - marge)[:500])
        for avis in oublies:
            avis.prochaine_le = le
            avis.save(update_fields=["prochaine_le"])
            emission.confier(avis)
    return len(oublies)


def _exiger_ouvert(abonnement: Abonnement) -> None:
    if abonnement.ferme_le is not None:
        raise AbonnementRefuse("Cet abonnement est fermé. Ouvrez-en un autre.")


def _regles() -> Regles:
    return charger_marche("A")


def _sceller(abonnement: Abonnement, acte: str, le: datetime, par: Personne | None) -> None:
    contenu = {
        "acte": acte,
        "cle": abonnement.cle.identifiant,
        "url": abonnement.url,
        "evenements": abonnement.evenements,
        "par": par.pk if par else None,
    }
    sceller("abonnement", abonnement.identifiant, contenu, le=le, emetteur=abonnement.emetteur)
