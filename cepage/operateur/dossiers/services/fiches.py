"""From a record to the fiche that declares it, put in the outbox in the same transaction."""

from datetime import datetime

from cepage.echanges.envoi.boite import emettre, liberer
from cepage.fondations.regles import numeros
from cepage.operateur.dossiers.colonnes import texte
from cepage.operateur.dossiers.models import (
    CHAMPS_BENEFICIAIRE,
    CHAMPS_UNITE,
    Beneficiaire,
    Courriel,
    Interaction,
    UniteOeuvre,
)

SANS_COMMANDE = "Aucun bon de commande ne couvre encore cette unité."


def code_du_referent(personne_id: int | None) -> str:
    """The internal code of a counsellor, as the fiches write it."""
    return f"C{personne_id}" if personne_id else ""


def contenu_beneficiaire(beneficiaire: Beneficiaire) -> dict[str, str]:
    """The fiche of a person."""
    return {nom: texte(getattr(beneficiaire, nom)) for nom in CHAMPS_BENEFICIAIRE}


def contenu_unite(unite: UniteOeuvre) -> dict[str, str]:
    """The fiche of a unit; the décompte number follows from its closure."""
    contenu = {nom: texte(getattr(unite, nom)) for nom in CHAMPS_UNITE}
    contenu["identifiant_beneficiaire"] = unite.beneficiaire.identifiant_beneficiaire
    contenu["referent"] = code_du_referent(unite.referent_id)
    if unite.date_cloture:
        contenu["numero_decompte"] = numeros.numero_decompte(unite.lot, unite.uo, unite.date_cloture)
    return contenu


def declarer_beneficiaire(beneficiaire: Beneficiaire, nature: str, a: datetime) -> None:
    """Put the fiche of a person in the outbox."""
    emettre(
        "beneficiaire",
        contenu_beneficiaire(beneficiaire),
        emetteur=beneficiaire.emetteur,
        lot=beneficiaire.lot,
        nature=nature,
        a=a,
    )


def declarer_unite(unite: UniteOeuvre, nature: str, a: datetime) -> None:
    """Put the fiche of a unit in the outbox; it waits there until an order covers it."""
    emettre(
        "unite_oeuvre",
        contenu_unite(unite),
        emetteur=unite.emetteur,
        lot=unite.lot,
        nature=nature,
        a=a,
        retenue=retenue(unite),
    )


def retenue(unite: UniteOeuvre) -> str:
    """Why the fiches of this dossier wait; empty when nothing holds them."""
    return "" if unite.reference_bon_commande else SANS_COMMANDE


def declarer_interaction(interaction: Interaction, nature: str, a: datetime) -> None:
    """Put the fiche of a contact in the outbox; one after the closure is kept here and never declared."""
    if interaction.apres_cloture:
        return
    unite = interaction.unite
    emettre(
        "interaction",
        {
            "numero_dossier": unite.numero_dossier,
            "date_interaction": texte(interaction.date_interaction),
            "mode_contact": interaction.mode_contact,
            "duree_minutes": texte(interaction.duree_minutes),
        },
        emetteur=unite.emetteur,
        lot=unite.lot,
        nature=nature,
        a=a,
        retenue=retenue(unite),
    )


def declarer_livrable(
    unite: UniteOeuvre,
    *,
    type_livrable: str,
    nom_fichier: str,
    empreinte_sha256: str,
    nature: str,
    a: datetime,
    date_signature_conseiller: object = None,
    date_signature_beneficiaire: object = None,
    mode_signature: str = "",
) -> None:
    """Put the fiche of a livrable and its file in the outbox; the file is kept by `envoi.boite.garder_piece`."""
    emettre(
        "livrable",
        {
            "numero_dossier": unite.numero_dossier,
            "type_livrable": type_livrable,
            "nom_fichier": nom_fichier,
            "empreinte_sha256": empreinte_sha256,
            "date_signature_conseiller": texte(date_signature_conseiller),
            "date_signature_beneficiaire": texte(date_signature_beneficiaire),
            "mode_signature": mode_signature,
        },
        emetteur=unite.emetteur,
        lot=unite.lot,
        nature=nature,
        a=a,
        piece=empreinte_sha256,
        retenue=retenue(unite),
    )


def declarer_courriel(courriel: Courriel, a: datetime) -> None:
    """Put one of the three mails of an UO2.2 in the outbox."""
    assert courriel.unite is not None
    declarer_livrable(
        courriel.unite,
        type_livrable=courriel.type_livrable,
        nom_fichier=courriel.nom_fichier,
        empreinte_sha256=courriel.empreinte_sha256,
        nature="C",
        a=a,
    )


def liberer_le_dossier(unite: UniteOeuvre) -> None:
    """Let the fiches of a unit go, now that an order covers it."""
    complements = {"reference_bon_commande": unite.reference_bon_commande}
    liberer(emetteur=unite.emetteur, numero_dossier=unite.numero_dossier, complements=complements)
