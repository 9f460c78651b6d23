"""The demonstration: its accounts, its one-click entry, closed everywhere else."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from cepage.fondations.comptes.contexte import premiere_page
from cepage.fondations.comptes.demonstration import adresse, creer_comptes
from cepage.fondations.comptes.enums import Nature, Role
from cepage.fondations.comptes.models import Attribution, Organisation, Personne


@pytest.fixture
def comptes(settings: Settings, db: None) -> list[Personne]:
    """The accounts, the demonstration open."""
    settings.CEPAGE_DEMO = True
    return creer_comptes(["08", "11"], {"8A": "Ouest Conseil", "1B": "Centre Conseil"})


def test_deux_fois_ne_change_rien(comptes: list[Personne]) -> None:
    avant = (Personne.objects.count(), Organisation.objects.count(), Attribution.objects.count())
    assert creer_comptes(["08", "11"], {"8A": "Ouest Conseil", "1B": "Centre Conseil"}) == comptes
    assert (Personne.objects.count(), Organisation.objects.count(), Attribution.objects.count()) == avant
    assert len(comptes) == len(Role)


def test_les_operateurs_se_partagent_les_lots(comptes: list[Personne]) -> None:
    operateurs = Organisation.objects.filter(nature=Nature.OPERATEUR)
    assert {o.code_emetteur: o.lots for o in operateurs} == {"8A": ["08"], "1B": ["11"]}


def test_les_titulaires_disent_les_lots(db: None) -> None:
    creer_comptes(["08", "11", "12"], ["8A", "1B"], {"8A": ["08", "11"], "1B": ["12"]})
    assert Organisation.objects.get(code_emetteur="8A").lots == ["08", "11"]


def test_sans_lot_ni_operateur(db: None) -> None:
    with pytest.raises(ValueError, match="au moins un lot"):
        creer_comptes([], ["8A"])


@pytest.mark.parametrize("role", list(Role))
def test_chaque_role_entre_d_un_clic(comptes: list[Personne], client: Client, role: Role) -> None:
    reponse = client.post(f"/demo/entrer/{role.value}", follow=True)
    assert reponse.status_code == 200
    assert reponse.redirect_chain == [(premiere_page(role), 302)]
    assert ("Bonjour" in reponse.content.decode()) is (premiere_page(role) == "/")


def test_l_entree_demande_un_post(comptes: list[Personne], client: Client) -> None:
    assert client.get("/demo/entrer/manager").status_code == 405


def test_role_inconnu(comptes: list[Personne], client: Client) -> None:
    assert client.post("/demo/entrer/roi").status_code == 404


def test_hors_demonstration_rien(comptes: list[Personne], client: Client, settings: Settings) -> None:
    client.post("/demo/entrer/manager")
    settings.CEPAGE_DEMO = False
    assert client.post("/demo/entrer/manager").status_code == 404
    # A session opened by one click no longer does without the second factor.
    assert client.get("/").status_code == 302
    assert "Entrer dans la démonstration" not in client.get("/compte/connexion/").content.decode()


def test_la_page_de_connexion_montre_les_roles(comptes: list[Personne], client: Client) -> None:
    texte = client.get("/compte/connexion/").content.decode()
    assert texte.count('action="/demo/entrer/') == len(Role)


def test_aucun_mot_de_passe_ne_marche(comptes: list[Personne]) -> None:
    assert not any(p.has_usable_password() for p in comptes)
    assert {p.email for p in comptes} == {adresse(r) for r in Role}


def test_la_navigation_suit_les_droits(comptes: list[Personne], client: Client) -> None:
    client.post("/demo/entrer/administrateur")
    texte = client.get("/").content.decode()
    assert 'href="/registre/"' not in texte
    assert 'href="/envois/"' not in texte


def test_l_accueil_coute_peu(
    comptes: list[Personne], client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client.post("/demo/entrer/referent")
    with django_assert_max_num_queries(8):
        client.get("/")
