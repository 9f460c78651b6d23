"""Reminders and sending: run as often as one likes, each message is written once and leaves once."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from email.mime.text import MIMEText

from django.core.mail import EmailMessage
from django.db.models import F

from cepage.fondations.regles import charger_marche
from cepage.fondations.socle import courrier
from cepage.fondations.socle.portee import portee_emetteurs, portee_totale
from cepage.operateur.agenda.enums import EtatParticipation, EtatRendezVous
from cepage.operateur.agenda.horaires import MARCHE
from cepage.operateur.agenda.models import CourrielDeRendezVous, Participation, Sms
from cepage.operateur.agenda.services import avis
from cepage.operateur.agenda.sms import NumeroRefuse, Passerelle, passerelle

TROP_TARD = "Trop tard : le rendez-vous a commencé avant que ce message ne parte."


def avances(le: date) -> tuple[timedelta, timedelta]:
    """How long before an appointment the mail, then the text message, remind of it."""
    regles = charger_marche(MARCHE)
    courriel, sms = (regles.entier(f"rendez_vous.rappel_{voie}", le=le) for voie in ("courriel", "sms"))
    return timedelta(hours=courriel), timedelta(hours=sms)


def a_rappeler(a: datetime, avance: timedelta) -> Iterator[Participation]:
    """Who comes within `avance` and took the appointment before: a recent confirmation needs no reminder."""
    attendues = Participation.objects.filter(
        etat=EtatParticipation.PREVUE,
        rendez_vous__etat=EtatRendezVous.PREVU,
        rendez_vous__debut__gt=a,
        rendez_vous__debut__lte=a + avance,
        saisi_le__lt=F("rendez_vous__debut") - avance,
    )
    lignes = attendues.select_related(
        "rendez_vous__site", "rendez_vous__conseiller", "beneficiaire__fusionne_dans"
    ).order_by("rendez_vous__debut", "pk")
    return lignes.iterator(chunk_size=500)


def rappeler(a: datetime) -> tuple[int, int]:
    """Write the reminders due; gives how many mails and text messages. Run twice, the second writes none."""
    with portee_totale():
        par_courriel, par_sms = avances(a.date())
        courriels = sum(avis.rappeler_par_courriel(p, a=a) for p in a_rappeler(a, par_courriel))
        sms = sum(avis.rappeler_par_sms(p, a=a) for p in a_rappeler(a, par_sms))
    return courriels, sms


def envoyer(a: datetime) -> int:
    """Send the mails then the text messages that wait; gives how many left.

    Those that come too late are noted and never leave. Raises OSError while the mail server or the gateway is silent.
    """
    with portee_totale():
        for modele in (CourrielDeRendezVous, Sms):
            perimes = modele._default_manager.filter(envoye_le__isnull=True, refuse=False, perime_le__lte=a)
            perimes.update(refuse=True, difficulte=TROP_TARD, texte="")
    partis = courrier.envoyer_tout(CourrielDeRendezVous, a, message=_message, parti=_vider)
    return partis + envoyer_les_sms(a)


def _message(ecrit: CourrielDeRendezVous) -> EmailMessage:
    message = courrier.message_simple(ecrit)
    piece = MIMEText(ecrit.calendrier, "calendar", "utf-8")
    piece.set_param("method", ecrit.methode)
    piece.add_header("Content-Disposition", "attachment", filename="rendez-vous.ics")
    message.attach(piece)
    return message


def _vider(ecrit: CourrielDeRendezVous) -> None:
    CourrielDeRendezVous.objects.filter(pk=ecrit.pk).update(calendrier="")


def envoyer_les_sms(a: datetime) -> int:
    """Hand the text messages that wait to the gateway, oldest first; gives how many it took.

    Each is alone in its transaction, held while it leaves: two rounds at once hand it over once. Raises OSError.
    """
    ouverte = passerelle()
    if ouverte is None:
        return 0
    with portee_totale():
        attente = list(Sms.objects.filter(envoye_le__isnull=True, refuse=False).values_list("pk", "emetteur"))
    return sum(_remettre(ouverte, pk, emetteur, a) for pk, emetteur in attente)


def _remettre(ouverte: Passerelle, pk: int, emetteur: str, a: datetime) -> bool:
    panne: OSError | None = None
    with portee_emetteurs([emetteur]):
        attente = Sms.objects.select_for_update(skip_locked=True, of=("self",))
        sms = attente.filter(pk=pk, envoye_le__isnull=True, refuse=False).first()
        if sms is None:
            return False
        try:
            ouverte.envoyer(sms.numero, sms.texte)
        except NumeroRefuse as refus:
            sms.refuse, sms.difficulte = True, str(refus)[:300]
        except OSError as erreur:
            panne, sms.difficulte = erreur, (str(erreur) or type(erreur).__name__)[:300]
        else:
            sms.envoye_le, sms.difficulte, sms.texte = a, "", ""
        sms.save(update_fields=["envoye_le", "refuse", "difficulte", "texte"])
    if panne is not None:
        raise panne
    return sms.envoye_le is not None
