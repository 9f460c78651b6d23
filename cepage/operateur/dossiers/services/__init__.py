"""Every write of the dossiers, each in one transaction with the fiche that declares it."""

from cepage.operateur.dossiers.services.acteurs import ActeRefuse, Acteur, VersionDepassee
from cepage.operateur.dossiers.services.fiches import declarer_livrable
from cepage.operateur.dossiers.services.personnes import (
    changer_statut,
    creer_beneficiaire,
    defaire_la_fusion,
    fusionner,
    modifier_beneficiaire,
)
from cepage.operateur.dossiers.services.unites import (
    Engagement,
    annuler,
    clore_par_courriel,
    clore_par_signature,
    contester_l_abandon,
    engager_uo,
    examiner,
    rattacher_aux_commandes,
    suivie_ailleurs,
)

__all__ = [
    "ActeRefuse",
    "Acteur",
    "Engagement",
    "VersionDepassee",
    "annuler",
    "changer_statut",
    "clore_par_courriel",
    "clore_par_signature",
    "contester_l_abandon",
    "creer_beneficiaire",
    "declarer_livrable",
    "defaire_la_fusion",
    "engager_uo",
    "examiner",
    "fusionner",
    "modifier_beneficiaire",
    "rattacher_aux_commandes",
    "suivie_ailleurs",
]
