"""Mails that tell of a deadline: to the person, and to the counsellor who follows them."""

from datetime import date

from django.conf import settings
from django.core.mail import EmailMessage

from cepage.fondations.socle.formats import jour
from cepage.operateur.dossiers.models import UniteOeuvre
from cepage.operateur.dossiers.services.cloture import avertissements

_A_LA_PERSONNE = (
    "Bonjour,\n\nVotre accompagnement ({uo}) prend fin le {echeance}, dans {jours} jours. Pour le terminer ou "
    "demander un rendez-vous, répondez à ce message ou appelez votre conseiller.\n\nSans nouvelle de votre part, "
    "il sera clos ce jour-là ; vous pourrez toujours revenir."
)
_AU_CONSEILLER = "Le dossier {numero} ({uo}) arrive à son échéance le {echeance}, dans {jours} jours."


def avertir(le: date) -> int:
    """Send the warnings of the day; gives how many mails left."""
    envoyes = 0
    for jours, unite in avertissements(le):
        for adresse, texte in _destinataires(unite):
            corps = texte.format(
                uo=unite.libelle, numero=unite.numero_dossier, echeance=jour(unite.echeance or le), jours=jours
            )
            EmailMessage("Votre accompagnement", corps, settings.DEFAULT_FROM_EMAIL, [adresse]).send()
            envoyes += 1
    return envoyes


def _destinataires(unite: UniteOeuvre) -> list[tuple[str, str]]:
    destinataires = []
    if unite.beneficiaire.email:
        destinataires.append((unite.beneficiaire.email, _A_LA_PERSONNE))
    if unite.referent is not None:
        destinataires.append((unite.referent.email, _AU_CONSEILLER))
    return destinataires
