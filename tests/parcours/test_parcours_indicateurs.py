"""The indicators in a browser, at 1280 and 320 px: from the dashboard to the dossiers of a figure."""

import os
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Page
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from cepage.fondations.comptes.demonstration import creer_comptes
from cepage.fondations.comptes.models import Organisation, Personne
from tests.acheteur.indicateurs import naif
from tests.acheteur.indicateurs.jeux import Recue, beneficiaire, ecrire, instant, unite

Verifier = Callable[[Page], None]
# Playwright keeps an event loop on this thread; the ORM is called here outside of it.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")


@pytest.fixture
def site(settings: Settings, transactional_db: None, live_server: LiveServer, tmp_path: Path) -> Iterator[str]:
    """Two lots, three months, one order; the address of the site."""
    settings.CEPAGE_DEMO = True
    settings.CEPAGE_DONNEES = tmp_path
    personnes = creer_comptes(["08", "11"], {"8A": "Ouest Conseil", "1B": "Centre Conseil"})
    quand = instant("2021-04-02T10:00:00")
    unites = [
        unite(f"{op}210{m}01{r:06d}", f"p{m}{r}", "01", f"2021-0{m}-1{r}", f"2021-0{m}-2{r}", "CV_AUTRE", lot=lot)
        for m in (1, 2, 3)
        for r in range(m + 1)
        for lot, op in (("08", "8A"), ("11", "1B"))
    ]
    gens = [beneficiaire(f"p{m}{r}", lot=lot) for m in (1, 2, 3) for r in range(4) for lot in ("08", "11")]
    bon = naif.Commande("2021-Lot08-UO01-01", "08", "01", date(2021, 1, 1), date(2021, 12, 31), 40)
    ecrire(tmp_path / "colonnes", [Recue(quand, f) for f in unites], [Recue(quand, f) for f in gens], [bon])
    yield live_server.url
    Session.objects.all().delete()
    Personne.objects.filter(pk__in=[p.pk for p in personnes]).delete()
    Organisation.objects.all().delete()


def test_du_tableau_de_bord_aux_dossiers(site: str, page: Page, verifier: Verifier) -> None:
    page.goto(f"{site}/")
    page.get_by_role("button", name="Référent", exact=True).click()
    page.wait_for_url(f"{site}/")
    page.goto(f"{site}/indicateurs/?mois=2021-03&lot=08")
    page.wait_for_load_state("networkidle")
    verifier(page)
    page.get_by_role("link", name="1.2 Engagements UO1").click()
    page.wait_for_url("**/indicateurs/1.2/**")
    assert "9 sur 40" in page.locator("main").inner_text()
    verifier(page)
    page.get_by_role("link", name="voir les dossiers").first.click()
    page.wait_for_url("**/dossiers/**")
    assert "8A210301000000" in page.locator("main").inner_text()
    verifier(page)


def test_une_repartition(site: str, page: Page, verifier: Verifier) -> None:
    page.goto(f"{site}/")
    page.get_by_role("button", name="Référent", exact=True).click()
    page.wait_for_url(f"{site}/")
    page.goto(f"{site}/indicateurs/2.3/?mois=2021-03&lot=08")
    page.wait_for_load_state("networkidle")
    assert "Employés" in page.locator("main").inner_text()
    verifier(page)
