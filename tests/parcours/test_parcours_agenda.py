"""A call, its orientation, its appointment, then the coming: at the keyboard alone, at 1280 and 320 px, axe clean.

The site runs in its own process, on its own data: two lots, one site, the slots of one counsellor.
"""

import os
import re
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.courrier import port_libre

Verifier = Callable[[Page], None]
ATTENTE = 240
SERVIR = """
from cepage.config.ligne_de_commande import preparer
preparer()
from cepage.config.service import servir
from tests.parcours.maison import meubler
meubler()
servir({port}, "127.0.0.1", 1)
"""


@pytest.fixture(scope="module")
def adresse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the site, on Monday the 2nd of March 2020 at ten."""
    donnees, port = tmp_path_factory.mktemp("agenda"), port_libre()
    racine = Path(__file__).resolve().parents[2]
    environnement = {
        **os.environ,
        "CEPAGE_DONNEES": str(donnees),
        "CEPAGE_DEMO": "1",
        "CEPAGE_DATE": "2020-03-02T10:00:00+01:00",
        "CEPAGE_SMS": "fichier",
        "PYTHONPATH": str(racine),
    }
    commande = [sys.executable, "-c", SERVIR.format(port=port)]
    with (donnees / "sortie.txt").open("wb") as sortie:
        site = subprocess.Popen(commande, env=environnement, cwd=racine, stdout=sortie, stderr=sortie)
        try:
            _attendre(f"http://127.0.0.1:{port}/sante/", site)
            yield f"http://127.0.0.1:{port}"
        finally:
            site.terminate()
            site.wait(timeout=60)
            from cepage.fondations.socle.base_embarquee import arreter

            arreter(donnees)


def _attendre(page: str, site: "subprocess.Popen[bytes]") -> None:
    fin = time.monotonic() + ATTENTE
    while time.monotonic() < fin and site.poll() is None:
        try:
            with urllib.request.urlopen(page, timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.3)
    pytest.fail("Le site n'a pas démarré.")


def aller_a(page: Page, cible: Locator) -> None:
    """Reach it with the Tab key alone."""
    cible.wait_for()
    for _ in range(200):
        if cible.evaluate("e => e === document.activeElement"):
            return
        page.keyboard.press("Tab")
    pytest.fail(f"On n'atteint pas {cible} au clavier.")


def valider(page: Page, cible: Locator) -> None:
    """Reach a link or a button, then press Enter."""
    aller_a(page, cible)
    page.keyboard.press("Enter")


def ecrire(page: Page, champ: str, texte: str) -> None:
    """Reach a field by its label, then type; in a list, typing chooses."""
    aller_a(page, page.get_by_label(champ).first)
    page.keyboard.type(texte)


def entrer(page: Page, adresse: str, role: str) -> None:
    """Log in as the demonstration's person of this role."""
    page.goto(adresse)
    valider(page, page.get_by_role("button", name=role, exact=True))
    page.wait_for_url(re.compile(r"/(dossiers|equipe)/"))


def test_de_l_appel_au_rendez_vous(adresse: str, page: Page, verifier: Verifier) -> None:
    largeur = (page.viewport_size or {})["width"]
    nom = {1280: "Largeron", 320: "Letroit"}[largeur]
    entrer(page, adresse, "Chargé d'information")
    ecrire(page, "Personne ou dossier", f"{nom} Camille 20/05/1985\n")
    valider(page, page.get_by_role("link", name="Ouvrir une nouvelle fiche"))
    ecrire(page, "Code postal", "44000")
    ecrire(page, "Situation professionnelle", "Salari")
    ecrire(page, "Catégorie sociale", "Emp")
    ecrire(page, "Motif de sollicitation", "Travailler")
    ecrire(page, "Précisions sur la demande", "Changer")
    valider(page, page.get_by_role("button", name="Proposer une orientation"))
    expect(page.get_by_role("group", name="Premiers créneaux")).to_be_visible()
    verifier(page)
    aller_a(page, page.get_by_label("Pas de rendez-vous maintenant"))
    page.keyboard.press("ArrowDown")
    valider(page, page.get_by_role("button", name="Enregistrer l'aiguillage"))
    page.wait_for_url(re.compile(r"/dossiers/\d+/$"))
    rendez_vous = page.get_by_role("link", name=re.compile(r"^Mardi 3 mars 2020 à "))
    expect(rendez_vous).to_be_visible()
    verifier(page)

    valider(page, rendez_vous)
    expect(page.locator("h1")).to_have_text("Rendez-vous du mardi 3 mars 2020")
    verifier(page)
    valider(page, page.get_by_role("link", name="Déplacer"))
    expect(page.locator("h1")).to_have_text("Déplacer le rendez-vous")
    verifier(page)
    premier = page.locator("input[name=creneau]").first
    aller_a(page, premier)
    page.keyboard.press("ArrowDown")
    valider(page, page.get_by_role("button", name="Déplacer à ce moment"))
    expect(page.get_by_text("Le rendez-vous est déplacé.")).to_be_visible()
    valider(page, page.get_by_role("link", name=re.compile("^Annuler")))
    ecrire(page, "Pourquoi", "À la demande"[2:])
    verifier(page)
    valider(page, page.get_by_role("button", name="Annuler le rendez-vous"))
    expect(page.get_by_text("Son heure est de nouveau libre.", exact=True)).to_be_visible()


def test_le_conseiller_voit_sa_semaine_et_ouvre_un_flux(adresse: str, page: Page, verifier: Verifier) -> None:
    entrer(page, adresse, "Conseiller")
    page.goto(f"{adresse}/agenda/")
    expect(page.locator("h1")).to_have_text("Mon agenda")
    verifier(page)
    valider(page, page.get_by_role("link", name="Mon agenda ailleurs"))
    valider(page, page.get_by_role("button", name=re.compile("Créer le lien|Remplacer le lien")))
    lien = page.get_by_label("Lien à copier").input_value()
    verifier(page)
    with urllib.request.urlopen(lien, timeout=10) as flux:
        assert flux.read().startswith(b"BEGIN:VCALENDAR")
    valider(page, page.get_by_role("button", name="Révoquer le lien"))
    expect(page.get_by_text("il n'ouvre plus rien")).to_be_visible()
    with pytest.raises(urllib.error.HTTPError, match="404"):
        urllib.request.urlopen(lien, timeout=10)


def test_le_manager_voit_la_saturation(adresse: str, page: Page, verifier: Verifier) -> None:
    entrer(page, adresse, "Manager")
    page.goto(f"{adresse}/agenda/sites/")
    verifier(page)
    valider(page, page.get_by_role("link", name="Espace conseil de Nantes", exact=True))
    expect(page.locator("h1")).to_contain_text("Espace conseil de Nantes")
    page.wait_for_load_state()
    verifier(page)
    valider(page, page.get_by_role("link", name=re.compile("créneaux pris à 7 jours")))
    expect(page.locator("h1")).to_contain_text("créneaux à 7 jours")
    verifier(page)


def test_sans_script_on_prend_un_rendez_vous(adresse: str, page: Page) -> None:
    """The booking needs no script: plain forms, plain links."""
    navigateur = page.context.browser
    assert navigateur is not None
    contexte = navigateur.new_context(java_script_enabled=False, locale="fr-FR", viewport=page.viewport_size)
    nue = contexte.new_page()
    nue.goto(adresse)
    nue.get_by_role("button", name="Conseiller", exact=True).click()
    nue.wait_for_url(re.compile(r"/(dossiers|equipe)/"))
    nue.goto(f"{adresse}/agenda/prendre/1/")
    nue.get_by_label("Comment").select_option("TELEPHONE")
    nue.get_by_role("button", name="Chercher des créneaux").click()
    nue.locator("label[for^=creneau]").first.click()
    nue.get_by_role("button", name="Prendre ce rendez-vous").click()
    expect(nue.get_by_text("Le rendez-vous est pris.")).to_be_visible()
    contexte.close()
