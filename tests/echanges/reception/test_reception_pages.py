"""Pages of the envois: Alice (AB) owns, Bob (buyer of lot 08) reads, Charlie (CD) sees nothing."""

import json
from datetime import date
from html import unescape
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries, Settings

from cepage.echanges.reception import calendrier, depots, taches
from cepage.echanges.reception.accuse import Accuse
from cepage.echanges.reception.models import Envoi, Progression
from cepage.fondations.socle.portee import portee_emetteurs, portee_totale
from tests.echanges.reception import fabrique
from tests.echanges.reception.fabrique import Facteur, en_csv, en_zip, parcours
from tests.personnes import alice, bob, charlie, entrer

MAXIMUM = 12


@pytest.fixture
def partiel(facteur: Facteur) -> Accuse:
    """A receipt with one refused beneficiary, hence its four units and what belongs to them."""
    envoi = parcours()
    envoi["beneficiaire"] += [fabrique.personne(identifiant_beneficiaire="P2", adresse_code_postal="99999")]
    return facteur.envoyer(envoi)


@pytest.fixture
def accepte(facteur: Facteur) -> Accuse:
    return facteur.envoyer(parcours())


def _deposer(client: Client, nom: str, octets: bytes, mode: str = "normal", lot: str = "08") -> Progression:
    """Deposit on the page, then do what the worker does."""
    reponse = client.post(
        reverse("reception:deposer"), {"fichier": SimpleUploadedFile(nom, octets), "lot": lot, "mode": mode}
    )
    assert reponse.status_code == 302, reponse.content.decode()
    depot = reponse.headers["Location"].rstrip("/").rsplit("/", 1)[1]
    with connections["default"].cursor() as curseur:
        curseur.execute("SELECT args FROM procrastinate_jobs WHERE args->>'depot' = %s", [depot])
        (arguments,) = curseur.fetchone()
    arguments = arguments if isinstance(arguments, dict) else json.loads(arguments)
    taches.recevoir_depot(**arguments)
    with portee_totale():
        return Progression.objects.get(pk=depot)


def test_chacun_voit_ses_envois(partiel: Accuse, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    for personne, visible in ((alice(), True), (bob(), True), (charlie(), False)):
        client = entrer(personne)
        with django_assert_max_num_queries(MAXIMUM):
            reponse = client.get("/envois/")
        assert reponse.status_code == 200
        assert (partiel.envoi in reponse.content.decode()) is visible


@pytest.mark.parametrize("suite", ["", "accuse.json", "accuse.xml", "accuse.csv", "refusees/beneficiaire.csv"])
def test_un_envoi_etranger_n_existe_pas(partiel: Accuse, suite: str) -> None:
    adresse = f"/envois/{partiel.envoi}/{suite}"
    assert entrer(alice()).get(adresse).status_code == 200
    assert entrer(charlie()).get(adresse).status_code == 404
    attendu = 403 if "refusees" in suite else 200
    assert entrer(bob()).get(adresse).status_code == attendu


def test_un_acheteur_ne_depose_pas(facteur: Facteur) -> None:
    client = entrer(bob())
    assert client.get("/envois/deposer/").status_code == 403
    assert "Déposer un fichier" not in client.get("/envois/").content.decode()


def test_liste_filtree(partiel: Accuse) -> None:
    client = entrer(bob())
    for requete, present in (
        ("lot=08&statut=accepte_partiellement&mois=2022-06", True),
        ("statut=refuse", False),
        ("mois=2022-05", False),
        ("mois=juin", True),
        ("lot=02", True),  # not one of Bob's lots: the filter is refused, and says so
    ):
        page = client.get(f"/envois/?{requete}").content.decode()
        assert (f"/envois/{partiel.envoi}/" in page) is present, requete
    assert "Écrivez le mois ainsi" in client.get("/envois/?mois=juin").content.decode()
    assert "Aucun envoi ne répond à ces filtres" in client.get("/envois/?statut=refuse").content.decode()


def test_vide_qui_apprend(facteur: Facteur) -> None:
    page = entrer(alice()).get("/envois/").content.decode()
    assert "Aucun envoi reçu" in page
    assert "Déposez le premier" in page


def test_accuse(partiel: Accuse, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    client = entrer(alice())
    with django_assert_max_num_queries(MAXIMUM):
        reponse = client.get(f"/envois/{partiel.envoi}/")
    page = reponse.content.decode()
    assert "Accepté partiellement" in page
    assert "1 refusée" in page
    assert "/contrat/codes/E-BEN-012/" in page
    assert "Comment corriger" in page
    with django_assert_max_num_queries(MAXIMUM):
        filtree = client.get(f"/envois/{partiel.envoi}/?code=E-BEN-012").content.decode()
    assert "beneficiaire.csv" in filtree
    assert "99999" not in filtree, "la valeur d'un champ de contact est masquée"
    vide = client.get(f"/envois/{partiel.envoi}/?gravite=avertissement&fiche=beneficiaire").content.decode()
    assert "Aucune anomalie ne répond à ces filtres" in vide


def test_formats_de_l_accuse(partiel: Accuse) -> None:
    client = entrer(alice())
    adresse = f"/envois/{partiel.envoi}/accuse."
    assert client.get(adresse + "json").json()["comptes"] == partiel.comptes
    assert client.get(adresse + "xml").content == partiel.en_xml()
    assert client.get(adresse + "csv").content.decode("utf-8-sig") == partiel.en_csv()
    assert client.get(adresse + "pdf").status_code == 404


def test_seulement_mes_lignes_refusees(partiel: Accuse) -> None:
    client = entrer(alice())
    page = client.get(f"/envois/{partiel.envoi}/").content.decode()
    assert f"/envois/{partiel.envoi}/refusees/beneficiaire.csv?fichier=beneficiaire.csv" in page
    reponse = client.get(f"/envois/{partiel.envoi}/refusees/beneficiaire.csv")
    fautive = fabrique.personne(identifiant_beneficiaire="P2", adresse_code_postal="99999")
    assert b"".join(reponse.streaming_content) == en_csv("beneficiaire", [fautive])
    assert client.get(f"/envois/{partiel.envoi}/refusees/unite_oeuvre.csv").status_code == 404
    assert client.get(f"/envois/{partiel.envoi}/refusees/beneficiaire.csv?fichier=/etc/x").status_code == 404


def test_lignes_refusees_avec_guillemets_et_retours(facteur: Facteur) -> None:
    """A record on several physical lines is given back whole; a stray quote gives up its line alone."""
    justes = [fabrique.implantation(code_implantation="S1", libelle='Site "neuf" au port ; quai')]
    fausses = [
        fabrique.implantation(code_implantation="S2", libelle="Deux\nlignes", code_postal="99999"),
        fabrique.implantation(code_implantation="S3", code_postal="99998"),
    ]
    octets = en_csv("implantation", [*justes, *fausses])
    egaree = b'"C;sans fin\n'
    accuse = facteur.deposer("CEP_08_AB_20220601_77.implantation.csv", octets + egaree, emetteur="AB")
    with portee_totale():
        envoi = Envoi.objects.get(identifiant=accuse.envoi)
        nom = envoi.nom_fichier
    reponse = entrer(alice()).get(f"/envois/{accuse.envoi}/refusees/implantation.csv", {"fichier": nom})
    assert b"".join(reponse.streaming_content) == en_csv("implantation", fausses) + egaree


def test_deposer_et_lire_l_accuse(facteur: Facteur) -> None:
    client = entrer(alice())
    octets = en_zip(parcours(), 901)
    progression = _deposer(client, "CEP_08_AB_20220603_901.zip", octets)
    assert progression.etape == depots.TERMINE
    reponse = client.get(reverse("reception:depot", args=[progression.pk]))
    assert reponse.headers["Location"] == f"/envois/{progression.envoi}/"
    assert "Tout est juste" in client.get(reponse.headers["Location"]).content.decode()
    assert not (depots.repertoire() / str(progression.pk)).exists()
    encore = _deposer(client, "CEP_08_AB_20220603_901.zip", octets)
    assert (encore.etape, encore.envoi) == (depots.DEJA, progression.envoi)
    suivie = client.get(reverse("reception:depot", args=[encore.pk]), follow=True)
    assert "Ce fichier avait déjà été reçu" in suivie.content.decode()


def test_fichier_refuse_en_entier(facteur: Facteur) -> None:
    client = entrer(alice())
    progression = _deposer(client, "vide.csv", b"")
    page = client.get(reverse("reception:depot", args=[progression.pk]), follow=True).content.decode()
    assert "Le fichier est refusé en entier" in page
    assert "E-FIC-001" in page


def test_essai(facteur: Facteur, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    client = entrer(alice())
    progression = _deposer(client, "CEP_08_AB_20220603_902.zip", en_zip(parcours(), 902), mode="essai")
    adresse = reverse("reception:essai", args=[progression.pk])
    with django_assert_max_num_queries(MAXIMUM):
        page = unescape(client.get(adresse).content.decode())
    assert "Essai : rien n'est entré dans le registre." in page
    with portee_totale():
        assert not Envoi.objects.exists()
    assert entrer(charlie()).get(adresse).status_code == 404


def test_depot_mal_rempli(facteur: Facteur) -> None:
    client = entrer(alice())
    reponse = client.post("/envois/deposer/", {"lot": "02", "mode": "normal"})
    assert reponse.status_code == 422
    page = reponse.content.decode()
    assert "Choisissez le fichier à déposer." in page
    assert "Ce lot n&#x27;est pas un des vôtres" in page


def test_progression_lue_pendant_la_reception(facteur: Facteur) -> None:
    """The progress is written on another connection: it is there before the reception commits."""
    autre = connections.create_connection("default")
    depot = "0b7c1c35-0000-4000-8000-000000000001"
    try:
        with autre.cursor() as curseur:
            curseur.execute("SELECT set_config('cepage.emetteurs', 'AB', false)")
            curseur.execute(
                "INSERT INTO reception_progression (depot, emetteur, etape, part, envoi, maj_le) "
                "VALUES (%s, 'AB', %s, 0, '', now())",
                [depot, depots.EN_ATTENTE],
            )
            with depots.Suivi(depot, "AB") as suivi:
                suivi.avancer("Contrôle des formats : bénéficiaire", 0.5)
            curseur.execute("SELECT etape, part FROM reception_progression WHERE depot = %s", [depot])
            assert curseur.fetchone() == ("Contrôle des formats : bénéficiaire", 0.275)
            client = entrer(alice())
            page = client.get(reverse("reception:depot", args=[depot])).content.decode()
            assert 'value="28"' in page
            assert "Actualiser" in page
            fragment = client.get(reverse("reception:depot", args=[depot]), headers={"HX-Request": "true"})
            assert "<html" not in fragment.content.decode()
            assert entrer(charlie()).get(reverse("reception:depot", args=[depot])).status_code == 404
    finally:
        with autre.cursor() as curseur:
            curseur.execute("DELETE FROM reception_progression WHERE depot = %s", [depot])
        autre.close()


def test_reception_interrompue(facteur: Facteur, monkeypatch: pytest.MonkeyPatch) -> None:
    def en_panne(*_: object) -> None:
        raise OSError("disque plein")

    monkeypatch.setattr(depots, "recevoir", en_panne)
    client = entrer(alice())
    with pytest.raises(OSError, match="disque plein"):
        _deposer(client, "a.zip", b"PK")
    with portee_emetteurs(["AB"]):
        progression = Progression.objects.get()
    page = client.get(reverse("reception:depot", args=[progression.pk])).content.decode()
    assert "La réception s'est interrompue" in page


def test_calendrier(partiel: Accuse, settings: Settings, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    settings.CEPAGE_DATE = "2022-06-15"
    client = entrer(bob())
    with django_assert_max_num_queries(MAXIMUM):
        page = client.get("/envois/calendrier/?lot=08&annee=2022&mois=6").content.decode()
    # June 2022 until the 14th: ten weekdays, Whit Monday (the 6th) off, one envoi on the 1st.
    assert "8 jours sans envoi" in page
    assert f"/envois/{partiel.envoi}/" in page
    with django_assert_max_num_queries(MAXIMUM):
        annee = client.get("/envois/calendrier/?lot=08&annee=2022").content.decode()
    assert "juin 2022" in annee
    etranger = entrer(charlie()).get("/envois/calendrier/?lot=08&annee=2022&mois=6")
    assert "Opérateur AB" not in etranger.content.decode()


def test_jours_du_calendrier(partiel: Accuse) -> None:
    with portee_totale():
        (operateur,) = calendrier.etablir("08", 2022, 6, aujourd_hui=date(2022, 6, 15), emetteurs=frozenset({"AB"}))
    (mois,) = operateur.mois
    etats = {jour.date.day: jour.etat for jour in mois.jours}
    assert etats[1] is calendrier.Etat.RECU
    assert etats[2] is calendrier.Etat.MANQUANT
    assert etats[6] is calendrier.Etat.CHOME
    assert etats[14] is calendrier.Etat.MANQUANT
    assert etats[15] is calendrier.Etat.A_VENIR
    assert (mois.attendus, mois.recus, len(mois.manquants)) == (9, 1, 8)


def test_le_jour_vient_du_nom_sinon_de_la_reception() -> None:
    assert calendrier.jour_de_l_envoi("CEP_08_AB_20210312_0001.zip", fabrique.RECU) == date(2021, 3, 12)
    assert calendrier.jour_de_l_envoi("CEP_08_AB_20211399_0001.zip", fabrique.RECU) == date(2022, 6, 2)
    assert calendrier.jour_de_l_envoi("fiches.json", fabrique.RECU) == date(2022, 6, 2)


@pytest.fixture(autouse=True)
def _donnees(settings: Settings, tmp_path: Path) -> None:
    """Proofs and deposits of each test apart."""
    settings.CEPAGE_DONNEES = tmp_path / "donnees"
