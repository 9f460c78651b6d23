"""Who carries out the contract: members of the groupement, people, what they can do and learn."""

from cepage.operateur.equipe.models.conseiller import (
    ActionFormation,
    Conseiller,
    Derogation,
    EvaluationCompetence,
    Experience,
)
from cepage.operateur.equipe.models.membre import Membre, Qualite, Rattachement

__all__ = [
    "ActionFormation",
    "Conseiller",
    "Derogation",
    "EvaluationCompetence",
    "Experience",
    "Membre",
    "Qualite",
    "Rattachement",
]
