"""Mails written with the act and sent after it, in order, kept as long as the mail server is silent.

A room makes its own outbox from `CourrielEnAttente`, and empties it with `envoyer_tout`.
"""

import smtplib
from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

from django.core.mail import EmailMessage
from django.db import models

from cepage.fondations.socle.portee import portee_emetteurs, portee_totale


class CourrielEnAttente(models.Model):
    """A mail to a person, kept until the mail server takes it; emptied of its text once gone."""

    emetteur = models.CharField("émetteur", max_length=2)
    destinataire = models.EmailField("destinataire")
    objet = models.CharField("objet", max_length=200)
    texte = models.TextField("texte")
    cree_le = models.DateTimeField("écrit le")
    envoye_le = models.DateTimeField("parti le", null=True)
    tentatives = models.PositiveSmallIntegerField("tentatives", default=0)
    refuse = models.BooleanField("adresse refusée", default=False)
    difficulte = models.CharField("dernière difficulté", max_length=300, blank=True, default="")

    class Meta:
        """Each room has its own table."""

        abstract = True


COLONNES = (
    *("id", "emetteur", "destinataire", "objet", "texte", "cree_le"),
    *("envoye_le", "tentatives", "refuse", "difficulte"),
)
"""The columns a room classifies, beside its own."""

Ecrit = TypeVar("Ecrit", bound=CourrielEnAttente)


def message_simple(courriel: CourrielEnAttente) -> EmailMessage:
    """The mail as it leaves, from the address of the site."""
    return EmailMessage(subject=courriel.objet, body=courriel.texte, to=[courriel.destinataire])


def envoyer_tout(
    boite: type[Ecrit],
    a: datetime,
    *,
    message: Callable[[Ecrit], EmailMessage] = message_simple,
    parti: Callable[[Ecrit], None] | None = None,
) -> int:
    """Send what waits in `boite`, oldest first; gives how many left. `parti` runs with each mail that leaves.

    An address refused for good is noted and passed over; a server that does not answer stops the round, and raises
    OSError: what waits will leave in order the next time.
    """
    with portee_totale():
        attente = list(
            _table(boite).filter(envoye_le__isnull=True, refuse=False).order_by("pk").values_list("pk", "emetteur")
        )
    return sum(_envoyer(boite, pk, emetteur, a, message, parti) for pk, emetteur in attente)


def _table(boite: type[Ecrit]) -> "models.Manager[Ecrit]":
    tous: models.Manager[Ecrit] = boite._default_manager
    return tous


def _envoyer(
    boite: type[Ecrit],
    pk: int,
    emetteur: str,
    a: datetime,
    message: Callable[[Ecrit], EmailMessage],
    parti: Callable[[Ecrit], None] | None,
) -> bool:
    """Send one, alone in its transaction; someone else sending it at the same time sends it once."""
    with portee_emetteurs([emetteur]):
        courriel = (
            _table(boite)
            .select_for_update(skip_locked=True, of=("self",))
            .filter(pk=pk, envoye_le__isnull=True, refuse=False)
            .first()
        )
        if courriel is None:
            return False
        panne = _remettre(courriel, a, message)
        if courriel.envoye_le is not None and parti is not None:
            parti(courriel)
        courriel.save(update_fields=["envoye_le", "texte", "tentatives", "refuse", "difficulte"])
    if panne is not None:
        raise panne
    return courriel.envoye_le is not None


def _remettre(courriel: Ecrit, a: datetime, message: Callable[[Ecrit], EmailMessage]) -> OSError | None:
    """Hand one mail to the server and note what it answered; gives the failure that must stop the round."""
    courriel.tentatives = min(courriel.tentatives + 1, 32_000)
    try:
        message(courriel).send()
    except smtplib.SMTPRecipientsRefused as erreur:
        courriel.refuse, courriel.difficulte = True, _dire(erreur)
    except OSError as erreur:
        # SMTPException is one too: server down, connection cut, message put off.
        courriel.difficulte = (str(erreur) or type(erreur).__name__)[:300]
        return erreur
    else:
        courriel.envoye_le, courriel.difficulte, courriel.texte = a, "", ""
    return None


def _dire(erreur: smtplib.SMTPRecipientsRefused) -> str:
    refus: Any = next(iter(erreur.recipients.values()))
    raison = refus[1]
    return (raison.decode(errors="replace") if isinstance(raison, bytes) else str(raison))[:300]
