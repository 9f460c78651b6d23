"""The private calendar of a professional: a secret address, shown once, revoked at once."""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.db import transaction

from cepage.fondations.comptes.models import Personne
from cepage.fondations.socle.portee import fixer_emetteurs, portee_totale
from cepage.operateur.agenda import calendrier
from cepage.operateur.agenda.enums import EtatRendezVous
from cepage.operateur.agenda.models import FluxAgenda, RendezVous

AVANT, APRES = timedelta(days=30), timedelta(days=365)


def _empreinte(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


@transaction.atomic
def ouvrir_flux(personne: Personne, emetteur: str, *, a: datetime) -> str:
    """Give a person a new secret of 256 bits; the one before, if any, opens nothing any more."""
    secret = secrets.token_urlsafe(32)
    FluxAgenda.objects.update_or_create(
        personne=personne, defaults={"emetteur": emetteur, "empreinte": _empreinte(secret), "cree_le": a}
    )
    return secret


def revoquer_flux(personne: Personne) -> None:
    """Close the calendar of a person."""
    FluxAgenda.objects.filter(personne=personne).delete()


def lire_flux(secret: str, *, a: datetime) -> str | None:
    """The calendar behind a secret; None when it opens nothing, or when the account is closed.

    Sets the scope of the transaction under way to the operator of the person.
    """
    with portee_totale():
        flux = FluxAgenda.objects.select_related("personne__organisation").filter(empreinte=_empreinte(secret)).first()
    if flux is None or not flux.personne.is_active or flux.personne.organisation.code_emetteur != flux.emetteur:
        return None
    fixer_emetteurs([flux.emetteur])
    siens = RendezVous.objects.filter(
        conseiller=flux.personne, etat=EtatRendezVous.PREVU, fin__gt=a - AVANT, debut__lt=a + APRES
    )
    return calendrier.du_conseiller(siens.select_related("site"), a=a)
