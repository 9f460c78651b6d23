"""What an operator keeps of the people it advises and of their dossiers."""

from cepage.operateur.dossiers.models.beneficiaire import (
    CHAMPS_BENEFICIAIRE,
    AccesAuDossier,
    Beneficiaire,
    ChangementDeStatut,
    CleDeRecherche,
    Fusion,
)
from cepage.operateur.dossiers.models.courrier import CourrielRecu, CourrielSortant
from cepage.operateur.dossiers.models.suivi import Courriel, Etape, Interaction, NoteConfidentielle, PieceJointe
from cepage.operateur.dossiers.models.unite import CHAMPS_UNITE, Compteur, UniteOeuvre

__all__ = [
    "CHAMPS_BENEFICIAIRE",
    "CHAMPS_UNITE",
    "AccesAuDossier",
    "Beneficiaire",
    "ChangementDeStatut",
    "CleDeRecherche",
    "Compteur",
    "Courriel",
    "CourrielRecu",
    "CourrielSortant",
    "Etape",
    "Fusion",
    "Interaction",
    "NoteConfidentielle",
    "PieceJointe",
    "UniteOeuvre",
]
