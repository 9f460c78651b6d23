"""The search in a browser, at 1280 and 320 px: by the `/` key, by the field, and without script."""

import os
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.parcours.test_parcours_connexion import demonstration

__all__ = ["demonstration"]
Verifier = Callable[[Page], None]
# Playwright keeps an event loop on this thread; the ORM is called here outside of it.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
CHAMP = "Chercher partout"


def _entrer(page: Page, site: str) -> None:
    page.goto(f"{site}/")
    page.get_by_role("button", name="Référent", exact=True).click()
    page.wait_for_url(f"{site}/")


def test_la_touche_mene_au_champ_et_le_champ_aux_resultats(page: Page, demonstration: str, verifier: Verifier) -> None:
    _entrer(page, demonstration)
    champ = page.get_by_role("searchbox", name=CHAMP)
    page.keyboard.press("/")
    expect(champ).to_be_focused()
    page.keyboard.type("lot/bon")
    expect(champ).to_have_value("lot/bon")
    champ.fill("bon de commande")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{demonstration}/recherche/")
    page.wait_for_load_state("networkidle")
    assert "Marché" in page.locator("main").inner_text()
    verifier(page)
    champ.fill("zzzz")
    page.get_by_role("button", name="Chercher", exact=True).click()
    expect(page.get_by_text("Rien ne répond à « zzzz »")).to_be_visible()
    verifier(page)


def test_la_touche_se_coupe(page: Page, demonstration: str, verifier: Verifier) -> None:
    _entrer(page, demonstration)
    page.goto(f"{demonstration}/recherche/")
    page.get_by_role("button", name="Ne plus utiliser la touche").click()
    expect(page.get_by_role("button", name="Utiliser la touche")).to_be_visible()
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox", name=CHAMP)).not_to_be_focused()
    verifier(page)


@pytest.mark.parametrize("largeur", [1280, 320])
def test_sans_script_on_cherche_de_meme(navigateur: Browser, demonstration: str, largeur: int) -> None:
    contexte = navigateur.new_context(viewport={"width": largeur, "height": 900}, java_script_enabled=False)
    page = contexte.new_page()
    _entrer(page, demonstration)
    page.get_by_role("searchbox", name=CHAMP).fill("indicateurs")
    page.get_by_role("button", name="Chercher", exact=True).click()
    assert page.url == f"{demonstration}/recherche/"
    page.get_by_role("main").get_by_role("link", name="Indicateurs", exact=True).click()
    assert page.url == f"{demonstration}/indicateurs/"
    contexte.close()
