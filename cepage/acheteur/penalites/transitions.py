"""The states of a pénalité, as one table. Whoever proposes does not decide; a decision is taken by several."""

from cepage.acheteur.marche.selectors import regles_du
from cepage.acheteur.penalites.enums import Etat, Sens, Tour
from cepage.acheteur.penalites.models import Penalite
from cepage.fondations.comptes.enums import Role
from cepage.fondations.socle.transitions import Garde, TableTransitions, Transition

_COLLEGE = frozenset({Role.SUPERVISEUR.value, Role.GESTIONNAIRE.value})
_OPERATEUR = frozenset({Role.DIRECTEUR_PROJET.value})
_PAS_ASSEZ = "Il manque des voix : une pénalité se décide à plusieurs, sans la personne qui la propose."


def voix_necessaires(penalite: Penalite) -> int:
    """How many people must decide alike."""
    return regles_du(penalite.fin).entier("penalites.voix", le=penalite.fin)


def _decidee(tour: Tour, sens: Sens) -> Garde:
    def assez_de_voix(penalite: Penalite) -> bool:
        return penalite.voix.filter(tour=tour, sens=sens).count() >= voix_necessaires(penalite)

    return assez_de_voix


TRANSITIONS = TableTransitions(
    (
        Transition(Etat.PROPOSEE, Etat.NOTIFIEE, _COLLEGE, _decidee(Tour.PROPOSITION, Sens.POUR), _PAS_ASSEZ),
        Transition(Etat.PROPOSEE, Etat.ECARTEE, _COLLEGE, _decidee(Tour.PROPOSITION, Sens.CONTRE), _PAS_ASSEZ),
        Transition(Etat.NOTIFIEE, Etat.CONTESTEE, _OPERATEUR),
        Transition(Etat.NOTIFIEE, Etat.DEFINITIVE, _COLLEGE),
        Transition(Etat.CONTESTEE, Etat.DEFINITIVE, _COLLEGE, _decidee(Tour.CONTESTATION, Sens.POUR), _PAS_ASSEZ),
        Transition(Etat.CONTESTEE, Etat.LEVEE, _COLLEGE, _decidee(Tour.CONTESTATION, Sens.CONTRE), _PAS_ASSEZ),
    ),
    libelles=dict(Etat.choices),
)
