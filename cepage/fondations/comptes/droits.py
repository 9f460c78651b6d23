"""The one table of rights: role × action × scope. What is not written here is refused.

Views, the API and the tests read this table; `MATRICE` is complete by test (every role, every action).
"""

from collections.abc import Iterable
from enum import StrEnum

from cepage.fondations.comptes.enums import Role


class Portee(StrEnum):
    """How far an action reaches, from nothing to everything."""

    AUCUNE = "aucun"
    SIENNE = "le sien"
    SES_LOTS = "ses lots"
    TOUT = "tout"


ACTIONS: dict[str, str] = {
    "envoi.deposer": "Déposer un envoi",
    "envoi.lire": "Lire les envois et leurs accusés",
    "registre.lire": "Lire le registre, personnes pseudonymisées",
    "registre.lire_nomme": "Lire le registre, personnes nommées",
    "indicateurs.lire": "Lire les indicateurs",
    "journal.verifier": "Vérifier le journal scellé",
    "contrat.lire": "Lire le contrat d'échange",
    "comptes.administrer": "Ouvrir et fermer des comptes",
}

_A, _S, _L, _T = Portee.AUCUNE, Portee.SIENNE, Portee.SES_LOTS, Portee.TOUT

# One line per role, one column per action, in the order of ACTIONS: deposit, read sendings, register,
# register with names, indicators, journal, contract, accounts. "registre.lire_nomme" opens the page only: the
# page itself shows names for sampled files alone, and logs each opening.
MATRICE: dict[Role, tuple[Portee, ...]] = {
    Role.CONSEILLER: (_A, _A, _A, _A, _A, _A, _T, _A),
    Role.CHARGE_INFORMATION: (_A, _A, _A, _A, _A, _A, _T, _A),
    Role.MANAGER: (_S, _S, _S, _S, _S, _A, _T, _A),
    Role.DIRECTEUR_PROJET: (_S, _S, _S, _S, _S, _A, _T, _A),
    Role.REFERENT: (_A, _L, _L, _L, _T, _T, _T, _A),
    Role.SUPERVISEUR: (_A, _T, _T, _T, _T, _T, _T, _A),
    Role.GESTIONNAIRE: (_A, _T, _T, _A, _T, _T, _T, _A),
    Role.ADMINISTRATEUR: (_A, _A, _A, _A, _A, _T, _T, _T),
    Role.CONTROLEUR: (_A, _A, _A, _A, _A, _A, _T, _A),
    Role.MEDIATEUR: (_A, _A, _A, _A, _A, _A, _T, _A),
    Role.AUDITEUR: (_A, _A, _A, _A, _A, _A, _T, _A),
}

DROITS: dict[Role, dict[str, Portee]] = {
    role: dict(zip(ACTIONS, portees, strict=True)) for role, portees in MATRICE.items()
}

# Addresses open to anyone, then to any person logged in; every other address names its action.
ROUTES_PUBLIQUES = frozenset(
    {
        *("sante", "accessibilite", "demo_entrer", "account_login", "account_logout", "account_inactive"),
        *("account_signup", "account_reset_password", "account_reset_password_done"),
        *("account_reset_password_from_key", "account_reset_password_from_key_done"),
        *("mfa_authenticate", "mfa_login_webauthn"),
    }
)
ROUTES_PERSONNELLES = frozenset(
    {
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
