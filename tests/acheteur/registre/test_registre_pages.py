"""Pages of the register: Alice (AB) and Bob (buyer of lot 08) read, Charlie (CD) finds nothing."""

from datetime import UTC, datetime
from html import unescape

import pytest
from pytest_django import DjangoAssertNumQueries

from cepage.echanges.reception.accuse import Accuse
from tests.echanges.reception.fabrique import NUMEROS, UO1, Facteur, livrable, parcours, unite
from tests.personnes import alice, bob, charlie, diane, entrer

MAXIMUM = 12
ADRESSE = f"/registre/dossier/{NUMEROS[UO1]}/"
MODIFIEE = {"horodatage": "2022-06-08T10:00:00+02:00", "nature": "M", "origine_demarche": "ENTREPRISE"}


@pytest.fixture
def recus(facteur: Facteur) -> list[Accuse]:
    """The whole course on 2 June 2022, one change on the 9th, an older fiche that comes late on the 10th."""
    tardive = {"horodatage": "2022-05-01T10:00:00+02:00", "nature": "C"}
    return [
        facteur.envoyer(parcours()),
        facteur.envoyer({"unite_oeuvre": [unite(UO1, **MODIFIEE)]}, recu_le=datetime(2022, 6, 9, 6, tzinfo=UTC)),
        facteur.envoyer({"unite_oeuvre": [unite(UO1, **tardive)]}, recu_le=datetime(2022, 6, 10, 6, tzinfo=UTC)),
    ]


def test_trois_personnes(recus: list[Accuse], django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    for personne, code in ((alice(), 200), (bob(), 200), (charlie(), 404)):
        client = entrer(personne)
        with django_assert_max_num_queries(MAXIMUM):
            assert client.get(ADRESSE).status_code == code
        with django_assert_max_num_queries(MAXIMUM):
            trouve = client.get("/registre/", {"numero": "AB20"})
        assert (NUMEROS[UO1] in trouve.content.decode()) is (code == 200)
    assert entrer(diane()).get("/registre/").status_code == 403


def test_dossier_inconnu(recus: list[Accuse]) -> None:
    assert entrer(alice()).get("/registre/dossier/AB209901999999/").status_code == 404


def test_recherche(recus: list[Accuse]) -> None:
    client = entrer(bob())
    assert client.get("/registre/", {"numero": f" {NUMEROS[UO1].lower()} "}).headers["Location"] == ADRESSE
    page = unescape(client.get("/registre/", {"numero": "AB2003"}).content.decode())
    assert ADRESSE in page
    assert "2 dossiers" in page
    assert "Aucun dossier ne commence ainsi" in client.get("/registre/", {"numero": "ZZ99"}).content.decode()
    assert "quatre premiers caractères" in client.get("/registre/", {"numero": "AB"}).content.decode()


def test_histoire(recus: list[Accuse]) -> None:
    page = unescape(entrer(bob()).get(ADRESSE).content.decode())
    assert "Démarche individuelle" in page
    assert "Entreprise, employeur" in page
    for morceau in ("État courant", "Remplacée", "Arrivée en retard", "Origine", "Interaction du lundi 9 mars 2020"):
        assert morceau in page, morceau
    assert "Livrable : " in page
    for accuse in recus:
        assert f"/envois/{accuse.envoi}/" in page
    assert "unite_oeuvre.csv" in page


def test_personne_n_est_nommee(recus: list[Accuse]) -> None:
    page = unescape(entrer(bob()).get(ADRESSE).content.decode())
    assert "P1" in page
    for identite in ("Le Goff", "Anne-Sophie", "1985", "Abbé Grégoire"):
        assert identite not in page


def test_texte_libre_masque(recus: list[Accuse]) -> None:
    page = unescape(entrer(bob()).get(f"/registre/dossier/{NUMEROS[3]}/").content.decode())
    assert "Dossier de financement monté" not in page
    assert "(masqué)" in page


def test_connu_le_et_en_vigueur_le(recus: list[Accuse], django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    client = entrer(alice())

    def page(**dates: str) -> str:
        with django_assert_max_num_queries(MAXIMUM):
            return unescape(client.get(ADRESSE, dates).content.decode())

    assert "Remplacée" not in page(connu_le="2022-06-08")
    assert "Remplacée" in page(connu_le="2022-06-09")
    assert "Arrivée en retard" not in page(connu_le="2022-06-09")
    assert "Rien n'était encore connu" in page(connu_le="2022-06-01")
    assert "ENTREPRISE" not in page(en_vigueur_le="2022-06-07")
    assert "Ce qui change" in page(en_vigueur_le="2022-06-08")
    assert "Écrivez la date ainsi" in page(connu_le="hier")


def test_annulation(facteur: Facteur, recus: list[Accuse]) -> None:
    annule = livrable(UO1, "ELP", "elp.pdf", "2020-04-14", nature="A", horodatage="2022-06-11T10:00:00+02:00")
    facteur.envoyer({"livrable": [annule]}, recu_le=datetime(2022, 6, 12, 6, tzinfo=UTC))
    page = unescape(entrer(alice()).get(ADRESSE).content.decode())
    assert "Annulée" in page
    assert "Annulation du" in page
