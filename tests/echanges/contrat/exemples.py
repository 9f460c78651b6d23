"""Fiches written by hand as an integrator would, and the ways to spoil them."""

from copy import deepcopy
from typing import Any

INSTANT = "2021-03-01T18:05:00+01:00"
BASE = {"nature": "C", "horodatage": INSTANT}
PERSONNE = {
    "fiche": "beneficiaire",
    **BASE,
    "identifiant_beneficiaire": "AB-000123",
    "nom_naissance": "Lefèvre-Ôdul",
    "prenom": "Maëlys",
    "date_naissance": "1984-02-29",
    "statut": ["CDI", "DE_INSCRIT"],
    "adresse_code_postal": "59000",
    "email": "m.lefevre@exemple.fr",
    "telephone": "+33 6 12 34 56 78",
    "entree_entreprise": "2015-09",
}
UO22 = {
    "fiche": "unite_oeuvre",
    **BASE,
    "numero_dossier": "AB210322000001",
    "identifiant_beneficiaire": "AB-000123",
    "lot": "03",
    "uo": "22",
    "date_engagement": "2021-03-01",
    "date_cloture": "2021-09-10",
    "numero_decompte": "2021-Lot03-T3-UO2.2",
    "reference_bon_commande": "2021-Lot03-UO2.2-01-00001",
    "origine_demarche": "ENTREPRISE",
    "motif_sollicitation": "FAIRE_LE_POINT",
    "motif_sollicitation_detaille": ["BILAN_SITUATION", "SANTE"],
    "motif_cloture": "CV_OBJECTIF",
    "types_service": ["DIAGNOSTIC"],
    "description_service": "Deux entretiens.\nUn atelier.",
    "prestations_complementaires": ["AUCUNE"],
    "financements_formation": ["AUCUN"],
    "decouvertes_metiers": ["AUCUNE"],
    "etat_projet": ["CREATION_PROJETEE"],
    "alea_uo22": "REFUS_FINANCEMENT",
    "referent": "C12",
}
LIVRABLE = {
    "fiche": "livrable",
    **BASE,
    "numero_dossier": "AB210321000001",
    "type_livrable": "PP",
    "nom_fichier": "AB210321000001_PP.PDF",
    "empreinte_sha256": "a" * 64,
    "date_signature_conseiller": "2021-09-09",
    "date_signature_beneficiaire": "2021-09-10",
    "mode_signature": "ELECTRONIQUE",
}
INTERACTION = {
    "fiche": "interaction",
    **BASE,
    "numero_dossier": "AB210321000001",
    "date_interaction": "2021-03-04",
    "mode_contact": "VISIO",
    "duree_minutes": 45,
}
INDICATEUR = {"fiche": "indicateur", "lot": "03", "periode": "2021-03", "code": "1.2", "valeur": "12.5"}


def envoi(*fiches: dict[str, Any]) -> dict[str, Any]:
    return {"version": "1.0", "lot": "03", "emetteur": "AB", "sequence": 12, "fiches": deepcopy(list(fiches))}


def avec(fiche: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """The fiche with some fields changed; `...` removes one."""
    nouvelle = {**fiche, **changes}
    return {champ: valeur for champ, valeur in nouvelle.items() if valeur is not ...}
