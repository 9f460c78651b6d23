"""A valid envoi of lot 08, sent by AB: one person, its four units and what belongs to them.

`parcours()` gives the fiches as dictionaries, which a case changes before sending them.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

from cepage.echanges.conformite.pdf import pdf
from cepage.echanges.contrat.fiches import FICHES

Fiche = dict[str, str]
Envoi = dict[str, list[Fiche]]

PRODUIT = "2022-06-01T10:00:00+02:00"
RECU = datetime(2022, 6, 2, 6, 0, tzinfo=UTC)
PIECES = {
    "elp.pdf": pdf("État des lieux partagé", ("Document fictif.",)),
    "pp.pdf": pdf("Projet professionnel", ("Document fictif.",)),
    "engagement.pdf": pdf("Courriel d'engagement", ("Document fictif.",)),
    "reponse.pdf": pdf("Réponse du bénéficiaire", ("Document fictif.",)),
    "cloture.pdf": pdf("Courriel de clôture", ("Document fictif.",)),
}
UO0, UO1, UO21, UO22 = range(4)
NUMEROS = ("AB200300000001", "AB200301000001", "AB200421000001", "AB201022000001")
REFERENCES = tuple(f"2020-Lot08-UO{uo}-01-00001" for uo in ("00", "01", "2.1", "2.2"))


def empreinte(octets: bytes) -> str:
    """SHA-256 of bytes."""
    return hashlib.sha256(octets).hexdigest()


def personne(**valeurs: str) -> Fiche:
    """A salaried woman of Nantes, with every field due from the UO1."""
    return {
        "nature": "C",
        "horodatage": PRODUIT,
        "identifiant_beneficiaire": "P1",
        "nom_naissance": "Le Goff",
        "prenom": "Anne-Sophie",
        "sexe": "F",
        "date_naissance": "1985-05-20",
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
        "statut": "CDI",
        "entree_entreprise": "2018-12",
        "email": "anne.legoff@example.com",
        "telephone": "+33639988830",
    } | valeurs


def unite(rang: int, **valeurs: str) -> Fiche:
    """One of the four closed units of the person (`UO0` to `UO22`)."""
    propres: tuple[Fiche, ...] = (
        {
            "uo": "00",
            "date_engagement": "2020-03-02",
            "date_cloture": "2020-03-02",
            "numero_decompte": "2020-Lot08-T1-UO00",
            "aiguillage": "RDV_INTERNE",
        },
        {
            "uo": "01",
            "date_engagement": "2020-03-09",
            "date_cloture": "2020-04-14",
            "numero_decompte": "2020-Lot08-T2-UO01",
            "motif_cloture": "CV_POURSUITE",
        },
        {
            "uo": "21",
            "date_engagement": "2020-04-20",
            "date_cloture": "2020-09-15",
            "numero_decompte": "2020-Lot08-T3-UO2.1",
            "motif_cloture": "CV_POURSUITE",
        },
        {
            "uo": "22",
            "date_engagement": "2020-10-01",
            "date_cloture": "2021-06-30",
            "numero_decompte": "2021-Lot08-T2-UO2.2",
            "motif_cloture": "CV_OBJECTIF",
            "description_service": "Dossier de financement monté ; formation commencée.",
            "etat_projet": "FORMATION_REALISEE",
            "alea_uo22": "PERSONNE",
        },
    )
    deuxieme_niveau = {
        "types_service": "ELABORATION_PROJET|INGENIERIE_FINANCIERE",
        "prestations_complementaires": "BILAN_COMPETENCES|VAE",
        "autoprescription": "N|O",
        "financements_formation": "CPF|OPCO",
        "decouvertes_metiers": "PMSMP",
        "referent": "R12",
    }
    return (
        {
            "nature": "C",
            "horodatage": PRODUIT,
            "numero_dossier": NUMEROS[rang],
            "identifiant_beneficiaire": "P1",
            "lot": "08",
            "reference_bon_commande": REFERENCES[rang],
            "origine_demarche": "INDIVIDUELLE",
            "motif_sollicitation": "PROJET",
            "motif_sollicitation_detaille": "CHANGER_METIER|PTP",
        }
        | (deuxieme_niveau if rang >= UO21 else {})
        | propres[rang]
        | valeurs
    )


def interaction(rang: int, jour: str, mode: str, **valeurs: str) -> Fiche:
    """An interaction of forty-five minutes."""
    return {
        "nature": "C",
        "horodatage": PRODUIT,
        "numero_dossier": NUMEROS[rang],
        "date_interaction": jour,
        "mode_contact": mode,
        "duree_minutes": "45",
    } | valeurs


def livrable(rang: int, genre: str, fichier: str, signe_le: str = "", **valeurs: str) -> Fiche:
    """A livrable, signed by both on the same day when `signe_le` is given."""
    signatures = {
        "date_signature_conseiller": signe_le,
        "date_signature_beneficiaire": signe_le,
        "mode_signature": "ELECTRONIQUE",
    }
    return {
        "nature": "C",
        "horodatage": PRODUIT,
        "numero_dossier": NUMEROS[rang],
        "type_livrable": genre,
        "nom_fichier": fichier,
        "empreinte_sha256": empreinte(PIECES[fichier]),
        **(signatures if signe_le else {}),
    } | valeurs


def reclamation(**valeurs: str) -> Fiche:
    """A complaint answered in time."""
    return {
        "nature": "C",
        "horodatage": PRODUIT,
        "identifiant_reclamation": "R1",
        "lot": "08",
        "numero_dossier": NUMEROS[UO1],
        "date_reception": "2020-05-04",
        "motif": "DELAI_RDV",
        "date_accuse_reception": "2020-05-11",
        "date_reponse": "2020-06-18",
    } | valeurs


def implantation(**valeurs: str) -> Fiche:
    """A permanent site in Nantes."""
    return {
        "nature": "C",
        "horodatage": PRODUIT,
        "code_implantation": "S1",
        "lot": "08",
        "libelle": "Espace conseil de Nantes",
        "type_implantation": "PERMANENTE",
        "code_postal": "44000",
        "commune": "Nantes",
        "effectif_etp": "15.5",
        "date_ouverture": "2020-01-02",
        "horaires": "Mo-Fr 08:00-19:30; PH off",
    } | valeurs


def moyens(**valeurs: str) -> Fiche:
    """Means of half a year."""
    champs = [c for c in FICHES["moyens_couts"].noms if c not in ("lot", "periode")]
    return dict.fromkeys(champs, "10") | {"lot": "08", "periode": "2020-S1"} | valeurs


def indicateur(**valeurs: str) -> Fiche:
    """One indicator of a half-year, which the register does not give."""
    return {"lot": "08", "periode": "2020-S1", "code": "8.1", "valeur": "0.92"} | valeurs


def parcours() -> Envoi:
    """One valid fiche of each kind at least; the four units of one person."""
    return {
        "beneficiaire": [personne()],
        "unite_oeuvre": [unite(rang) for rang in (UO0, UO1, UO21, UO22)],
        "interaction": [
            interaction(UO0, "2020-03-02", "TELEPHONE"),
            interaction(UO1, "2020-03-09", "PRESENTIEL"),
            interaction(UO1, "2020-04-14", "PRESENTIEL"),
            interaction(UO21, "2020-06-10", "VISIO"),
        ],
        "livrable": [
            livrable(UO1, "ELP", "elp.pdf", "2020-04-14"),
            livrable(UO21, "PP", "pp.pdf", "2020-09-15"),
            livrable(UO22, "COURRIEL_ENGAGEMENT", "engagement.pdf"),
            livrable(UO22, "REPONSE_BENEFICIAIRE", "reponse.pdf"),
            livrable(UO22, "COURRIEL_CLOTURE", "cloture.pdf"),
        ],
        "reclamation": [reclamation()],
        "implantation": [implantation()],
        "moyens_couts": [moyens()],
        "indicateur": [indicateur()],
    }


def rouvrir(fiche: Fiche) -> None:
    """Make a unit an open one: nothing of its closure remains."""
    for nom in ("date_cloture", "numero_decompte", "motif_cloture"):
        fiche.pop(nom, None)
