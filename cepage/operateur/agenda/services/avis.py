"""Telling people of their appointments: written with the act, each thing once; sent by `services/envois.py`."""

from datetime import datetime

from cepage.fondations.socle.formats import heure, instant, jour
from cepage.fondations.socle.pdf import MENTION_MEDIATEUR
from cepage.operateur.agenda import calendrier
from cepage.operateur.agenda.enums import GenreMessage, Mode
from cepage.operateur.agenda.models import CourrielDeRendezVous, Participation, Sms
from cepage.operateur.agenda.sms import mobile, passerelle
from cepage.operateur.livrables.documents import organisme

_SMS = 160


def confirmer(participation: Participation, *, a: datetime) -> None:
    """The appointment is taken."""
    _ecrire(participation, GenreMessage.CONFIRMATION, "Votre rendez-vous est pris.", a=a)


def annoncer_le_deplacement(participation: Participation, *, a: datetime) -> None:
    """The appointment has another time, place or counsellor."""
    _ecrire(participation, GenreMessage.DEPLACEMENT, "Votre rendez-vous a changé. Voici le nouveau :", a=a)


def annoncer_l_annulation(participation: Participation, *, a: datetime) -> None:
    """The appointment is cancelled."""
    _ecrire(participation, GenreMessage.ANNULATION, "Ce rendez-vous est annulé :", a=a)


def rappeler_par_courriel(participation: Participation, *, a: datetime) -> bool:
    """Remind by mail; False when it was done already, or when there is no address."""
    return _ecrire(participation, GenreMessage.RAPPEL, "Nous vous attendons bientôt.", a=a)


def rappeler_par_sms(participation: Participation, *, a: datetime) -> bool:
    """Remind by text message; False when it was done already, or without a gateway or a mobile number."""
    rendez_vous, personne = participation.rendez_vous, participation.beneficiaire.principale
    numero = mobile(personne.telephone_normalise)
    if passerelle() is None or not numero:
        return False
    le, fuseau = rendez_vous.debut_sur_place, rendez_vous.site.fuseau
    joindre = f" Pour changer : {rendez_vous.site.telephone}." if rendez_vous.site.telephone else ""
    ou = rendez_vous.site.libelle if rendez_vous.mode == Mode.PRESENTIEL else rendez_vous.get_mode_display().lower()
    debut = f"Rappel : rendez-vous {jour(le.date())} à {heure(le, fuseau)}, ".replace("\u202f", " ")
    texte = debut + ou[: _SMS - len(debut) - len(joindre) - 1] + "." + joindre
    _, cree = Sms.objects.get_or_create(
        emetteur=participation.emetteur,
        cle=_cle(participation, GenreMessage.RAPPEL),
        defaults={
            "participation": participation,
            "genre": GenreMessage.RAPPEL,
            "numero": numero,
            "texte": texte,
            "cree_le": a,
            "perime_le": rendez_vous.debut,
        },
    )
    return cree


def _cle(participation: Participation, genre: str) -> str:
    """Names one message: moved again, an appointment is told again."""
    return f"{genre}:{participation.pk}:{participation.rendez_vous.sequence}"


def _ecrire(participation: Participation, genre: str, debut: str, *, a: datetime) -> bool:
    """Put a mail in the outbox with its calendar file; False when it is there already or nobody can receive it."""
    from cepage.operateur.agenda.taches import envoyer_les_messages

    personne, rendez_vous = participation.beneficiaire.principale, participation.rendez_vous
    if not personne.email:
        return False
    nom = organisme(participation.emetteur)
    methode = calendrier.ANNULATION if genre == GenreMessage.ANNULATION else calendrier.DEMANDE
    _, cree = CourrielDeRendezVous.objects.get_or_create(
        emetteur=participation.emetteur,
        cle=_cle(participation, genre),
        defaults={
            "participation": participation,
            "genre": genre,
            "destinataire": personne.email,
            "objet": _objet(participation, genre),
            "texte": _texte(participation, debut, nom),
            "calendrier": calendrier.de_la_personne(participation, methode, organisme=nom, a=a),
            "methode": methode,
            "cree_le": a,
            "perime_le": rendez_vous.debut if genre == GenreMessage.RAPPEL else rendez_vous.fin,
        },
    )
    if cree:
        envoyer_les_messages.defer()
    return cree


def _objet(participation: Participation, genre: str) -> str:
    le = jour(participation.rendez_vous.jour)
    if genre == GenreMessage.ANNULATION:
        return f"Annulé : votre rendez-vous du {le}"
    return f"{'Rappel : votre' if genre == GenreMessage.RAPPEL else 'Votre'} rendez-vous du {le}"


def _texte(participation: Participation, debut: str, nom: str) -> str:
    rendez_vous = participation.rendez_vous
    site = rendez_vous.site
    quand = f"{instant(rendez_vous.debut, site.fuseau)}, avec {rendez_vous.conseiller.nom_complet}"
    sujet = f"Atelier : {rendez_vous.titre}\n" if rendez_vous.collectif else ""
    joindre = f"appelez le {site.telephone}" if site.telephone else "appelez votre conseiller"
    return (
        f"Bonjour,\n\n{debut}\n\n{sujet}{quand[0].upper()}{quand[1:]}\n{_ou(participation)}\n\n"
        f"Pour déplacer ou annuler, {joindre}. Le fichier joint met ce rendez-vous à jour dans votre agenda.\n\n"
        f"{nom}\n\n--\n{MENTION_MEDIATEUR}\n"
    )


def _ou(participation: Participation) -> str:
    rendez_vous = participation.rendez_vous
    if rendez_vous.mode == Mode.VISIO:
        return f"En visioconférence : {rendez_vous.lien}"
    if rendez_vous.mode == Mode.TELEPHONE:
        return "Par téléphone : votre conseiller vous appelle."
    precisions = f"\n{rendez_vous.site.precisions}" if rendez_vous.site.precisions else ""
    return f"{rendez_vous.site.libelle}, {rendez_vous.site.lieu}{precisions}"
