"""A browser, axe, and the demonstration as it is served: a page is refused at its first accessibility fault."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.navigateur import defauts

ATTENTE = 420
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


@dataclass(frozen=True)
class Site:
    """A demonstration being served, and the day's file that waits to be sent."""

    adresse: str
    fichier: Path


def _port_libre() -> int:
    with socket.socket() as prise:
        prise.bind(("127.0.0.1", 0))
        return int(prise.getsockname()[1])


def _attendre(adresse: str, processus: "subprocess.Popen[bytes]") -> None:
    fin = time.monotonic() + ATTENTE
    while time.monotonic() < fin and processus.poll() is None:
        try:
            with urllib.request.urlopen(adresse, timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.5)
    pytest.fail("Le site de démonstration n'a pas démarré.")


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The demonstration, served on its own database with its own worker, for all that follow it."""
    donnees = tmp_path_factory.mktemp("demonstration")
    port = _port_libre()
    commande = [sys.executable, "-m", "cepage.config.ligne_de_commande", "demo"]
    options = ["--port", str(port), "--processus", "1", "--dossiers", "120"]
    environnement = {**os.environ, "CEPAGE_DONNEES": str(donnees), "CEPAGE_DEMO": "1"}
    with (donnees / "sortie.txt").open("wb") as sortie:
        processus = subprocess.Popen([*commande, *options], env=environnement, stdout=sortie, stderr=sortie)
        try:
            adresse = f"http://127.0.0.1:{port}"
            _attendre(f"{adresse}/sante/", processus)
            yield Site(adresse, next((donnees / "demonstration" / "a-envoyer").glob("CEP_08_*.zip")))
        finally:
            processus.terminate()
            processus.wait(timeout=60)
            from cepage.fondations.socle.base_embarquee import arreter

            arreter(donnees)
