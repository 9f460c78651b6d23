"""The moves of a typed fiche that people make; the receipt makes the others."""

from cepage.echanges.canaux.saisie.enums import Etat
from cepage.fondations.comptes.droits import DROITS, Portee
from cepage.fondations.comptes.enums import Role
from cepage.fondations.socle.transitions import TableTransitions, Transition

SAISIR = "saisie.saisir"
SAISISSEURS = frozenset(role for role in Role if DROITS[role][SAISIR] is not Portee.AUCUNE)

FICHE = TableTransitions(
    (
        Transition(Etat.BROUILLON, Etat.LISTE, SAISISSEURS),
        Transition(Etat.REFUSEE, Etat.LISTE, SAISISSEURS),
        Transition(Etat.LISTE, Etat.BROUILLON, SAISISSEURS),
    ),
    libelles={str(valeur): str(texte).lower() for valeur, texte in Etat.choices},
)
