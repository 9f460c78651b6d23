"""Search from anywhere: what each person may find, what never shows in an address, the `/` key turned off."""

from html import unescape

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from cepage.fondations.comptes.recherche import fournisseurs
from cepage.fondations.comptes.recherche.fournisseurs import LIMITE, Fournisseur, Trouvaille, inscrire
from cepage.fondations.socle.portee import portee_emetteurs
from tests.echanges.reception.fabrique import NUMEROS, UO1, ouvrir_le_marche
from tests.operateur.dossiers.atelier import personne
from tests.personnes import alice, bob, charlie, diane, entrer

pytestmark = pytest.mark.django_db
MAXIMUM = 30


def chercher(client: Client, texte: str) -> str:
    """The page of results, its address checked."""
    reponse = client.post("/recherche/", {"q": texte})
    assert reponse.headers["Location"] == "/recherche/"
    page = unescape(client.get("/recherche/").content.decode())
    return page[page.index("<h1>") :]


def test_les_pages_selon_les_droits() -> None:
    assert "/decomptes/" in chercher(entrer(alice()), "decompte")
    assert "/decomptes/" not in chercher(entrer(diane()), "décompte")


@pytest.mark.parametrize("texte", ["comite", "COMITÉ", "pilotage comité"])
def test_les_mots_du_lexique_sans_casse_ni_accents_ni_ordre(texte: str, monkeypatch: pytest.MonkeyPatch) -> None:
    termes = {"comité de pilotage": "ceux qui décident.", "bon de commande": "ce qui est commandé."}
    monkeypatch.setattr("cepage.fondations.comptes.recherche.trouvailles.termes", lambda: termes)
    page = chercher(entrer(diane()), texte)
    assert "ceux qui décident." in page
    assert "ce qui est commandé." not in page


def test_un_bon_de_commande_nomme_exactement_s_ouvre(django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    ouvrir_le_marche()
    bob_, charlie_ = entrer(bob()), entrer(charlie())
    reference = "2020-Lot08-UO01-01"
    for saisie in (reference, reference.lower(), f" {reference}-00012 "):
        reponse = bob_.post("/recherche/", {"q": saisie})
        assert reponse.headers["Location"] == f"/marche/bons/{reference}/"
    assert reference not in chercher(charlie_, reference).split("»", 1)[1]
    assert "2020-Lot02-UO2.1-01" in chercher(charlie_, "lot02")
    with django_assert_max_num_queries(MAXIMUM):
        charlie_.get("/recherche/")


def test_une_personne_ne_se_trouve_que_chez_qui_la_suit() -> None:
    ouvrir_le_marche()
    with portee_emetteurs(["AB"]):
        connue = personne()
    assert f"/dossiers/{connue.pk}/" in chercher(entrer(diane()), "le gof 20/05/1985")
    for autre in (charlie(), bob()):
        assert "Anne-Sophie" not in chercher(entrer(autre), "le gof 20/05/1985")
    reponse = entrer(alice()).post("/recherche/", {"q": connue.identifiant_beneficiaire})
    assert reponse.headers["Location"] == f"/dossiers/{connue.pk}/"


def test_un_code_d_anomalie_s_ouvre() -> None:
    assert entrer(diane()).post("/recherche/", {"q": "e-ben-012"}).headers["Location"] == "/contrat/codes/E-BEN-012/"


def test_un_champ_du_contrat_mene_a_sa_ligne() -> None:
    client = entrer(diane())
    page = chercher(client, "motif cloture")
    lien = "/contrat/?fiche=unite_oeuvre&texte=motif_cloture"
    assert lien in page
    assert "motif_cloture" in client.get(lien).content.decode().split("<h1>")[1]


def test_rien_ne_repond_dit_comment_chercher() -> None:
    page = chercher(entrer(alice()), "zzzz")
    assert "Rien ne répond à « zzzz »" in page
    assert "quatre premiers caractères" in page
    assert "Écrivez dans le champ du haut" in chercher(entrer(bob()), "   ")


def test_un_texte_trop_long_ou_hostile_se_cherche_comme_un_autre() -> None:
    client = entrer(alice())
    for texte in ("é" * 5000, "%' OR 1=1 --", "<script>alert(1)</script>", "\x00", "AB\x00"):
        reponse = client.post("/recherche/", {"q": texte}, follow=True)
        assert reponse.status_code == 200
        assert "<script>alert" not in reponse.content.decode()


def test_on_se_connecte_avant_de_chercher() -> None:
    reponse = Client().post("/recherche/", {"q": NUMEROS[UO1]})
    assert reponse.headers["Location"].startswith("/compte/connexion/")
    assert NUMEROS[UO1] not in reponse.headers["Location"]


def test_la_touche_se_coupe_et_se_remet() -> None:
    client = entrer(alice())
    assert "data-raccourci" in client.get("/").content.decode()
    client.post("/recherche/raccourci/", {"raccourci": "non"})
    assert "data-raccourci" not in client.get("/").content.decode()
    client.post("/recherche/raccourci/", {"raccourci": "oui"})
    assert "data-raccourci" in client.get("/").content.decode()


def test_au_dela_de_la_limite_on_le_dit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fournisseurs, "_inscrits", {})
    trop = [Trouvaille(f"objet {rang}") for rang in range(LIMITE + 1)]
    inscrire(Fournisseur("Objets", "", 1, lambda request, texte: trop))
    page = chercher(entrer(alice()), "objet")
    assert page.count("<strong>Objet ") == LIMITE
    assert "ajoutez un mot" in page


def test_une_action_inconnue_est_refusee_a_l_inscription() -> None:
    with pytest.raises(KeyError, match=r"rien\.faire"):
        inscrire(Fournisseur("Rien", "rien.faire", 1, lambda request, texte: []))
