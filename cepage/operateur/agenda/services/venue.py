"""Whether the person came: a coming is the contact of the dossier, written once."""

from datetime import datetime

from django.db import transaction

from cepage.fondations.socle.transitions import appliquer
from cepage.operateur.agenda.enums import EtatParticipation, MotifAbsence
from cepage.operateur.agenda.models import Participation
from cepage.operateur.agenda.services.commun import refuser
from cepage.operateur.agenda.transitions import PARTICIPATION
from cepage.operateur.dossiers.models import Interaction, UniteOeuvre
from cepage.operateur.dossiers.services import Acteur
from cepage.operateur.dossiers.services.suivi import consigner_interaction

_ATELIER = "ATELIER"


@transaction.atomic
def noter_la_venue(
    participation: Participation, *, unite: UniteOeuvre | None, minutes: int | None, par: Acteur, a: datetime
) -> Participation:
    """Note that the person came; the contact is declared in `unite` when one is given.

    Raises ActeRefuse (before the appointment, unit not open that day) and TransitionRefusee.
    """
    tenue = _commencee(participation, a)
    contact = _consigner(tenue, unite, minutes, par, a) if unite is not None else None
    _passer(tenue, EtatParticipation.HONOREE, "", par, a, contact)
    return tenue


@transaction.atomic
def noter_l_absence(participation: Participation, *, motif: str, par: Acteur, a: datetime) -> Participation:
    """Note that the person did not come, and why. Raises ActeRefuse and TransitionRefusee."""
    if motif not in MotifAbsence.values:
        raise refuser("MOTIF", "Ce motif n'est pas dans la liste.", "Choisissez-en un dans la liste.", "")
    tenue = _commencee(participation, a)
    _passer(tenue, EtatParticipation.MANQUEE, motif, par, a, None)
    return tenue


def _commencee(participation: Participation, a: datetime) -> Participation:
    lignes = Participation.objects.select_for_update(of=("self",))
    tenue = lignes.select_related("rendez_vous__site", "beneficiaire").get(pk=participation.pk)
    if tenue.rendez_vous.debut > a:
        raise refuser(
            "PAS_ENCORE", "Ce rendez-vous n'a pas commencé.", "Notez la venue le moment venu, ou déplacez-le.", ""
        )
    return tenue


def _consigner(
    participation: Participation, unite: UniteOeuvre, minutes: int | None, par: Acteur, a: datetime
) -> Interaction:
    rendez_vous = participation.rendez_vous
    return consigner_interaction(
        unite,
        le=rendez_vous.debut_sur_place.date(),
        mode_contact=_ATELIER if rendez_vous.collectif else rendez_vous.mode,
        duree_minutes=minutes,
        par=par,
        a=a,
    )


def _passer(
    participation: Participation, vers: str, motif: str, par: Acteur, a: datetime, contact: Interaction | None
) -> None:
    appliquer(
        PARTICIPATION,
        participation,
        vers,
        roles=par.roles,
        auteur=par.nom,
        effet=participation.rendez_vous.debut_sur_place.date(),
        saisie=a,
        motif=motif,
        emetteur=participation.emetteur,
        avec={"motif": motif, "interaction": contact},
    )
    participation.motif, participation.interaction = motif, contact
