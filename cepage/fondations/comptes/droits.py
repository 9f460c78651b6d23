"""The one table of rights: action × role × scope. What is not written here is refused.

Views, the API and the tests read this table. Each room has its paragraph; a role an action does not name has none.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from cepage.fondations.comptes.enums import Role


class Portee(StrEnum):
    """How far an action reaches, from nothing to everything."""

    AUCUNE = "aucun"
    ECHANTILLON = "son échantillon"
    SIENNE = "le sien"
    SES_LOTS = "ses lots"
    TOUT = "tout"


@dataclass(frozen=True)
class Action:
    """What one may do (a verb and its object), and how far each role may do it."""

    libelle: str
    portees: Mapping[Role, Portee]


def _action(
    libelle: str,
    *,
    echantillon: Iterable[Role] = (),
    sienne: Iterable[Role] = (),
    ses_lots: Iterable[Role] = (),
    tout: Iterable[Role] = (),
) -> Action:
    """An action by its scopes; naming a role twice is an error, or a right would be lost."""
    couples = [
        *((role, Portee.ECHANTILLON) for role in echantillon),
        *((role, Portee.SIENNE) for role in sienne),
        *((role, Portee.SES_LOTS) for role in ses_lots),
        *((role, Portee.TOUT) for role in tout),
    ]
    portees = dict(couples)
    if len(portees) != len(couples):
        raise ValueError(f"« {libelle} » : un rôle y figure deux fois.")
    return Action(libelle, portees)


_R = Role
_DIRECTION = (_R.MANAGER, _R.DIRECTEUR_PROJET)
_ACCOMPAGNEMENT = (_R.CONSEILLER, _R.MANAGER)
_CONSEIL = (*_ACCOMPAGNEMENT, _R.CHARGE_INFORMATION)
_LECTEURS_DU_REGISTRE = (_R.SUPERVISEUR, _R.GESTIONNAIRE)

TABLE: dict[str, Action] = {
    # The exchange point.
    "envoi.deposer": _action("Déposer un envoi", sienne=_DIRECTION),
    "envoi.lire": _action(
        "Lire les envois et leurs accusés", sienne=_DIRECTION, ses_lots=[_R.REFERENT], tout=_LECTEURS_DU_REGISTRE
    ),
    "contrat.lire": _action("Lire le contrat d'échange", tout=list(Role)),
    # What is expected of each operator, and what came.
    "suivi.lire": _action(
        "Suivre les envois attendus", sienne=_DIRECTION, ses_lots=[_R.REFERENT], tout=_LECTEURS_DU_REGISTRE
    ),
    "suivi.deposer": _action("Déposer un document du marché", sienne=_DIRECTION),
    "suivi.regler": _action("Préciser le créneau d'un opérateur", ses_lots=[_R.REFERENT]),
    # The channels.
    "avis.gerer": _action(
        "Gérer les abonnements aux avis signés", sienne=[_R.DIRECTEUR_PROJET], tout=[_R.ADMINISTRATEUR]
    ),
    "acces.gerer": _action("Gérer les clés d'accès", sienne=[_R.DIRECTEUR_PROJET], tout=[_R.ADMINISTRATEUR]),
    "saisie.saisir": _action("Saisir des fiches en ligne", sienne=[_R.CONSEILLER, _R.CHARGE_INFORMATION, *_DIRECTION]),
    "saisie.envoyer": _action("Envoyer les fiches saisies en ligne", sienne=_DIRECTION),
    # The register and the indicators. "registre.lire_nomme" opens the page only: the page itself shows names for
    # sampled files alone, and logs each opening.
    "registre.lire": _action(
        "Lire le registre, personnes pseudonymisées",
        sienne=_DIRECTION,
        ses_lots=[_R.REFERENT],
        tout=_LECTEURS_DU_REGISTRE,
    ),
    "registre.lire_nomme": _action(
        "Lire le registre, personnes nommées", sienne=_DIRECTION, ses_lots=[_R.REFERENT], tout=[_R.SUPERVISEUR]
    ),
    "indicateurs.lire": _action("Lire les indicateurs", sienne=_DIRECTION, tout=[_R.REFERENT, *_LECTEURS_DU_REGISTRE]),
    # The market and the buyer's money: ordering, paying and sanctioning are held by different people.
    "marche.lire": _action(
        "Lire les lots, les prix et les bons de commande",
        sienne=_DIRECTION,
        ses_lots=[_R.REFERENT],
        tout=_LECTEURS_DU_REGISTRE,
    ),
    "marche.commander": _action("Émettre un bon de commande ou son avenant", tout=[_R.GESTIONNAIRE]),
    "notes.publier": _action("Publier une note contractuelle", tout=[_R.GESTIONNAIRE]),
    "notes.attester": _action("Attester la lecture d'une note contractuelle", sienne=[_R.DIRECTEUR_PROJET]),
    "decompte.lire": _action(
        "Lire les décomptes", sienne=_DIRECTION, ses_lots=[_R.REFERENT], tout=_LECTEURS_DU_REGISTRE
    ),
    "decompte.arreter": _action("Calculer, proposer et figer un décompte", tout=[_R.GESTIONNAIRE]),
    "decompte.simuler": _action("Simuler un changement de règles", tout=[_R.SUPERVISEUR, _R.GESTIONNAIRE]),
    "decompte.accepter": _action("Accepter un décompte", sienne=[_R.DIRECTEUR_PROJET]),
    "prime.lire": _action(
        "Lire la prime qualité", sienne=_DIRECTION, ses_lots=[_R.REFERENT], tout=_LECTEURS_DU_REGISTRE
    ),
    "facture.lire": _action("Lire les factures", sienne=_DIRECTION, ses_lots=[_R.REFERENT], tout=_LECTEURS_DU_REGISTRE),
    "facture.deposer": _action("Faire ou déposer une facture", sienne=[_R.DIRECTEUR_PROJET]),
    "facture.payer": _action("Valider une facture et suivre son paiement", tout=[_R.GESTIONNAIRE]),
    "decompte.remarquer": _action(
        "Faire une remarque sur un décompte", sienne=_DIRECTION, ses_lots=[_R.REFERENT], tout=[_R.GESTIONNAIRE]
    ),
    # A sanction: the référent of the lot proposes it, others decide it together, the operator contests it.
    "penalite.lire": _action(
        "Lire les pénalités", sienne=_DIRECTION, ses_lots=[_R.REFERENT], tout=[_R.SUPERVISEUR, _R.GESTIONNAIRE]
    ),
    "penalite.proposer": _action("Constater les manquements et proposer une pénalité", ses_lots=[_R.REFERENT]),
    "penalite.decider": _action("Décider à plusieurs d'une pénalité", tout=[_R.SUPERVISEUR, _R.GESTIONNAIRE]),
    "penalite.contester": _action("Contester une pénalité", sienne=[_R.DIRECTEUR_PROJET]),
    # The operator's dossiers: its own people only; the buyer has no right here.
    "dossiers.lire": _action("Lire les dossiers des personnes", sienne=[*_CONSEIL, _R.DIRECTEUR_PROJET]),
    "dossiers.aiguiller": _action("Aiguiller une personne et ouvrir sa fiche", sienne=_CONSEIL),
    "dossiers.tenir": _action("Engager, suivre et clore les unités", sienne=_ACCOMPAGNEMENT),
    "dossiers.noter": _action("Lire et écrire les notes confidentielles", sienne=_ACCOMPAGNEMENT),
    "dossiers.piloter": _action("Voir l'activité de l'équipe et du groupement", sienne=_DIRECTION),
    "dossiers.transmettre": _action("Transmettre les fiches au point d'échange", sienne=_DIRECTION),
    # The operator's agenda.
    "agenda.lire": _action("Lire l'agenda et les sites", sienne=[*_CONSEIL, _R.DIRECTEUR_PROJET]),
    "agenda.reserver": _action("Prendre, déplacer et annuler un rendez-vous", sienne=_CONSEIL),
    "agenda.recevoir": _action("Noter qui est venu", sienne=_ACCOMPAGNEMENT),
    "agenda.disposer": _action("Ouvrir des plages, noter des absences", sienne=[_R.CONSEILLER, *_DIRECTION]),
    "agenda.organiser": _action("Tenir les sites et l'agenda de l'équipe", sienne=_DIRECTION),
    # The operator's team.
    "equipe.lire": _action("Voir l'équipe, sa qualification et sa charge", sienne=_DIRECTION),
    "equipe.tenir": _action("Tenir les fiches des conseillers", sienne=_DIRECTION),
    "groupement.tenir": _action("Tenir les membres du groupement", sienne=[_R.DIRECTEUR_PROJET]),
    "moyens.lire": _action("Lire les moyens et les coûts déclarés", sienne=_DIRECTION),
    "moyens.declarer": _action("Déclarer les moyens et les coûts", sienne=[_R.DIRECTEUR_PROJET]),
    # The handing over to another operator.
    "reversibilite.tenir": _action("Tenir le dossier de réversibilité", sienne=[_R.DIRECTEUR_PROJET]),
    "reversibilite.exporter": _action("Exporter les dossiers portables", sienne=[_R.DIRECTEUR_PROJET]),
    # The contrôle de service fait. Support, control and arbitration are held by different people; a controller
    # reaches the files of its own sample only.
    "controle.controler": _action("Contrôler les dossiers de son échantillon", echantillon=[_R.CONTROLEUR]),
    "controle.suivre": _action(
        "Suivre le contrôle de service fait",
        sienne=_DIRECTION,
        ses_lots=[_R.REFERENT],
        tout=[_R.SUPERVISEUR, _R.GESTIONNAIRE],
    ),
    "controle.lire_dossier": _action(
        "Lire un dossier de l'échantillon, avec son nom et ses pièces",
        echantillon=[_R.CONTROLEUR],
        sienne=[_R.DIRECTEUR_PROJET],
        ses_lots=[_R.REFERENT],
        tout=[_R.SUPERVISEUR],
    ),
    "controle.tirer": _action("Tirer l'échantillon d'un trimestre", tout=[_R.SUPERVISEUR]),
    "controle.contester": _action("Contester une non-conformité", sienne=[_R.DIRECTEUR_PROJET]),
    "controle.arbitrer": _action("Arbitrer une contestation, surcontrôler", tout=[_R.SUPERVISEUR]),
    "controle.signer": _action(
        "Signer le procès-verbal d'un trimestre", sienne=[_R.DIRECTEUR_PROJET], tout=[_R.SUPERVISEUR]
    ),
    "enquetes.lire": _action(
        "Lire les résultats des enquêtes", sienne=_DIRECTION, ses_lots=[_R.REFERENT], tout=_LECTEURS_DU_REGISTRE
    ),
    # The operator's livrables.
    "livrable.lire": _action("Lire les livrables", sienne=[_R.CONSEILLER, *_DIRECTION]),
    "livrable.rediger": _action("Écrire les livrables et les faire signer", sienne=[_R.CONSEILLER, _R.MANAGER]),
    # The complaints an operator receives.
    "reclamation.enregistrer": _action(
        "Enregistrer une réclamation", sienne=[_R.CONSEILLER, _R.CHARGE_INFORMATION, *_DIRECTION]
    ),
    "reclamation.traiter": _action("Répondre aux réclamations", sienne=_DIRECTION),
    # Foundations.
    "exploitation.lire": _action("Surveiller l'exploitation", tout=[_R.ADMINISTRATEUR]),
    "journal.verifier": _action(
        "Vérifier le journal scellé", tout=[_R.REFERENT, *_LECTEURS_DU_REGISTRE, _R.ADMINISTRATEUR]
    ),
    "comptes.administrer": _action("Ouvrir et fermer des comptes", tout=[_R.ADMINISTRATEUR]),
}

ACTIONS: dict[str, str] = {nom: action.libelle for nom, action in TABLE.items()}

DROITS: dict[Role, dict[str, Portee]] = {
    role: {nom: action.portees.get(role, Portee.AUCUNE) for nom, action in TABLE.items()} for role in Role
}

# Addresses open to anyone, then to any person logged in; every other address names its action.
ROUTES_PUBLIQUES = frozenset(
    {
        *("enquete_repondre", "enquete_refuser"),
        *("sante", "accessibilite", "demo_entrer", "account_login", "account_logout", "account_inactive"),
        *("account_signup", "account_reset_password", "account_reset_password_done"),
        *("account_reset_password_from_key", "account_reset_password_from_key_done"),
        *("mfa_authenticate", "mfa_login_webauthn"),
        *("signer", "signer_document", "signer_copie", "verifier", "agenda_flux"),
        # A key stands for a person: the channels check it themselves.
        *("acces:jeton", "rest:accueil", "rest:openapi", "rest:sante", "rest:pret", "rest:metriques"),
        "rest:introuvable",
        *("soap:accueil", "soap:service", "soap:schema"),
    }
)
ROUTES_PERSONNELLES = frozenset(
    {
        *("recherche", "recherche_raccourci"),
        *("accueil", "account_change_password", "account_set_password", "account_reauthenticate"),
        *("mfa_index", "mfa_reauthenticate", "mfa_activate_totp", "mfa_deactivate_totp"),
        *("mfa_view_recovery_codes", "mfa_generate_recovery_codes", "mfa_download_recovery_codes"),
        *("mfa_list_webauthn", "mfa_add_webauthn", "mfa_reauthenticate_webauthn"),
        *("mfa_remove_webauthn", "mfa_edit_webauthn"),
    }
)


def portees(action: str, roles: Iterable[str]) -> dict[Role, Portee]:
    """The scope each of `roles` has for `action`, without those that have none; KeyError: unknown action."""
    if action not in ACTIONS:
        raise KeyError(f"L'action « {action} » n'est pas dans la table des droits (comptes/droits.py).")
    trouvees = {Role(role): DROITS[Role(role)][action] for role in roles}
    return {role: portee for role, portee in trouvees.items() if portee is not Portee.AUCUNE}
