"""Axe on every page × role × state, at 1280 and 320 px: no violation, nothing wider than the window.

The pages are those of the permission matrix, answered by the site and laid before a real Chromium. Two answers with
the same skeleton (tags, classes and roles; texts aside) are the same page to axe: it is read once.
"""

import hashlib
import mimetypes
import os
import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from django.contrib.staticfiles import finders
from django.test import RequestFactory
from django.views import defaults
from playwright.sync_api import Browser, Page, sync_playwright
from playwright.sync_api import Route as Requete
from pytest_django import DjangoDbBlocker

from cepage.fondations.comptes.droits import DROITS, Portee
from cepage.fondations.comptes.enums import Role
from tests.matrice.monde import Monde
from tests.matrice.monde import monde as construire
from tests.matrice.objets import Etat, Route, demandes, toutes_les_pieces, toutes_les_routes
from tests.navigateur import defauts
from tests.parcours.conftest import ARGUMENTS

# Playwright keeps an event loop on this thread; the ORM is called here outside of it.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
# The browser first: its loop gives this thread another database connection, which must be the world's too.
pytestmark = [pytest.mark.epreuve, pytest.mark.usefixtures("chromium")]

SITE = "http://cepage.test"
LARGEURS = (1280, 320)
_TEXTE = re.compile(r">[^<]+<")
_VALEURS = re.compile(r'\s(?:value|href|id|for|title|aria-label|aria-labelledby|aria-describedby|action)="[^"]*"')
_RANGEE = re.compile(r"(<tr>.*?</tr>)(?:\s*<tr>.*?</tr>)+", re.DOTALL)


def _squelette(html: str) -> str:
    nu = _VALEURS.sub("", _TEXTE.sub("><", html))
    return hashlib.sha256(re.sub(r"\s+", " ", _RANGEE.sub(r"\1\1", nu)).encode()).hexdigest()


class Lecteur:
    """A browser that reads answers already given; it remembers the skeletons it has read."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._lus: set[str] = set()
        self._html = ""
        self.pages = 0
        self.fautes: list[str] = []
        page.route("**/*", self._servir)
        page.on("pageerror", lambda erreur: self.fautes.append(str(erreur)))

    def _servir(self, requete: Requete) -> None:
        chemin = urlsplit(requete.request.url).path
        if requete.request.resource_type == "document":
            requete.fulfill(status=200, content_type="text/html; charset=utf-8", body=self._html)
        elif chemin.startswith("/statique/") and (fichier := finders.find(chemin.removeprefix("/statique/"))):
            requete.fulfill(path=str(fichier), content_type=mimetypes.guess_type(str(fichier))[0] or "")
        else:
            requete.fulfill(status=404, body="")

    def oublier(self) -> None:
        """Read the next page even if one with its skeleton was read."""
        self._lus.clear()

    def lire(self, nom: str, html: str) -> None:
        """Note the faults of a page at each width, unless one with this skeleton was read."""
        if "<html" not in html or (empreinte := _squelette(html)) in self._lus:
            return
        self._lus.add(empreinte)
        self._html = html
        self.pages += 1
        for largeur in LARGEURS:
            self._page.set_viewport_size({"width": largeur, "height": 900})
            if largeur == LARGEURS[0]:
                self._page.goto(f"{SITE}/page", wait_until="load")
            self.fautes += [f"{nom}, {largeur} px : {faute}" for faute in defauts(self._page)]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        navigateur = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        yield navigateur
        navigateur.close()


@pytest.fixture
def lecteur(chromium: Browser) -> Iterator[Lecteur]:
    # Moving parts are stilled: axe must not read a colour on its way.
    contexte = chromium.new_context(locale="fr-FR", reduced_motion="reduce")
    yield Lecteur(contexte.new_page())
    contexte.close()


def _ouvertes(qui: Role | None) -> Iterator[Route]:
    for route in toutes_les_routes():
        if route.publique or (qui and (not route.action or DROITS[qui][route.action] is not Portee.AUCUNE)):
            yield route


def _lire_les_pages(monde: Monde, lecteur: Lecteur, qui: Role | None, *, etats: bool = True) -> None:
    pieces = toutes_les_pieces()
    for route in _ouvertes(qui):
        piece = pieces.get(route.espace)
        for demande in demandes(route, piece, monde.cotes[:1]):
            reponse = monde.demander(qui, "GET", demande.chemin, demande.requete)
            _lire(lecteur, f"{route.nom} par {qui or 'personne'}", reponse)
            if demande.manquant or not etats:
                continue
            for etat in [e for e in piece.etats if e.route == route.nom] if piece else []:
                _lire(lecteur, f"{route.nom}, {etat.nom}", _etat(monde, qui, demande.chemin, etat))


def _etat(monde: Monde, qui: Role | None, chemin: str, etat: Etat) -> object:
    if etat.donnees is None:
        return monde.demander(qui, "GET", chemin, etat.requete)
    return monde.demander(qui, "POST", chemin, etat.donnees)


def _lire(lecteur: Lecteur, nom: str, reponse: object) -> None:
    if reponse.headers.get("Content-Type", "").startswith("text/html"):  # type: ignore[attr-defined]
        lecteur.lire(nom, reponse.corps.rpartition("\n")[0])  # type: ignore[attr-defined]


def test_les_pages_pleines(monde: Monde, lecteur: Lecteur) -> None:
    for qui in (None, *Role):
        _lire_les_pages(monde, lecteur, qui)
    assert lecteur.fautes == []
    assert lecteur.pages > 40


def test_les_pages_vides(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path: pytest.TempPathFactory,
    lecteur: Lecteur,
) -> None:
    with django_db_blocker.unblock(), construire(tmp_path, vide=True) as monde:
        for qui in (Role.DIRECTEUR_PROJET, Role.REFERENT, Role.GESTIONNAIRE, Role.ADMINISTRATEUR):
            for route in _ouvertes(qui):
                if not route.arguments:
                    _lire(lecteur, f"{route.nom} vide", monde.demander(qui, "GET", f"/{route.chemin}"))
    assert lecteur.fautes == []
    assert lecteur.pages > 10


def test_les_pages_d_erreur(monde: Monde, lecteur: Lecteur) -> None:
    requete = RequestFactory().get("/")
    lecteur.lire("400", defaults.bad_request(requete, Exception()).content.decode())
    lecteur.lire("500", defaults.server_error(requete).content.decode())
    for nom, chemin in (("404", "/rien/"), ("403", "/marche/bons/emettre/")):
        reponse = monde.demander(Role.CONSEILLER, "GET", chemin)
        assert reponse.status_code == int(nom)
        lecteur.oublier()
        _lire(lecteur, nom, reponse)
    assert lecteur.fautes == []
    assert lecteur.pages == 4


def test_temoin_une_faute_se_voit(lecteur: Lecteur) -> None:
    """Negative control: an image without its text, a field without its label, and a page too wide."""
    lecteur.lire(
        "témoin", "<html lang='fr'><title>t</title><h1>t</h1><img src=x><input><p style='width:2000px'>x</p></html>"
    )
    assert "image-alt" in "".join(lecteur.fautes) or "Images must have" in "".join(lecteur.fautes)
    assert any("déborde" in f for f in lecteur.fautes)
