"""Health, errors, default deny, themes."""

from collections.abc import Callable

import pytest
from django.http import Http404
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from pytest_django import Settings

from cepage.fondations.comptes.enums import Role
from cepage.fondations.comptes.middleware import PorteeMiddleware
from cepage.fondations.comptes.models import Personne

Fabrique = Callable[..., Personne]
Entree = Callable[[Personne], Client]


def test_sante(client: Client, db: None) -> None:
    reponse = client.get("/sante/")
    assert (reponse.status_code, reponse.json()) == (200, {"etat": "en marche"})


def test_page_introuvable(client: Client, db: None) -> None:
    reponse = client.get("/rien/du/tout/")
    assert reponse.status_code == 404
    assert "Cette page n'existe pas" in reponse.content.decode()


@pytest.mark.parametrize("nom", ["500.html", "400.html", "403_csrf.html"])
def test_pages_sans_contexte(nom: str) -> None:
    assert "Revenir à l'accueil" in render_to_string(nom)


def test_une_route_inconnue_de_la_table_repond_404(db: None) -> None:
    requete = RequestFactory().get("/")
    requete.resolver_match = None
    with pytest.raises(Http404):
        PorteeMiddleware(lambda r: None).process_view(requete, lambda r: None, [], {})  # type: ignore[arg-type,return-value]


def test_theme_neutre_sans_marque_de_l_etat(client: Client, db: None, settings: Settings) -> None:
    settings.CEPAGE_THEME = "neutre"
    texte = client.get("/compte/connexion/").content.decode()
    assert "Française" not in texte
    assert "dsfr" not in texte
    assert "neutre.css" in texte


@pytest.mark.parametrize("role", [Role.CONTROLEUR, Role.MANAGER])
def test_accueil(role: Role, personne_de: Fabrique, entrer: Entree) -> None:
    texte = entrer(personne_de(role)).get("/").content.decode()
    assert "Bonjour Alice" in texte
    assert role.label.lower() in texte


def test_accueil_sans_role(personne_de: Fabrique, entrer: Entree) -> None:
    alice = personne_de(Role.MANAGER)
    alice.attributions.all().delete()
    assert "Aucun rôle ne vous est donné" in entrer(alice).get("/").content.decode()


def test_ni_script_ni_style_dans_la_page(client: Client, db: None) -> None:
    texte = client.get("/compte/connexion/").content.decode()
    assert "<style" not in texte
    assert " style=" not in texte
    assert "onclick" not in texte
