"""A browser, and axe: a page is refused at its first accessibility fault."""

from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

ARGUMENTS = ["--no-sandbox", "--headless=new", "--disable-gpu", "--disable-dev-shm-usage"]


@pytest.fixture(scope="session")
def navigateur() -> Iterator[Browser]:
    """The system's Chromium."""
    with sync_playwright() as playwright:
        navigateur = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        yield navigateur
        navigateur.close()


@pytest.fixture(params=[1280, 320])
def page(navigateur: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page at both widths; anything the content policy blocks, and any script error, fails the test."""
    contexte = navigateur.new_context(viewport={"width": request.param, "height": 900}, locale="fr-FR")
    page = contexte.new_page()
    fautes: list[str] = []
    page.on("pageerror", lambda erreur: fautes.append(str(erreur)))
    page.on(
        "console",
        lambda message: fautes.append(message.text) if "Content Security Policy" in message.text else None,
    )
    yield page
    contexte.close()
    assert fautes == []


@pytest.fixture
def verifier() -> Callable[[Page], None]:
    """No axe fault, one h1, nothing wider than the window."""

    def sans_faute(page: Page) -> None:
        # axe is injected by the test, which the content policy does not concern.
        resultats = Axe().run(page)
        assert resultats.violations_count == 0, resultats.generate_report()
        assert page.locator("h1").count() == 1
        largeur = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert largeur <= 0, f"La page déborde de {largeur} px."

    return sans_faute
