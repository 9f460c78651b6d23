"""The contract's rules: dated YAML parameters and pure functions; no Django, no clock."""

from cepage.fondations.regles.delais import (
    Avertissement,
    DecisionCloture,
    EtatCloture,
    ajouter_jours_ouvres,
    ajouter_mois,
    avertissements,
    cloture_automatique,
    date_rdv_au_plus_tard,
    echeance,
)
from cepage.fondations.regles.erreurs import ErreurRegles, FichierCasse, ParametreInconnu, ValeurAbsente
from cepage.fondations.regles.parametres import Parametre, Regles, ValeurDatee, charger_marche, marches

__all__ = [
    "Avertissement",
    "DecisionCloture",
    "ErreurRegles",
    "EtatCloture",
    "FichierCasse",
    "Parametre",
    "ParametreInconnu",
    "Regles",
    "ValeurAbsente",
    "ValeurDatee",
    "ajouter_jours_ouvres",
    "ajouter_mois",
    "avertissements",
    "charger_marche",
    "cloture_automatique",
    "date_rdv_au_plus_tard",
    "echeance",
    "marches",
]
