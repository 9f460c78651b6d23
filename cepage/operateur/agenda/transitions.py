"""The moves of a person's place in an appointment: what is not here is refused."""

from cepage.fondations.comptes.enums import Role
from cepage.fondations.socle.transitions import TableTransitions, Transition
from cepage.operateur.agenda.enums import EtatParticipation as Etat
from cepage.operateur.agenda.models import Participation
from cepage.operateur.dossiers.transitions import SYSTEME

_ACCUEIL = frozenset({Role.CONSEILLER, Role.MANAGER, Role.CHARGE_INFORMATION})
_ACCOMPAGNANTS = frozenset({Role.CONSEILLER, Role.MANAGER})


def _sans_contact(participation: Participation) -> bool:
    return participation.interaction_id is None


_CONTACT = "Un contact est déjà noté au dossier pour ce rendez-vous : corrigez d'abord le dossier."

PARTICIPATION = TableTransitions(
    (
        Transition(Etat.PREVUE, Etat.HONOREE, _ACCOMPAGNANTS),
        Transition(Etat.PREVUE, Etat.MANQUEE, _ACCOMPAGNANTS),
        Transition(Etat.PREVUE, Etat.ANNULEE, _ACCUEIL | {SYSTEME}),
        Transition(Etat.MANQUEE, Etat.HONOREE, _ACCOMPAGNANTS),
        Transition(Etat.HONOREE, Etat.MANQUEE, _ACCOMPAGNANTS, _sans_contact, _CONTACT),
    ),
    libelles={str(valeur): str(libelle).lower() for valeur, libelle in Etat.choices},
)
