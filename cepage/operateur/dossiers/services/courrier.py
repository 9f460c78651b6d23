"""The outbox of the dossiers: a mail is written with its act, once, and leaves when the mail server takes it."""

import secrets
from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.core.mail import EmailMessage

from cepage.fondations.socle import courrier
from cepage.operateur.dossiers.models import Courriel, CourrielSortant


def ecrire_une_fois(ecrits: Iterable[CourrielSortant]) -> int:
    """Put these mails in the outbox, but for those of a key already written; gives how many entered."""
    from cepage.operateur.dossiers.taches import envoyer_les_courriels

    ecrits = list(ecrits)
    emetteurs, cles = {e.emetteur for e in ecrits}, {e.cle for e in ecrits}
    deja = set(CourrielSortant.objects.filter(emetteur__in=emetteurs, cle__in=cles).values_list("emetteur", "cle"))
    nouveaux = [e for e in ecrits if (e.emetteur, e.cle) not in deja]
    if nouveaux:
        # The constraint has the last word: two rounds at the same time write one mail.
        CourrielSortant.objects.bulk_create(nouveaux, ignore_conflicts=True)
        envoyer_les_courriels.defer()
    return len(nouveaux)


def poster(courriel: Courriel, *, a: datetime) -> None:
    """Send a mail of an UO2.2 to the person; an answer to it finds the dossier by its `message_id`."""
    domaine = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip("> ")
    ecrire_une_fois(
        [
            CourrielSortant(
                emetteur=courriel.emetteur,
                cle=f"uo22:{courriel.pk}",
                courriel=courriel,
                destinataire=courriel.beneficiaire.email,
                objet=courriel.objet,
                texte=courriel.texte,
                message_id=f"<{secrets.token_hex(16)}@{domaine}>",
                cree_le=a,
            )
        ]
    )


def envoyer_tout(a: datetime) -> int:
    """Send what waits, oldest first; gives how many left. Raises OSError while the mail server is silent."""
    return courrier.envoyer_tout(CourrielSortant, a, message=_message)


def _message(ecrit: CourrielSortant) -> EmailMessage:
    message = courrier.message_simple(ecrit)
    if ecrit.message_id:
        message.extra_headers["Message-ID"] = ecrit.message_id
        if settings.CEPAGE_BOITE_ADRESSE:
            message.reply_to = [settings.CEPAGE_BOITE_ADRESSE]
    return message
