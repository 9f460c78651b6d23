"""Pages of the calendar: Alice (AB) owns, Bob (buyer of lot 08) follows and sets, Charlie (CD) sees nothing."""

import io
from datetime import date
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from odfdo import Document
from pypdf import PdfReader
from pytest_django import DjangoAssertNumQueries, Settings

from cepage.echanges.suivi import services
from cepage.echanges.suivi.models import Creneau, DocumentDepose
from cepage.fondations.socle import horloge
from cepage.fondations.socle.portee import portee_totale
from tests.echanges.reception.fabrique import Facteur, en_csv, indicateur, parcours, personne
from tests.personnes import alice, bob, charlie, diane, entrer

PLACE = "/suivi/08/AB/"
PAGES = ("", "attendus/", "livrables/2022-03/", "ecarts/", "constats/", "regularite.pdf", "regularite.ods")


@pytest.fixture(autouse=True)
def jour(settings: Settings) -> None:
    settings.CEPAGE_DATE = "2022-06-08T10:00:00+02:00"


@pytest.fixture
def recu(facteur: Facteur) -> Facteur:
    """AB's course, then one day on time; what is due is found and sealed."""
    facteur.envoyer(parcours())
    octets = en_csv("beneficiaire", [personne(identifiant_beneficiaire="J0603")])
    facteur.deposer("CEP_08_AB_20220603_900.csv", octets, recu_le=horloge.maintenant(), emetteur="AB")
    # The other operator's entries come last in the journal: AB's acts must still follow them.
    services.constater(le=horloge.maintenant(), lots=["08", "02"])
    return facteur


def test_chacun_voit_ce_qui_est_a_lui(recu: Facteur, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    for lecteur, visible in ((alice(), True), (bob(), True), (charlie(), False)):
        client = entrer(lecteur)
        with django_assert_max_num_queries(16):
            assert ("Opérateur AB" in client.get("/suivi/").content.decode()) is visible
        for page in PAGES:
            assert client.get(PLACE + page).status_code == (200 if visible else 404), page
    assert entrer(diane()).get("/suivi/").status_code == 403


def test_la_page_dit_ce_qui_manque_et_la_suite(
    recu: Facteur, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = entrer(alice())
    with django_assert_max_num_queries(28):
        page = client.get(PLACE).content.decode()
    assert "jours de mai 2022" in page
    assert "/envois/calendrier/?lot=08&amp;annee=2022&amp;mois=5" in page
    assert "Déposer le document" in page
    assert "Hypothèse" in page
    lecture = entrer(bob()).get(PLACE).content.decode()
    assert "Déposer" not in lecture
    assert "Préciser le créneau" in lecture


def test_les_comptes_menent_a_leur_liste(recu: Facteur) -> None:
    client = entrer(alice())
    page = client.get(PLACE + "attendus/", {"genre": "donnees", "etat": "retard"}).content.decode()
    assert "2 envois," in page
    assert "vendredi 3 juin 2022" in page
    assert "Aucun envoi ne répond" in client.get(PLACE + "attendus/", {"genre": "uo5"}).content.decode()
    assert "Opérateur AB" in client.get(PLACE + "attendus/", {"annee": "hier"}).content.decode()


def test_deposer_un_document_puis_le_relire(recu: Facteur) -> None:
    client, tampon = entrer(alice()), io.BytesIO()
    Document("text").save(tampon)
    octets = tampon.getvalue()
    adresse = PLACE + "deposer/"
    assert "Relevé d&#x27;actions de l&#x27;UO4, 2022-T1" in client.get(adresse).content.decode()
    mauvais = client.post(adresse, {"attendu": "uo4:2022-T1", "fichier": SimpleUploadedFile("a.pdf", b"PK")})
    assert mauvais.status_code == 422
    assert "pas un PDF" in mauvais.content.decode()
    inconnu = client.post(adresse, {"attendu": "uo4:1999-T1", "fichier": SimpleUploadedFile("a.odt", octets)})
    assert inconnu.status_code == 422
    bon = client.post(adresse, {"attendu": "uo4:2022-T1", "fichier": SimpleUploadedFile("releve.odt", octets)})
    assert bon.status_code == 302
    with portee_totale():
        depose = DocumentDepose.objects.get()
    assert "releve.odt" in client.get(PLACE).content.decode()
    lu = entrer(bob()).get(f"/suivi/documents/{depose.pk}/")
    assert b"".join(lu.streaming_content) == octets  # type: ignore[attr-defined]
    etranger = entrer(charlie())
    assert etranger.get(f"/suivi/documents/{depose.pk}/").status_code == 404
    assert etranger.post(adresse, {"attendu": "uo4:2022-T1"}).status_code == 404


def test_le_referent_precise_le_creneau(recu: Facteur) -> None:
    client = entrer(bob())
    choix = {"debut": "2022-06-09", "heure_donnees": "8", "jour_indicateurs": "5", "heure_indicateurs": "12"}
    passe = client.post(PLACE + "creneau/", choix | {"debut": "2022-06-07"})
    assert passe.status_code == 422
    assert "aujourd&#x27;hui ou plus tard" in passe.content.decode()
    assert client.post(PLACE + "creneau/", choix | {"jour_indicateurs": "31"}).status_code == 422
    assert client.post(PLACE + "creneau/", choix).status_code == 302
    assert client.post(PLACE + "creneau/", choix).status_code == 422
    with portee_totale():
        assert Creneau.objects.get().debut == date(2022, 6, 9)
    page = client.get(PLACE).content.decode()
    assert "jeudi 9 juin 2022 à 18" not in page
    assert "vendredi 10 juin 2022 à 8" in page
    assert entrer(alice()).get(PLACE + "creneau/").status_code == 403


def test_l_attestation_dit_les_memes_comptes(recu: Facteur, tmp_path: Path) -> None:
    client = entrer(alice())
    texte = "".join(p.extract_text() for p in PdfReader(io.BytesIO(client.get(PLACE + "regularite.pdf").content)).pages)
    assert "Attestation de régularité" in texte
    assert "entrée" in texte
    ods = tmp_path / "r.ods"
    ods.write_bytes(client.get(PLACE + "regularite.ods?annee=2022").content)
    feuille = Document(ods).body.get_table(name="Régularité")
    assert feuille is not None
    valeurs = {ligne[0]: ligne[1:] for ligne in feuille.get_values()}
    assert valeurs["Données d'activité du jour"][2] == 2
    assert client.get(PLACE + "regularite.exe").status_code == 404


def test_les_ecarts_d_indicateurs_sont_nommes(recu: Facteur) -> None:
    lignes = [indicateur(code="1.2", periode="2020-03", valeur="999")]
    recu.deposer("indicateur.csv", en_csv("indicateur", lignes), recu_le=horloge.maintenant(), emetteur="AB")
    page = entrer(bob()).get(PLACE + "ecarts/").content.decode()
    assert "1 écart," in page
    assert "999" in page


def test_les_livrables_manquants_menent_aux_dossiers(facteur: Facteur) -> None:
    envoi = parcours()
    envoi.pop("livrable")
    facteur.envoyer(envoi)
    cloture = next(u["date_cloture"] for u in envoi["unite_oeuvre"] if u["uo"] == "01")
    page = entrer(alice()).get(f"{PLACE}livrables/{cloture[:7]}/").content.decode()
    assert "1 dossier" in page
    assert "/registre/dossier/" in page
    assert entrer(charlie()).get(f"{PLACE}livrables/{cloture[:7]}/").status_code == 404
