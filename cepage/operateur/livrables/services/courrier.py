"""The mails of a signature: written with the act, sent in order, kept as long as the mail server is silent."""

import smtplib
from datetime import datetime

from django.core.mail import EmailMessage

from cepage.echanges.reception import preuves
from cepage.fondations.socle import formats
from cepage.fondations.socle.pdf import MENTION_MEDIATEUR
from cepage.fondations.socle.portee import portee_emetteurs, portee_totale
from cepage.operateur.livrables.documents import organisme
from cepage.operateur.livrables.models import CourrielSortant, Signature

TACHE = "livrables.envoyer_les_courriels"


def poster_lien(signature: Signature, lien: str, *, a: datetime) -> CourrielSortant:
    """Invite the person to read and sign."""
    assert signature.expire_le is not None
    livrable = signature.livrable
    return _poster(
        signature,
        f"{livrable.get_type_livrable_display()} : à lire et à signer",
        f"""Bonjour,

{signature.demandee_par.nom_complet} vous propose de lire puis de signer votre {_nom(signature)}.

Ouvrez ce lien, qui vous est personnel ; il sert jusqu'au {formats.instant(signature.expire_le)} :

{lien}

Un code vous sera ensuite envoyé à cette même adresse.
Vous pouvez aussi ne pas signer et dire pourquoi, ou demander à signer sur papier : voyez avec votre conseiller.""",
        a=a,
    )


def poster_code(signature: Signature, code: str, *, minutes: int, a: datetime) -> CourrielSortant:
    """Send the one-time code."""
    return _poster(
        signature,
        "Votre code pour signer",
        f"""Bonjour,

Voici le code qui vous permet de signer votre {_nom(signature)} :

{code}

Il sert une fois, pendant {minutes} minutes.
Si vous n'avez rien demandé, ne faites rien : personne ne peut signer sans ce code.""",
        a=a,
    )


def poster_copie(signature: Signature, *, a: datetime) -> CourrielSortant:
    """Hand the person their copy."""
    return _poster(
        signature,
        f"Votre exemplaire : {signature.livrable.get_type_livrable_display().lower()}",
        f"""Bonjour,

Voici votre exemplaire signé. Sa référence est {signature.reference} :
avec elle ou avec le fichier, chacun peut vérifier qu'il n'a pas changé.

Gardez-le : il est à vous.""",
        a=a,
        piece=signature.empreinte_document,
        nom_piece=signature.nom_fichier,
    )


def _nom(signature: Signature) -> str:
    return str(signature.livrable.get_type_livrable_display()).lower()


def _poster(
    signature: Signature, objet: str, texte: str, *, a: datetime, piece: str = "", nom_piece: str = ""
) -> CourrielSortant:
    """Write the mail in the outbox, with the act; it leaves once the act is committed."""
    from cepage.operateur.livrables.taches import envoyer_les_courriels

    ecrit = CourrielSortant.objects.create(
        emetteur=signature.emetteur,
        signature=signature,
        destinataire=signature.courriel,
        objet=objet,
        texte=f"{texte}\n\n{organisme(signature.emetteur)}\n\n--\n{MENTION_MEDIATEUR}\n",
        piece=piece,
        nom_piece=nom_piece,
        cree_le=a,
    )
    envoyer_les_courriels.defer()
    return ecrit


def envoyer_tout(a: datetime) -> int:
    """Send what waits, oldest first; gives how many left.

    An address refused for good is noted and passed over; a server that does not answer stops the round, and raises
    OSError: what waits will leave in order the next time.
    """
    with portee_totale():
        attente = list(
            CourrielSortant.objects.filter(envoye_le__isnull=True, refuse=False).values_list("pk", "emetteur")
        )
    return sum(_envoyer(pk, emetteur, a) for pk, emetteur in attente)


def _envoyer(pk: int, emetteur: str, a: datetime) -> bool:
    """Send one, alone in its transaction; someone else sending it at the same time sends it once."""
    with portee_emetteurs([emetteur]):
        courriel = (
            CourrielSortant.objects.select_for_update(skip_locked=True)
            .filter(pk=pk, envoye_le__isnull=True, refuse=False)
            .first()
        )
        if courriel is None:
            return False
        panne = _remettre(courriel, a)
        courriel.save(update_fields=["envoye_le", "texte", "tentatives", "refuse", "difficulte"])
    if panne is not None:
        raise panne
    return courriel.envoye_le is not None


def _remettre(courriel: CourrielSortant, a: datetime) -> OSError | None:
    """Hand one mail to the server and note what it answered; gives the failure that must stop the round."""
    courriel.tentatives += 1
    try:
        _message(courriel).send()
    except smtplib.SMTPRecipientsRefused as erreur:
        courriel.refuse, courriel.difficulte = True, _dire(erreur)
    except OSError as erreur:
        # SMTPException is one too: server down, connection cut, message put off.
        courriel.difficulte = (str(erreur) or type(erreur).__name__)[:300]
        return erreur
    else:
        courriel.envoye_le, courriel.difficulte, courriel.texte = a, "", ""
        if courriel.piece:
            Signature.objects.filter(pk=courriel.signature_id, copie_remise_le__isnull=True).update(copie_remise_le=a)
    return None


def _message(courriel: CourrielSortant) -> EmailMessage:
    message = EmailMessage(subject=courriel.objet, body=courriel.texte, to=[courriel.destinataire])
    if courriel.piece:
        message.attach(courriel.nom_piece, preuves.chemin(courriel.piece).read_bytes(), "application/pdf")
    return message


def _dire(erreur: smtplib.SMTPRecipientsRefused) -> str:
    (_, raison), *_ = erreur.recipients.values()
    return (raison.decode(errors="replace") if isinstance(raison, bytes) else str(raison))[:300]
