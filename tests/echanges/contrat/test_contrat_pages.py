"""The published pages: dictionary, lists, codes, documents."""

import re

import pytest
from django.test import Client

from cepage.echanges.contrat.catalogue import notices
from cepage.echanges.contrat.codes import CODES, Gravite
from cepage.echanges.contrat.exports import tous
from cepage.echanges.contrat.fiches import FICHES
from cepage.echanges.contrat.selectors import champs_de_la_liste, chercher_champs, chercher_codes
from cepage.echanges.reception.lecture.codes import CODES as CODES_LECTURE


def test_le_catalogue_a_tous_les_codes_en_mots() -> None:
    assert set(notices()) == set(CODES) | set(CODES_LECTURE)
    for notice in notices().values():
        assert not re.search(r"\{\w*\}|\{\{", notice.message + notice.remede)
        assert all((notice.message, notice.remede, notice.clause, notice.portee))
        assert (notice.gravite is Gravite.AVERTISSEMENT) is notice.portee.startswith("Rien n'est refusé")


def test_un_code_de_lecture_dit_ce_qu_il_refuse() -> None:
    assert "fichier entier" in notices()["E-FIC-004"].portee
    assert "refusée seule" in notices()["E-FIC-106"].portee
    assert notices()["W-FIC-001"].gravite is Gravite.AVERTISSEMENT


@pytest.mark.parametrize("texte", ["nom de naissance", "NOM NAISSANCE", "naïssance nom"])
def test_la_recherche_ignore_casse_accents_et_ordre(texte: str) -> None:
    assert "nom_naissance" in [champ.nom for _, champ in chercher_champs(texte=texte)]


def test_la_recherche_se_borne_a_la_fiche() -> None:
    assert {fiche.nom for fiche, _ in chercher_champs("livrable")} == {"livrable"}
    assert len(chercher_champs()) == sum(len(fiche.champs) for fiche in FICHES.values())
    assert chercher_champs(texte="introuvable") == []


def test_les_codes_se_cherchent_par_fiche_gravite_et_texte() -> None:
    assert [n.code for n in chercher_codes(texte="e-uo-014")] == ["E-UO-014"]
    assert all(n.fiche and n.fiche.nom == "unite_oeuvre" for n in chercher_codes("unite_oeuvre", "avertissement"))
    assert {n.code[:5] for n in chercher_codes("fichier")} == {"E-LOT", "E-FIC", "W-FIC"}


def test_une_liste_dit_quels_champs_la_prennent() -> None:
    assert [(f.nom, c.nom) for f, c in champs_de_la_liste("statut")] == [("beneficiaire", "statut")]
    assert champs_de_la_liste("sous_classe_naf") == []


def test_le_dictionnaire_montre_tous_les_champs_et_les_documents(lectrice: Client) -> None:
    page = lectrice.get("/contrat/").content.decode()
    for fiche in FICHES.values():
        assert fiche.libelle in page.replace("&#x27;", "'")
        for champ in fiche.champs:
            assert champ.nom in page
    for nom in tous():
        assert f"/contrat/documents/{nom}" in page


def test_le_filtre_est_dans_l_adresse(lectrice: Client) -> None:
    page = lectrice.get("/contrat/", {"fiche": "livrable", "texte": "empreinte"}).content.decode()
    assert "empreinte_sha256" in page
    assert "nom_naissance" not in page
    assert 'value="empreinte"' in page
    assert "1 champ" in page.replace("\u202f", " ").replace("\xa0", " ")
    vide = lectrice.get("/contrat/", {"texte": "introuvable"}).content.decode()
    assert "Aucun champ ne répond" in vide


def test_un_filtre_inconnu_montre_tout_et_le_dit(lectrice: Client) -> None:
    reponse = lectrice.get("/contrat/", {"fiche": "personne"})
    assert reponse.status_code == 200
    assert "nom_naissance" in reponse.content.decode()


def test_chaque_code_a_sa_page(lectrice: Client) -> None:
    liste = lectrice.get("/contrat/codes/").content.decode()
    for code in notices():
        assert f"/contrat/codes/{code}/" in liste
    page = lectrice.get("/contrat/codes/E-UO-014/").content.decode().replace("&#x27;", "'")
    for texte in (
        "E-UO-014",
        "Avertissement",
        "après la fin du délai",
        "Clôturez automatiquement",
        "CCTP §1.2.6",
    ):
        assert texte in page
    assert "refusé" in lectrice.get("/contrat/codes/E-FIC-001/").content.decode()


@pytest.mark.parametrize("nom", tous())
def test_chaque_document_se_telecharge(nom: str, lectrice: Client) -> None:
    reponse = lectrice.get(f"/contrat/documents/{nom}")
    assert reponse.status_code == 200
    assert reponse.content == tous()[nom]
    assert reponse["Content-Disposition"] == f'attachment; filename="{nom}"'


@pytest.mark.parametrize(
    "adresse",
    [
        "codes/E-UO-999/",
        "listes/sous_classe_naf/",
        "listes/rien/",
        "documents/rien.csv",
        "documents/../fiches.py",
    ],
)
def test_ce_qui_n_existe_pas_repond_404(adresse: str, lectrice: Client) -> None:
    assert lectrice.get(f"/contrat/{adresse}").status_code == 404


def test_une_liste_montre_ses_codes(lectrice: Client) -> None:
    page = lectrice.get("/contrat/listes/mode_contact/").content.decode()
    assert "VISIO" in page
    assert "interaction" in page


@pytest.mark.parametrize("adresse", ["", "codes/", "codes/E-UO-014/", "listes/statut/", "documents/beneficiaire.csv"])
def test_il_faut_entrer_et_seulement_lire(adresse: str, client: Client, db: None) -> None:
    reponse = client.get(f"/contrat/{adresse}")
    assert reponse.status_code == 302
    assert "/compte/" in reponse["Location"]


def test_ecrire_est_refuse(lectrice: Client) -> None:
    assert lectrice.post("/contrat/").status_code == 405
