"""A person of lot 08 at operator AB, and the acts of a counsellor on given days."""

from datetime import UTC, date, datetime, time
from typing import Any

from cepage.fondations.comptes.enums import Role
from cepage.operateur.dossiers.models import Beneficiaire, UniteOeuvre
from cepage.operateur.dossiers.services import Acteur, Engagement, creer_beneficiaire, engager_uo

CONSEILLERE = Acteur("Diane Martin", frozenset({Role.CONSEILLER}))
PERSONNE = {
    "nom_naissance": "Le Goff",
    "prenom": "Anne-Sophie",
    "sexe": "F",
    "date_naissance": date(1985, 5, 20),
    "adresse_numero_voie": "4",
    "adresse_type_voie": "RUE",
    "adresse_nom_voie": "de l'Abbé Grégoire",
    "adresse_commune": "Nantes",
    "adresse_code_postal": "44000",
    "structure": "S1",
    "niveau_formation": "5",
    "secteur_activite": "P",
    "taille_entreprise": "10-49",
    "categorie_sociale": "5",
    "libelle_secteur": "Enseignement",
    "libelle_profession": "Vendeuse",
    "statut": ["CDI"],
    "entree_entreprise": "2018-12",
    "email": "anne.legoff@example.com",
    "telephone": "06 39 98 88 30",
}


def a(jour: date, heure: int = 9) -> datetime:
    """An instant of that day."""
    return datetime.combine(jour, time(heure), UTC)


def personne(le: date = date(2020, 3, 2), emetteur: str = "AB", **valeurs: Any) -> Beneficiaire:
    """A salaried woman of Nantes, complete."""
    return creer_beneficiaire(PERSONNE | valeurs, emetteur=emetteur, lot="08", par=CONSEILLERE, a=a(le))


def engager(beneficiaire: Beneficiaire, uo: str, le: date, **valeurs: Any) -> UniteOeuvre:
    """A unit engaged that day."""
    demande = {
        "origine_demarche": "INDIVIDUELLE",
        "motif_sollicitation": "PROJET",
        "motif_sollicitation_detaille": ["CHANGER_METIER"],
    } | valeurs
    if uo == "00":
        demande.setdefault("aiguillage", "RDV_INTERNE")
    return engager_uo(
        Engagement(beneficiaire=beneficiaire, uo=uo, date_engagement=le, **demande),  # type: ignore[arg-type]
        par=CONSEILLERE,
        a=a(le),
    )
