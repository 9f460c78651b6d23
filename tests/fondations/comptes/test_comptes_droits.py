"""The table of rights is complete, and says what was decided."""

import pytest

from cepage.fondations.comptes.droits import ACTIONS, DROITS, Portee, _action, portees
from cepage.fondations.comptes.enums import NATURES_DU_ROLE, Nature, Role
from cepage.fondations.comptes.verifications import routes, routes_sans_action


def test_la_matrice_est_complete() -> None:
    assert set(DROITS) == set(Role) == set(NATURES_DU_ROLE)
    assert all(set(ligne) == set(ACTIONS) for ligne in DROITS.values())


def test_un_operateur_n_a_jamais_plus_que_le_sien() -> None:
    for role, ligne in DROITS.items():
        if NATURES_DU_ROLE[role] == Nature.OPERATEUR:
            restreintes = {a: p for a, p in ligne.items() if a != "contrat.lire"}
            assert set(restreintes.values()) <= {Portee.AUCUNE, Portee.SIENNE}


def test_seul_un_operateur_depose() -> None:
    assert {r for r in Role if DROITS[r]["envoi.deposer"] is not Portee.AUCUNE} == {
        Role.MANAGER,
        Role.DIRECTEUR_PROJET,
    }


@pytest.mark.parametrize("role", [Role.CONTROLEUR, Role.MEDIATEUR, Role.AUDITEUR, Role.ADMINISTRATEUR])
@pytest.mark.parametrize("action", ["envoi.lire", "registre.lire", "registre.lire_nomme"])
def test_qui_ne_lit_pas_les_donnees(role: Role, action: str) -> None:
    assert DROITS[role][action] is Portee.AUCUNE


def test_une_action_inconnue_est_une_erreur() -> None:
    with pytest.raises(KeyError, match="pas dans la table"):
        portees("envoi.manger", [Role.MANAGER])


def test_un_role_ne_figure_qu_une_fois_par_action() -> None:
    with pytest.raises(ValueError, match="deux fois"):
        _action("Manger un envoi", sienne=[Role.MANAGER], tout=[Role.MANAGER])


def test_sans_role_rien() -> None:
    assert all(portees(action, []) == {} for action in ACTIONS)


def test_chaque_route_nomme_son_action() -> None:
    assert routes_sans_action() == []


def test_chaque_route_a_un_nom() -> None:
    assert [chemin for chemin, nom, _ in routes() if not nom] == []
