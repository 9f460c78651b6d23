"""The contract's rules: dated YAML parameters and pure functions; no Django, no clock."""

from cepage.fondations.regles.aiguillage import (
    Faits,
    Orientation,
    Possibilite,
    age_le,
    choisir,
    faits_des_codes,
    orienter,
)
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
from cepage.fondations.regles.eligibilite import (
    DemandeOuverture,
    Ouverture,
    Refus,
    eligibilite,
    ouverture,
)
from cepage.fondations.regles.erreurs import ErreurRegles, FichierCasse, ParametreInconnu, ValeurAbsente
from cepage.fondations.regles.horaires import Amplitude, amplitude
from cepage.fondations.regles.parametres import Parametre, Regles, ValeurDatee, charger_marche, marches

__all__ = [
    "Amplitude",
    "Avertissement",
    "DecisionCloture",
    "DemandeOuverture",
    "ErreurRegles",
    "EtatCloture",
    "Faits",
    "FichierCasse",
    "Orientation",
    "Ouverture",
    "Parametre",
    "ParametreInconnu",
    "Possibilite",
    "Refus",
    "Regles",
    "ValeurAbsente",
    "ValeurDatee",
    "age_le",
    "ajouter_jours_ouvres",
    "ajouter_mois",
    "amplitude",
    "avertissements",
    "charger_marche",
    "choisir",
    "cloture_automatique",
    "date_rdv_au_plus_tard",
    "echeance",
    "eligibilite",
    "faits_des_codes",
    "marches",
    "orienter",
    "ouverture",
]
