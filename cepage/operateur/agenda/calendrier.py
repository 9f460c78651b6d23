"""Appointments as calendar files (iCalendar, RFC 5545): one for a person's mail, one for a counsellor's feed."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from icalendar import Alarm, Calendar, Event, vCalAddress, vText

from cepage.fondations.socle.formats import accorder
from cepage.operateur.agenda.enums import Mode
from cepage.operateur.agenda.models import Participation, RendezVous

DEMANDE, ANNULATION, PUBLICATION = "REQUEST", "CANCEL", "PUBLISH"
_RAPPEL = timedelta(days=1)
_ACTUALISATION = timedelta(minutes=15)


def domaine() -> str:
    """The domain of the site's own address, which makes identifiers unique."""
    return settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip("> ")


def de_la_personne(participation: Participation, methode: str, *, organisme: str, a: datetime) -> str:
    """The file joined to a mail: the person alone is named in it, whoever else comes."""
    rendez_vous = participation.rendez_vous
    # A cancellation must be newer than what it cancels (RFC 5546 §3.2.5).
    evenement = _evenement(rendez_vous, a, rang=rendez_vous.sequence + (methode == ANNULATION))
    evenement.add("summary", titre_pour_la_personne(rendez_vous))
    evenement.add("description", f"Avec {rendez_vous.conseiller.nom_complet}, {organisme}.")
    evenement.add("status", "CANCELLED" if methode == ANNULATION else "CONFIRMED")
    organisateur = vCalAddress(f"MAILTO:{settings.DEFAULT_FROM_EMAIL}")
    organisateur.params["cn"] = vText(organisme)
    evenement["organizer"] = organisateur
    invitee = vCalAddress(f"MAILTO:{participation.beneficiaire.principale.email}")
    invitee.params["partstat"] = vText("ACCEPTED")
    invitee.params["rsvp"] = vText("FALSE")
    evenement.add("attendee", invitee, encode=False)
    if methode != ANNULATION:
        alarme = Alarm()
        alarme.add("action", "DISPLAY")
        alarme.add("description", titre_pour_la_personne(rendez_vous))
        alarme.add("trigger", -_RAPPEL)
        evenement.add_component(alarme)
    return _fichier([evenement], methode)


def titre_pour_la_personne(rendez_vous: RendezVous) -> str:
    """What the person reads in their own calendar: neutral, for it may be seen at work."""
    return f"Atelier : {rendez_vous.titre}" if rendez_vous.collectif else "Rendez-vous"


def du_conseiller(rendez_vous: Iterable[RendezVous], *, a: datetime) -> str:
    """The feed of a counsellor: when, where, how; never who comes. The page of each, behind the log-in, says it."""
    evenements = []
    for prevu in rendez_vous:
        evenement = _evenement(prevu, a, rang=prevu.sequence)
        quoi = (
            f"{prevu.titre} ({accorder(prevu.inscrits, 'personne')})"
            if prevu.collectif
            else f"Rendez-vous {prevu.get_mode_display().lower()}"
        )
        evenement.add("summary", quoi)
        evenement.add("url", f"{settings.CEPAGE_ADRESSE}/agenda/rendez-vous/{prevu.pk}/")
        evenement.add("status", "CONFIRMED")
        evenements.append(evenement)
    return _fichier(evenements, PUBLICATION)


def _evenement(rendez_vous: RendezVous, a: datetime, *, rang: int) -> Event:
    evenement = Event()
    evenement.add("uid", f"{rendez_vous.uid}@{domaine()}")
    evenement.add("sequence", rang)
    evenement.add("dtstamp", a)
    evenement.add("dtstart", rendez_vous.debut)
    evenement.add("dtend", rendez_vous.fin)
    evenement.add("last-modified", rendez_vous.modifie_le)
    evenement.add("class", "PRIVATE")
    if rendez_vous.mode == Mode.PRESENTIEL:
        evenement.add("location", f"{rendez_vous.site.libelle}, {rendez_vous.site.lieu}")
    elif rendez_vous.mode == Mode.VISIO:
        evenement.add("location", rendez_vous.lien)
    return evenement


def _fichier(evenements: Iterable[Event], methode: str) -> str:
    fichier = Calendar()
    fichier.add("prodid", "-//Cépage//Agenda//FR")
    fichier.add("version", "2.0")
    fichier.add("calscale", "GREGORIAN")
    fichier.add("method", methode)
    if methode == PUBLICATION:
        fichier.add("x-wr-calname", "Agenda Cépage")
        fichier.add("refresh-interval", _ACTUALISATION, parameters={"value": "DURATION"})
    for evenement in evenements:
        fichier.add_component(evenement)
    octets: bytes = fichier.to_ical()
    return octets.decode()
