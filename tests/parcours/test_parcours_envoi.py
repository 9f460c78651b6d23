"""The main job in a browser: deposit a day's file, read its receipt, open the history of a dossier.

The site runs as in the demonstration, on its own database, with its own worker.
"""

import csv
import io
import re
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.parcours.conftest import Site

Verifier = Callable[[Page], None]


def _numero(fichier: Path) -> str:
    """A dossier number of the first envoi of the demonstration."""
    premier = min((fichier.parents[1] / "jeu").glob("CEP_08_*.zip"))
    with zipfile.ZipFile(premier) as archive:
        texte = archive.read("unite_oeuvre.csv").decode()
    return next(csv.DictReader(io.StringIO(texte), delimiter=";"))["numero_dossier"]


def test_deposer_lire_comprendre(site: Site, page: Page, verifier: Verifier) -> None:
    page.goto(site.adresse)
    page.get_by_role("button", name="Directeur de projet", exact=True).click()
    page.goto(f"{site.adresse}/envois/")
    verifier(page)
    page.get_by_role("link", name="Déposer un fichier").first.click()
    verifier(page)
    page.get_by_label("Fichier à déposer").set_input_files(site.fichier)
    page.get_by_role("button", name="Déposer le fichier").click()
    page.wait_for_url(re.compile(r"/envois/08-[0-9a-f]{16}/"), timeout=60_000)
    expect(page.locator("h1")).to_contain_text(f"Accusé de {site.fichier.name}")
    verifier(page)
    with page.expect_download() as telechargement:
        page.get_by_role("link", name="Accusé JSON").click()
    assert telechargement.value.suggested_filename.startswith("accuse_08-")

    page.goto(f"{site.adresse}/envois/calendrier/?lot=08&annee=2021&mois=12")
    verifier(page)
    page.goto(f"{site.adresse}/envois/calendrier/?lot=08&annee=2021")
    verifier(page)

    page.goto(f"{site.adresse}/registre/")
    verifier(page)
    page.get_by_label("Numéro de dossier").fill(_numero(site.fichier))
    page.get_by_role("button", name="Chercher le dossier").click()
    expect(page.locator("h1")).to_contain_text("Dossier")
    page.get_by_text("Lire la fiche").first.click()
    verifier(page)


def test_sans_script(site: Site, page: Page) -> None:
    """Without script, the deposit leads to a page that a link refreshes, then to the receipt."""
    navigateur = page.context.browser
    assert navigateur is not None
    contexte = navigateur.new_context(java_script_enabled=False, locale="fr-FR")
    nue = contexte.new_page()
    nue.goto(site.adresse)
    nue.get_by_role("button", name="Directeur de projet", exact=True).click()
    nue.goto(f"{site.adresse}/envois/deposer/")
    nue.get_by_label("Fichier à déposer").set_input_files(site.fichier)
    nue.get_by_role("button", name="Déposer le fichier").click()
    fin = time.monotonic() + 60
    while "/depots/" in nue.url and time.monotonic() < fin:
        time.sleep(1)
        nue.get_by_role("link", name="Actualiser").click()
    expect(nue.locator("h1")).to_contain_text("Accusé de")
    contexte.close()
