"""Logging in, the home page and the error pages, as seen and as read aloud, at 1280 and 320 px."""

import os
from collections.abc import Callable, Iterator

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Page
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from cepage.fondations.comptes.demonstration import creer_comptes
from cepage.fondations.comptes.models import Organisation, Personne

Verifier = Callable[[Page], None]
# Playwright keeps an event loop on this thread; the ORM is called here outside of it.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")


@pytest.fixture
def demonstration(settings: Settings, transactional_db: None, live_server: LiveServer) -> Iterator[str]:
    """The site with its demonstration open; its address. What it wrote is removed: nothing else would do it."""
    settings.CEPAGE_DEMO = True
    personnes = creer_comptes(["08", "11"], {"8A": "Ouest Conseil", "1B": "Centre Conseil"})

    yield live_server.url
    Session.objects.all().delete()
    Personne.objects.filter(pk__in=[p.pk for p in personnes]).delete()
    Organisation.objects.all().delete()


@pytest.mark.parametrize("theme", ["etat", "neutre"])
def test_connexion_puis_accueil(
    demonstration: str, page: Page, verifier: Verifier, settings: Settings, theme: str
) -> None:
    settings.CEPAGE_THEME = theme
    page.goto(f"{demonstration}/")
    page.wait_for_load_state("networkidle")
    verifier(page)
    page.get_by_role("button", name="Référent", exact=True).click()
    page.wait_for_url(f"{demonstration}/")
    page.wait_for_load_state("networkidle")
    assert "Bonjour Ana" in page.locator("h1").inner_text()
    verifier(page)


def test_au_clavier_on_atteint_le_contenu(demonstration: str, page: Page) -> None:
    page.goto(f"{demonstration}/compte/connexion/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent").strip() == "Contenu"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "contenu"


@pytest.mark.parametrize("adresse", ["/rien/", "/accessibilite/", "/compte/mot-de-passe/oublie/"])
def test_pages_simples(demonstration: str, page: Page, verifier: Verifier, adresse: str) -> None:
    page.goto(demonstration + adresse)
    page.wait_for_load_state("networkidle")
    verifier(page)
