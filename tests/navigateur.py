"""What a page must be in a real browser, whoever asks for it."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page


def defauts(page: Page) -> list[str]:
    """Axe's violations, a wrong number of h1, a page wider than its window; empty when there is none."""
    # axe is injected by the test, which the content policy does not concern.
    resultats = Axe().run(page)
    trouves = [resultats.generate_report()] if resultats.violations_count else []
    if (titres := page.locator("h1").count()) != 1:
        trouves.append(f"{titres} titres h1")
    largeur = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    if largeur > 0:
        trouves.append(f"La page déborde de {largeur} px.")
    return trouves
