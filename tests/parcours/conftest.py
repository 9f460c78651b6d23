"""A browser, and axe: a page is refused at its first accessibility fault."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.navigateur import defauts

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
        assert defauts(page) == []

    return sans_faute
