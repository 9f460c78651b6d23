"""The mails of a signature: written with the act, sent in order, kept as long as the mail server is silent."""

from datetime import datetime

from django.core.mail import EmailMessage

from cepage.echanges.reception import preuves
from cepage.fondations.socle import courrier, formats
from cepage.fondations.socle.pdf import MENTION_MEDIATEUR
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
    """Send what waits, oldest first; gives how many left. Raises OSError while the mail server is silent."""
    return courrier.envoyer_tout(CourrielSortant, a, message=_message, parti=_noter_la_copie)


def _message(courriel: CourrielSortant) -> EmailMessage:
    message = courrier.message_simple(courriel)
    if courriel.piece:
        message.attach(courriel.nom_piece, preuves.chemin(courriel.piece).read_bytes(), "application/pdf")
    return message


def _noter_la_copie(courriel: CourrielSortant) -> None:
    if courriel.piece:
        Signature.objects.filter(pk=courriel.signature_id, copie_remise_le__isnull=True).update(
            copie_remise_le=courriel.envoye_le
        )
