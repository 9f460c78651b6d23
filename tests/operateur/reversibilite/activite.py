"""An operator's activity with something of everything, and what a base holds of it, read straight from its tables."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from cepage.fondations.comptes.enums import Role
from cepage.fondations.comptes.models import Personne
from cepage.operateur.dossiers import stockage
from cepage.operateur.dossiers.models import Beneficiaire, CourrielRecu, PieceJointe
from cepage.operateur.dossiers.services import (
    Acteur,
    changer_statut,
    clore_par_signature,
    contester_l_abandon,
    fusionner,
)
from cepage.operateur.dossiers.services.cloture import clore_automatiquement
from cepage.operateur.dossiers.services.courriels import consigner_courriel
from cepage.operateur.dossiers.services.suivi import (
    consigner_etape,
    consigner_interaction,
    ecrire_note,
    noter_l_ouverture,
)
from cepage.operateur.equipe.models import Membre
from cepage.operateur.livrables import services as livrables
from cepage.operateur.livrables.enums import Identification, Moyen
from cepage.operateur.reclamations import services as reclamations
from tests.operateur.dossiers.atelier import CONSEILLERE, a, engager, personne

DEBUT = date(2020, 3, 2)
TEXTES = {"situation": "Douze ans de vente.\n\nÀ voir.", "informations": "Le CPF.", "poursuite": "OUI", "etapes": "…"}


def faire_vivre(dossiers: int, conseillere: Personne) -> None:
    """At least so many units of AB: open, signed, abandoned, contested, cancelled with a person's whole course."""
    membre = Membre.objects.create(
        emetteur="AB", code="M2", nom="Cotraitant du Nord", qualite="cotraitant", debut=date(2020, 1, 2)
    )
    par = Acteur.de(conseillere, {Role.CONSEILLER})
    faits = 0
    for rang in range(dossiers):
        if faits >= dossiers:
            break
        faits += _parcours(rang, conseillere, par, membre if rang % 3 == 0 else None)
    doublon = personne(nom_naissance="Le Goffe")
    fusionner(gardee=Beneficiaire.objects.order_by("pk")[0], reunie=doublon, par=par, a=a(DEBUT))
    clore_automatiquement(date(2020, 7, 1), a=a(date(2020, 7, 1)))
    for unite in list(Beneficiaire.objects.order_by("pk")[1].unites.filter(etat="abandonnee")):
        contester_l_abandon(unite, raison="Elle avait appelé.", par=par, a=a(date(2020, 7, 2)))


def _parcours(rang: int, conseillere: Personne, par: Acteur, membre: Membre | None) -> int:
    jour = DEBUT + timedelta(days=rang % 20)
    tenue = personne(
        le=jour,
        nom_naissance=f"Nom{chr(97 + rang % 26)}{chr(97 + rang // 26 % 26)}",
        prenom="Zoé" if rang % 2 else "Anne-Sophie",
        telephone=f"06 39 98 {rang % 100:02d} {rang // 100:02d}",
    )
    if membre is not None:
        Beneficiaire.objects.filter(pk=tenue.pk).update(membre=membre)
        tenue.refresh_from_db()
    noter_l_ouverture(tenue, conseillere, jour)
    engager(tenue, "00", jour)
    uo1 = engager(tenue, "01", jour, referent=conseillere)
    consigner_interaction(uo1, le=jour, mode_contact="PRESENTIEL", duree_minutes=60, par=par, a=a(jour))
    if rang % 5 == 0:
        changer_statut(tenue, ["CDD"], depuis=jour + timedelta(days=9), par=par, a=a(jour + timedelta(days=9)))
        consigner_etape(tenue, genre="PTP_DEPOT", le=jour, precision="Dossier complet", par=par, a=a(jour))
        ecrire_note(tenue, "Note qui ne doit pas sortir.", par=par, a=a(jour))
        octets = b"%PDF-1.7 " + str(rang).encode()
        PieceJointe.objects.create(
            emetteur="AB", beneficiaire=tenue, nom_fichier="diplôme.pdf", type_fichier="PDF", taille=len(octets),
            empreinte_sha256=stockage.garder("AB", octets), saisi_le=a(jour), saisi_par=par.nom,
        )  # fmt: skip
        reclamations.enregistrer(
            emetteur="AB", lot="08", plaignant="Anne Le Goff", contact="", motif="DELAI_RDV", texte="Trop long.",
            date_reception=jour, par=CONSEILLERE, a=a(jour), unite=uo1,
        )  # fmt: skip
    if rang % 10 == 1:
        _signe(uo1, conseillere, par, jour)
        return 2
    if rang % 10 == 2:
        return 2 + _projet(tenue, conseillere, par, jour)
    return 2


def _signe(unite: Any, conseillere: Personne, par: Acteur, jour: date) -> None:
    le = datetime.combine(jour, datetime.min.time(), UTC) + timedelta(days=5, hours=9)
    livrable = livrables.commencer(unite, par=par, a=le)
    livrable = livrables.enregistrer(livrable, TEXTES, version=livrable.version, par=par, a=le)
    signature = livrables.demander(
        livrable, moyen=Moyen.SUR_PLACE, conseiller=conseillere, par=par, a=le, adresse="https://cep.exemple.fr/",
        identification=Identification.PIECE, courriel="", depuis="192.0.2.1",
    )  # fmt: skip
    livrables.signer_a_l_ecran(signature, mention="Lu et approuvé", a=le + timedelta(hours=1), depuis="192.0.2.2")


def _projet(tenue: Beneficiaire, conseillere: Personne, par: Acteur, jour: date) -> int:
    uo21 = engager(tenue, "21", jour, referent=conseillere)
    fin = jour + timedelta(days=30)
    clore_par_signature(uo21, le=fin, par=par, a=a(fin))
    for genre in ("COURRIEL_ENGAGEMENT", "REPONSE_BENEFICIAIRE"):
        consigner_courriel(
            tenue, type_livrable=genre, le=fin, objet="Votre projet", texte="Bonjour.", par=par, a=a(fin)
        )
    engager(tenue, "22", fin, alea_uo22="PERSONNE")
    CourrielRecu.objects.create(
        emetteur="AB", message_id=f"<{tenue.pk}@exemple.fr>", expediteur="x@exemple.fr", ecrit_le=fin,
        recu_le=a(fin), sort="rattache", beneficiaire=tenue, traite_par="Cépage",
    )  # fmt: skip
    return 2


# --- what a base holds, without the code under test ---

TABLES = (
    *("dossiers_beneficiaire", "dossiers_changementdestatut", "dossiers_fusion", "dossiers_accesaudossier"),
    *("dossiers_uniteoeuvre", "dossiers_interaction", "dossiers_etape", "dossiers_courriel", "dossiers_courrielrecu"),
    *("dossiers_piecejointe", "livrables_livrable", "livrables_versionlivrable", "livrables_signature"),
    *("reclamations_reclamation", "equipe_membre", "dossiers_compteur", "dossiers_clederecherche"),
)
_SECRETS = {"jeton_condense", "code_condense"}
_CLES = """
    SELECT a.attname, c.confrelid::regclass::text FROM pg_constraint c
    JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
    WHERE c.contype = 'f' AND c.conrelid = '{table}'::regclass
"""
Executer = Callable[[str], list[tuple[Any, ...]]]


def tout(executer: Executer) -> dict[str, list[dict[str, Any]]]:
    """Every line of every table; an identifier is told by its rank, a professional by their address."""
    rangs: dict[str, dict[int, Any]] = {"comptes_personne": dict(executer("SELECT id, email FROM comptes_personne"))}
    brutes: dict[str, list[dict[str, Any]]] = {}
    for table in TABLES:
        ordre = {"dossiers_clederecherche": "beneficiaire_id, cle", "dossiers_compteur": "cle"}.get(table, "id")
        lignes = [_json(ligne) for (ligne,) in executer(f"SELECT to_jsonb(t) FROM {table} t ORDER BY {ordre}")]
        rangs[table] = {ligne["id"]: rang for rang, ligne in enumerate(lignes)}
        brutes[table] = lignes
    for table, lignes in brutes.items():
        for colonne, visee in executer(_CLES.format(table=table)):
            for ligne in lignes:
                if ligne[colonne] is not None:
                    ligne[colonne] = rangs[visee][ligne[colonne]]
        for ligne in lignes:
            ligne["id"] = None
            for secret in _SECRETS & set(ligne):
                ligne[secret] = ""
    transitions = executer(
        "SELECT modele, objet, de, vers, effet::text, saisie::text, auteur, motif FROM socle_transitionjournal "
        "WHERE modele LIKE 'dossiers.%' OR modele LIKE 'livrables.%' ORDER BY id"
    )
    tables = {"dossiers.uniteoeuvre": "dossiers_uniteoeuvre", "livrables.livrable": "livrables_livrable"}
    tables |= {"livrables.signature": "livrables_signature"}
    brutes["transitions"] = [
        {"modele": m, "objet": rangs[tables[m]][int(objet)], "suite": suite} for m, objet, *suite in transitions
    ]
    return brutes


def _json(valeur: Any) -> dict[str, Any]:
    lu: dict[str, Any] = json.loads(valeur) if isinstance(valeur, str) else valeur
    return lu
