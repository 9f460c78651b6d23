"""The states of a sampled file, as one table."""

from cepage.acheteur.controle.enums import Etat
from cepage.fondations.comptes.enums import Role
from cepage.fondations.socle.transitions import TableTransitions, Transition

_CONTROLEUR = frozenset({Role.CONTROLEUR.value})
_OPERATEUR = frozenset({Role.DIRECTEUR_PROJET.value})
_SUPERVISEUR = frozenset({Role.SUPERVISEUR.value})

TRANSITIONS = TableTransitions(
    (
        Transition(Etat.TIREE, Etat.EN_CONTROLE, _CONTROLEUR),
        Transition(Etat.EN_CONTROLE, Etat.CONFORME, _CONTROLEUR),
        Transition(Etat.EN_CONTROLE, Etat.NON_CONFORME, _CONTROLEUR),
        Transition(Etat.NON_CONFORME, Etat.CONTESTEE, _OPERATEUR),
        Transition(Etat.CONTESTEE, Etat.MAINTENUE, _SUPERVISEUR),
        Transition(Etat.CONTESTEE, Etat.LEVEE, _SUPERVISEUR),
        Transition(Etat.CONFORME, Etat.DEFINITIVE, _SUPERVISEUR),
        Transition(Etat.NON_CONFORME, Etat.DEFINITIVE, _SUPERVISEUR),
        Transition(Etat.MAINTENUE, Etat.DEFINITIVE, _SUPERVISEUR),
        Transition(Etat.LEVEE, Etat.DEFINITIVE, _SUPERVISEUR),
    ),
    libelles=dict(Etat.choices),
)
