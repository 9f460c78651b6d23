"""The groupement: members that come and go, their sites, their results; every number opens its list."""

from datetime import date

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from cepage.fondations.comptes.enums import Role
from cepage.fondations.socle.portee import fixer_emetteurs
from cepage.operateur.dossiers.models import Beneficiaire, UniteOeuvre
from cepage.operateur.equipe.models import Membre
from tests.operateur.dossiers.atelier import engager, personne
from tests.personnes import alice, bob, charlie, diane, entrer

pytestmark = pytest.mark.usefixtures("operateur_ab")
MEMBRE = {"nom": "Cotraitant du Nord", "code": "NORD", "qualite": "cotraitant", "debut": "2020-01-02"}
MAXIMUM = 35


def _page(client: Client, adresse: str) -> str:
    reponse = client.get(adresse)
    assert reponse.status_code == 200, adresse
    return reponse.content.decode().replace("\u202f", " ")


def test_un_membre_entre_porte_des_dossiers_et_sort(django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    client = entrer(alice())
    faux = client.post("/equipe/membres/ajouter/", MEMBRE | {"fin": "2019-01-01"})
    assert faux.status_code == 422
    assert "La sortie du groupement vient après" in faux.content.decode()
    assert client.post("/equipe/membres/ajouter/", MEMBRE).status_code == 302
    double = client.post("/equipe/membres/ajouter/", MEMBRE | {"nom": "Autre"})
    assert "déjà ce code" in double.content.decode()
    fixer_emetteurs(["AB"])
    membre = Membre.objects.get()
    for rang in range(3):
        tenue = personne(nom_naissance=f"Nom{'abc'[rang]}")
        Beneficiaire.objects.filter(pk=tenue.pk).update(membre=membre)
        tenue.refresh_from_db()
        engager(tenue, "01", date(2020, 3, 2))
    UniteOeuvre.objects.filter(pk=UniteOeuvre.objects.order_by("pk")[0].pk).update(
        etat="abandonnee", date_cloture=date(2020, 5, 2), motif_cloture="ABANDON"
    )
    with django_assert_max_num_queries(MAXIMUM):
        page = _page(client, "/equipe/groupement/?annee=2020")
    assert 'aria-label="2 ouverts, Cotraitant du Nord"' in page
    assert 'aria-label="3 engagées, Cotraitant du Nord"' in page
    assert 'aria-label="1 abandonnées, Cotraitant du Nord"' in page
    liste = _page(client, f"/equipe/groupement/resultats/abandonnees/?annee=2020&membre={membre.pk}")
    assert "1 dossier" in liste
    assert "Nomx" not in liste
    assert "Aucun dossier" in _page(client, "/equipe/groupement/resultats/closes/?annee=2020&membre=aucun")
    assert client.get("/equipe/groupement/resultats/rien/").status_code == 404
    csv = client.get("/equipe/groupement/exporter/csv/?annee=2020").content.decode()
    assert "Cotraitant du Nord;Cotraitant;2020-01-02;;0;UO1;3;0;1" in csv
    client.post(f"/equipe/membres/{membre.pk}/modifier/", MEMBRE | {"fin": "2021-05-01"})
    page = _page(client, f"/equipe/membres/{membre.pk}/")
    assert "2 dossiers encore ouverts chez un membre absent" in page


def test_on_ne_rattache_qu_a_un_membre_present() -> None:
    conseillere, client = diane(), entrer(alice())
    fixer_emetteurs(["AB"])
    present = Membre.objects.create(
        emetteur="AB", code="P", nom="Présent", qualite="sous_traitant", debut=date(2020, 1, 2)
    )
    parti = Membre.objects.create(
        emetteur="AB", code="X", nom="Parti", qualite="cotraitant", debut=date(2020, 1, 2), fin=date(2021, 1, 1)
    )
    adresse = f"/equipe/conseillers/{conseillere.pk}/membre/"
    assert "a quitté le groupement" in client.post(adresse, {"membre": str(parti.pk)}).content.decode()
    assert client.post(adresse, {"membre": str(present.pk)}).status_code == 302
    assert "Diane Martin" in _page(client, f"/equipe/membres/{present.pk}/")
    assert client.post(adresse, {"membre": ""}).status_code == 302
    assert "est rattaché. Le rattachement se note" in _page(client, f"/equipe/membres/{present.pk}/")


def test_qui_voit_le_groupement() -> None:
    fixer_emetteurs(["AB"])
    membre = Membre.objects.create(emetteur="AB", code="P", nom="Canari", qualite="cotraitant", debut=date(2020, 1, 2))
    assert entrer(bob()).get("/equipe/groupement/").status_code == 403
    autre = entrer(charlie())
    assert "Canari" not in _page(autre, "/equipe/groupement/")
    assert autre.get(f"/equipe/membres/{membre.pk}/").status_code == 404
    assert autre.post(f"/equipe/membres/{membre.pk}/modifier/", MEMBRE).status_code == 404


def test_la_direction_commence_sa_journee_au_groupement() -> None:
    from cepage.fondations.comptes.contexte import premiere_page

    assert premiere_page(Role.DIRECTEUR_PROJET) == "/equipe/groupement/"
    assert premiere_page(Role.MANAGER) == "/equipe/"
