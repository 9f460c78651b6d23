"""Pages of the décomptes: each role sees and does its own part; from the unit to the line and back."""

from html import unescape
from io import BytesIO

import pytest
from django.test import Client
from pypdf import PdfReader
from pytest_django import DjangoAssertNumQueries

from cepage.acheteur.decomptes.models import Decompte, Ligne
from cepage.fondations.comptes.enums import Nature, Role
from cepage.fondations.comptes.models import Organisation
from cepage.fondations.socle.journal import verifier
from cepage.fondations.socle.portee import portee_totale
from tests.acheteur.decomptes.fabrique import ControleFictif, clore, commander, decompter, tarifer, tenir
from tests.personnes import _personne, alice, bob, charlie, diane, entrer

pytestmark = pytest.mark.django_db
ADRESSE = "/decomptes/2021-T1-Lot08-AB/"


@pytest.fixture
def numero(db: None, controle: ControleFictif) -> str:
    """Two units closed, one without its livrable; the décompte computed. Returns the paid one."""
    with portee_totale():
        tenir()
        commander()
        tarifer()
        payee = clore(1)
        clore(2, livrable=False)
        decompter()
    return payee


def _lucie() -> Client:
    acheteur = Organisation.objects.get_or_create(nom="France compétences", nature=Nature.ACHETEUR)[0]
    return entrer(_personne("Lucie", Role.GESTIONNAIRE, acheteur))


def _lire(client: Client, adresse: str = ADRESSE) -> str:
    reponse = client.get(adresse)
    assert reponse.status_code == 200, adresse
    return unescape(reponse.content.decode())


def test_trois_personnes(numero: str, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    for personne, code in ((alice(), 200), (bob(), 200), (charlie(), 404)):
        client = entrer(personne)
        with django_assert_max_num_queries(16):
            assert client.get(ADRESSE).status_code == code
        assert client.get(f"{ADRESSE}lignes/").status_code == code
        assert client.get(f"{ADRESSE}decompte.ods").status_code == code
        assert (ADRESSE in client.get("/decomptes/").content.decode()) is (code == 200)
        assert (numero in client.get(f"/decomptes/dossier/{numero}/").content.decode().split("<h1>")[1][40:]) is (
            code == 200
        )
        assert client.post(f"{ADRESSE}deplacer/", {"vers": "propose"}).status_code == 403
    assert entrer(diane()).get("/decomptes/").status_code == 403
    with portee_totale():
        assert Decompte.objects.get().etat == "provisoire"


def test_une_reference_qui_n_existe_pas(numero: str) -> None:
    client = _lucie()
    for reference in ("2021-T2-Lot08-AB", "2021-T1-Lot08-ZZ", "nimporte"):
        assert client.get(f"/decomptes/{reference}/").status_code == 404
    assert client.get(f"{ADRESSE}decompte.exe").status_code == 404
    refus = client.post(f"{ADRESSE}deplacer/", {"vers": "ailleurs"}, follow=True)
    assert "Ce geste n'existe pas" in unescape(refus.content.decode())


def test_de_l_unite_a_la_ligne_et_retour(numero: str) -> None:
    client = _lucie()
    page = _lire(client)
    assert "300,00" in page
    assert "/marche/bons/2021-Lot08-UO2.1-01/" in page
    assert f"{ADRESSE}lignes/?uo=21&commande=2021-Lot08-UO2.1-01" in page
    lignes = _lire(client, f"{ADRESSE}lignes/?uo=21&motif=payable")
    with portee_totale():
        version = Ligne.objects.get(acte=numero).version
    assert f"/registre/dossier/{numero}/#version-{version}" in lignes
    registre = _lire(client, f"/registre/dossier/{numero}/")
    assert f'id="version-{version}"' in registre
    assert f"/decomptes/dossier/{numero}/" in registre
    assert ADRESSE in _lire(client, f"/decomptes/dossier/{numero}/")


def test_la_raison_de_ce_qui_n_est_pas_paye(numero: str) -> None:
    page = _lire(_lucie())
    assert "Livrable attendu" in page
    assert "au décompte qui suit l'arrivée de son livrable" in page


def test_proposer_accepter_figer(numero: str, controle: ControleFictif) -> None:
    lucie, operatrice = _lucie(), entrer(alice())
    assert "Proposer le décompte" in _lire(lucie)
    assert "Accepter le décompte" not in _lire(operatrice)
    lucie.post(f"{ADRESSE}deplacer/", {"vers": "propose"})
    assert "Accepter le décompte" in _lire(operatrice)
    assert lucie.post(f"{ADRESSE}accepter/").status_code == 403
    operatrice.post(f"{ADRESSE}accepter/")
    assert "Accord de Alice Martin" in _lire(lucie)
    refus = unescape(lucie.post(f"{ADRESSE}deplacer/", {"vers": "fige"}, follow=True).content.decode())
    assert "n'est pas signé pour ce trimestre" in refus
    controle.signes.add("2021-T1")
    lucie.post(f"{ADRESSE}deplacer/", {"vers": "fige"})
    assert "Figé sous le procès-verbal" in _lire(lucie)
    with portee_totale():
        assert verifier().intacte


def test_reprendre_demande_un_motif(numero: str) -> None:
    lucie = _lucie()
    lucie.post(f"{ADRESSE}deplacer/", {"vers": "propose"})
    assert lucie.post(f"{ADRESSE}deplacer/", {"vers": "provisoire", "motif": ""}).status_code == 422
    lucie.post(f"{ADRESSE}deplacer/", {"vers": "provisoire", "motif": "Prix corrigé"})
    with portee_totale():
        assert Decompte.objects.get().etat == "provisoire"


def test_remarquer(numero: str) -> None:
    operatrice = entrer(alice())
    assert operatrice.post(f"{ADRESSE}remarquer/", {"texte": ""}).status_code == 422
    operatrice.post(f"{ADRESSE}remarquer/", {"texte": "Le livrable est parti <hier>."})
    assert "Le livrable est parti <hier>." in _lire(_lucie())
    assert entrer(charlie()).post(f"{ADRESSE}remarquer/", {"texte": "x"}).status_code == 404


def test_calculer_dans_la_page(numero: str) -> None:
    lucie = _lucie()
    erreur = unescape(lucie.post("/decomptes/calculer/", {"lot": "08", "trimestre": "T1"}).content.decode())
    assert "écrivez-le comme 2021-T1" in erreur
    fait = lucie.post("/decomptes/calculer/", {"lot": "08", "trimestre": "2021-t2"})
    assert fait.headers["Location"] == "/decomptes/2021-T2-Lot08-AB/"
    assert "Rien n'a été clos ce trimestre" in _lire(lucie, fait.headers["Location"])


def test_les_fichiers(numero: str) -> None:
    client = _lucie()
    texte = "".join(p.extract_text() for p in PdfReader(BytesIO(client.get(f"{ADRESSE}decompte.pdf").content)).pages)
    assert "Décompte 2021-T1-Lot08-AB" in texte
    assert "Livrable attendu" in texte
    from odfdo import Document

    feuilles = Document(BytesIO(client.get(f"{ADRESSE}decompte.ods").content)).body.tables
    assert [f.name for f in feuilles] == ["Postes", "Lignes"]
    assert feuilles[1].get_value("A2") == numero
