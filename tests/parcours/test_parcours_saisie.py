"""A small operator's day in a browser, without a mouse: type, see what is wrong, mend, try, send, correct.

The demonstration is the site; axe reads each page on the way, at 1280 and 320 px.
"""

import json
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.parcours.conftest import Site

Verifier = Callable[[Page], None]
_TABULATIONS = 200


def aller(page: Page, selecteur: str) -> None:
    """Press Tab until the element has the focus, as someone without a mouse does."""
    cible = page.locator(selecteur).first
    for _ in range(_TABULATIONS):
        if cible.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"La touche Tab n'atteint pas {selecteur}.")


def presser(page: Page, nom: str) -> None:
    """Reach a link or a button by its words and press Enter; another page follows."""
    aller(page, _intitule(nom))
    with page.expect_navigation(wait_until="networkidle"):
        page.keyboard.press("Enter")


def _intitule(nom: str) -> str:
    return f"main :is(a, button):has-text({json.dumps(nom, ensure_ascii=False)})"


def taper(page: Page, champ: str, texte: str) -> None:
    """Reach a field and write in it."""
    aller(page, f"#id_{champ}")
    page.keyboard.press("Control+A")
    page.keyboard.type(texte)


def cocher(page: Page, libelle: str) -> None:
    """Reach a box by its label and press Space."""
    aller(page, f"#{page.get_by_label(libelle, exact=True).get_attribute('id')}")
    page.keyboard.press("Space")


def entrer(site: Site, page: Page) -> None:
    page.goto(site.adresse)
    page.get_by_role("button", name="Directeur de projet", exact=True).click()
    page.goto(f"{site.adresse}/saisie/")


def test_une_journee_au_clavier(site: Site, page: Page, verifier: Verifier) -> None:
    taille = page.viewport_size
    assert taille is not None
    identifiant = f"P{taille['width']}"
    entrer(site, page)
    verifier(page)

    # A person, with a postcode that does not exist.
    presser(page, "Saisir une fiche")
    verifier(page)
    presser(page, "Personne")
    verifier(page)
    taper(page, "identifiant_beneficiaire", identifiant)
    taper(page, "nom_naissance", f"Le Goff {'x' * 60}")
    taper(page, "prenom", "Anne-Sophie")
    taper(page, "date_naissance", "05051985")
    taper(page, "adresse_code_postal", "99999")
    cocher(page, "Salarié en CDI")
    presser(page, "Mettre sur la liste du jour")
    expect(page.locator("#a-corriger")).to_contain_text("n'existe pas")
    verifier(page)
    # The summary leads to the field.
    aller(page, _intitule("Code postal"))
    page.keyboard.press("Enter")
    expect(page.locator("#id_adresse_code_postal")).to_be_focused()
    taper(page, "adresse_code_postal", "44000")
    presser(page, "Vérifier la fiche")
    expect(page.locator(".fr-alert--success")).to_contain_text("Rien ne bloque")
    verifier(page)
    presser(page, "Mettre sur la liste du jour")
    expect(page.locator("h1")).to_have_text("Saisie du jour")

    # Its UO0: what depends on an answer comes with it.
    page.goto(f"{site.adresse}/saisie/nouvelle/unite_oeuvre/")
    taper(page, "identifiant_beneficiaire", identifiant)
    aller(page, "#id_uo")
    page.keyboard.type("UO2.1")
    expect(page.locator("#id_referent")).to_be_visible()
    expect(page.locator("#id_aiguillage")).to_be_hidden()
    expect(page.locator("#id_date_cloture")).to_be_hidden()
    verifier(page)
    # By the arrows: letters typed on a list a moment ago would still count.
    page.keyboard.press("Home")
    page.keyboard.press("ArrowDown")
    expect(page.locator("#id_uo")).to_have_value("00")
    expect(page.locator("#id_referent")).to_be_hidden()
    taper(page, "date_engagement", "09092021")
    aller(page, "#id_origine_demarche")
    page.keyboard.type("Dém")
    aller(page, "#id_motif_sollicitation")
    page.keyboard.type("Trav")
    cocher(page, "Changer de région")
    aller(page, "#id_aiguillage")
    page.keyboard.type("Rend")
    taper(page, "date_cloture", "09092021")
    verifier(page)
    presser(page, "Mettre sur la liste du jour")
    expect(page.locator("#liste")).to_contain_text("2 fiches")
    verifier(page)

    # Try, send, read the receipt.
    presser(page, "Essayer puis envoyer la liste")
    verifier(page)
    presser(page, "Essayer la liste")
    expect(page.locator(".fr-alert--success")).to_contain_text("L'essai accepte tout")
    verifier(page)
    presser(page, "Envoyer la liste")
    expect(page.locator("main")).to_contain_text("Tout est juste : 2 fiches au registre")
    verifier(page)
    presser(page, "Lire l'accusé complet")
    expect(page.locator("h1")).to_contain_text("Accusé de CEP_08_")

    # Correct what was accepted.
    page.goto(f"{site.adresse}/saisie/acceptees/?texte={identifiant}&sorte=beneficiaire")
    verifier(page)
    presser(page, "Corriger Personne")
    expect(page.locator("h1")).to_have_text("Corriger une personne accompagnée")
    assert page.locator("#id_identifiant_beneficiaire").get_attribute("readonly") is not None
    taper(page, "prenom", "Anne")
    verifier(page)
    presser(page, "Mettre sur la liste du jour")
    presser(page, "Personne : Anne Le Goff")
    verifier(page)
    presser(page, "Retirer de la liste du jour")
    presser(page, "Supprimer ce brouillon")
    verifier(page)
    presser(page, "Supprimer le brouillon")
    expect(page.locator("main")).to_contain_text("Le brouillon est supprimé")


def test_sans_script_et_a_deux(site: Site, page: Page, verifier: Verifier) -> None:
    """Without script the screen unfolds the same; two people on one fiche are told, and lose nothing."""
    navigateur = page.context.browser
    assert navigateur is not None
    contexte = navigateur.new_context(java_script_enabled=False, locale="fr-FR", viewport=page.viewport_size)
    nue = contexte.new_page()
    entrer(site, nue)
    nue.goto(f"{site.adresse}/saisie/nouvelle/unite_oeuvre/")
    expect(nue.locator("#id_date_cloture")).to_be_hidden()
    nue.select_option("#id_uo", "22")
    expect(nue.locator("#id_alea_uo22")).to_be_visible()
    nue.check("#situation-close", force=True)
    expect(nue.locator("#id_date_cloture")).to_be_visible()
    expect(nue.locator("#id_description_service")).to_be_visible()
    nue.fill("#id_referent", "R12")
    nue.get_by_role("button", name="Vérifier la fiche").click()
    expect(nue.locator("#a-corriger")).to_contain_text("donnez le jour de sa clôture")

    # The same fiche in another window, saved meanwhile.
    entrer(site, page)
    page.goto(nue.url)
    page.fill("#id_referent", "R13")
    page.get_by_role("button", name="Garder le brouillon").click()
    nue.fill("#id_referent", "R14")
    nue.get_by_role("button", name="Garder le brouillon").click()
    expect(nue.locator("#deux-saisies")).to_contain_text("R13")
    assert nue.input_value("#id_referent") == "R14"
    adresse = nue.url
    contexte.close()
    page.goto(adresse)
    page.fill("#id_referent", "R15")
    page.evaluate("document.querySelector('[name=version]').value = '1'")
    page.get_by_role("button", name="Garder le brouillon").click()
    expect(page.locator("#deux-saisies")).to_contain_text("R15")
    verifier(page)
    page.get_by_role("button", name="Garder le brouillon").click()
    expect(page.locator("main")).to_contain_text("Le brouillon est gardé")
