"""Who reaches what: scope of each role, default deny, foreign lots."""

from collections.abc import Callable
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse
from django.test import RequestFactory

from cepage.fondations.comptes.acces import action, attributions, perimetre, peut
from cepage.fondations.comptes.enums import Role
from cepage.fondations.comptes.models import Attribution, Organisation, Personne

JOUR = date(2021, 3, 12)
Fabrique = Callable[..., Personne]


def _demande(personne: object) -> HttpRequest:
    requete = RequestFactory().get("/")
    requete.user = personne  # type: ignore[assignment]
    return requete


def _perimetre(personne: Personne, nom: str) -> object:
    return perimetre(personne, nom, attributions(personne, JOUR))


def test_le_manager_n_atteint_que_son_emetteur(personne_de: Fabrique, autre_operateur: Organisation) -> None:
    trouve = perimetre(alice := personne_de(Role.MANAGER), "registre.lire", attributions(alice, JOUR))
    assert trouve is not None
    assert (trouve.totale, trouve.emetteurs, trouve.lots) == (False, {"8A"}, {"08"})
    assert trouve.contient_lot("08")
    with pytest.raises(Http404):
        trouve.exiger_lot("03")


def test_le_referent_atteint_ses_lots(personne_de: Fabrique, autre_operateur: Organisation) -> None:
    bob = personne_de(Role.REFERENT, lots=("03",))
    trouve = perimetre(bob, "envoi.lire", attributions(bob, JOUR))
    assert trouve is not None
    assert (trouve.totale, trouve.emetteurs, trouve.lots) == (False, {"3B"}, {"03"})


def test_un_referent_sans_lot_n_atteint_rien(personne_de: Fabrique) -> None:
    charlie = personne_de(Role.REFERENT)
    trouve = perimetre(charlie, "envoi.lire", attributions(charlie, JOUR))
    assert trouve is not None
    assert (trouve.emetteurs, trouve.lots) == (frozenset(), frozenset())


def test_le_superviseur_atteint_tout(personne_de: Fabrique) -> None:
    karim = personne_de(Role.SUPERVISEUR)
    trouve = perimetre(karim, "registre.lire", attributions(karim, JOUR))
    assert trouve is not None
    assert trouve.totale
    assert trouve.contient_lot("19")


def test_un_role_s_arrete_le_jour_de_sa_fin(personne_de: Fabrique) -> None:
    alice = personne_de(Role.MANAGER)
    Attribution.objects.filter(personne=alice).update(fin=date(2021, 6, 1))
    assert attributions(alice, date(2019, 12, 31)) == []
    assert len(attributions(alice, date(2020, 1, 1))) == 1
    assert len(attributions(alice, date(2021, 5, 31))) == 1
    assert attributions(alice, date(2021, 6, 1)) == []


def test_un_role_hors_de_sa_nature_ne_donne_rien(personne_de: Fabrique) -> None:
    alice = personne_de(Role.MANAGER)
    Attribution.objects.create(personne=alice, role=Role.SUPERVISEUR, debut=date(2020, 1, 1))
    assert [a.role for a in attributions(alice, JOUR)] == [Role.MANAGER]


def test_un_compte_ferme_n_a_plus_de_role(personne_de: Fabrique) -> None:
    alice = personne_de(Role.MANAGER)
    alice.is_active = False
    assert attributions(alice, JOUR) == []


def test_l_action_fixe_la_portee(personne_de: Fabrique) -> None:
    @action("envoi.lire")
    def vue(request: HttpRequest) -> HttpResponse:
        with connection.cursor() as curseur:
            curseur.execute("SELECT current_setting('cepage.emetteurs')")
            return HttpResponse(curseur.fetchone()[0])

    assert vue.action == "envoi.lire"  # type: ignore[attr-defined]
    assert vue(_demande(personne_de(Role.MANAGER))).content == b"8A"
    assert vue(_demande(personne_de(Role.SUPERVISEUR))).content == b"*"
    with pytest.raises(PermissionDenied):
        vue(_demande(personne_de(Role.CONTROLEUR)))


def test_une_action_inconnue_ne_se_decore_pas() -> None:
    with pytest.raises(KeyError):
        action("envoi.manger")


def test_peut(personne_de: Fabrique) -> None:
    assert peut(_demande(personne_de(Role.MANAGER)), "envoi.deposer")
    assert not peut(_demande(personne_de(Role.REFERENT)), "envoi.deposer")
