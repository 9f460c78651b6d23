"""The page of a simulation: what one asks, what one reads, what leaves as a file, and who may."""

from html import unescape

import pytest
from django.test import Client

from cepage.acheteur.decomptes.models import Decompte, Ligne
from cepage.fondations.comptes.enums import Nature, Role
from cepage.fondations.comptes.models import Organisation
from cepage.fondations.regles import charger_marche
from cepage.fondations.socle.portee import portee_totale
from tests.acheteur.decomptes.fabrique import clore, commander, rencontrer, tarifer, tenir
from tests.personnes import _personne, alice, bob, entrer

ADRESSE = "/decomptes/simuler/"
ABANDON = {
    "changement": "paiement.abandon_payable",
    "valeur": "oui",
    "debut": "2021-01-01",
    "depuis": "2021-01",
    "jusqu_a": "2021-12",
}


@pytest.fixture
def lucie(db: None) -> Client:
    """The gestionnaire; in 2021 lot 08 had one UO2.1 paid at 300 € and one abandoned."""
    with portee_totale():
        tenir()
        commander()
        tarifer()
        payee = clore(1)
        clore(2, motif="ABANDON", livrable=False)
        rencontrer(payee, "2021-01-12")
    acheteur = Organisation.objects.get_or_create(nom="France compétences", defaults={"nature": Nature.ACHETEUR})[0]
    return entrer(_personne("Lucie", Role.GESTIONNAIRE, acheteur))


def lire(client: Client, **demande: str) -> str:
    reponse = client.get(ADRESSE, demande)
    assert reponse.status_code == 200
    return unescape(reponse.content.decode()).replace("\u202f", " ")


def test_avant_apres_ecart_et_qui_est_touche(lucie: Client) -> None:
    page = lire(lucie, **ABANDON)
    assert "300,00 €" in page
    assert "600,00 €" in page
    assert "Qui est touché" in page
    assert "08 Pays de la Loire" in page
    with portee_totale():
        assert not Decompte.objects.exists()
        assert not Ligne.objects.exists()


def test_un_changement_sans_effet(lucie: Client) -> None:
    assert "Personne n'est touché" in lire(lucie, **ABANDON | {"debut": "2021-06-01"})
    assert "Rien n'a été clos" in lire(lucie, **ABANDON | {"depuis": "2020-02", "jusqu_a": "2020-03"})


def test_un_prix(lucie: Client) -> None:
    demande = ABANDON | {"changement": "prix", "valeur": "310,50", "lot": "08", "uo": "21"}
    assert "10,50 €" in lire(lucie, **demande)
    sans_lot = lire(lucie, **demande | {"lot": ""})
    assert "Choisissez les deux." in sans_lot
    assert 'value="310,50"' in sans_lot


def test_une_liste_de_livrables(lucie: Client) -> None:
    demande = ABANDON | {"changement": "paiement.livrable.uo21", "valeur": "PP, ELP"}
    assert "−300,00 €" in lire(lucie, **demande)


def test_les_regles_d_un_autre_marche(lucie: Client) -> None:
    page = lire(lucie, **ABANDON | {"changement": "marche.B", "valeur": ""})
    assert "hypothèse" in page
    assert str(charger_marche("B").parametre("marche.libelle").valeurs[-1].valeur) in page


@pytest.mark.parametrize(
    ("change", "dit"),
    [
        ({"valeur": "peut-être"}, "ni « oui » ni « non »"),
        ({"changement": "prix", "valeur": "cher", "lot": "08", "uo": "21"}, "décimal"),
        ({"changement": "marche.ZZ"}, "n’en fait pas partie"),
        ({"debut": "hier"}, "2021-03-12"),
        ({"depuis": "janvier"}, "comme 2021-01"),
        ({"depuis": "2021-12", "jusqu_a": "2021-01"}, "le premier d'abord"),
        ({"depuis": "2018-01", "jusqu_a": "2021-01"}, "24 mois au plus"),
    ],
)
def test_ce_qui_est_mal_demande(lucie: Client, change: dict[str, str], dit: str) -> None:
    page = lire(lucie, **ABANDON | change)
    assert dit in page
    assert "Ce que le changement aurait donné" not in page


def test_les_fichiers(lucie: Client) -> None:
    csv = lucie.get(f"{ADRESSE}simulation.csv", ABANDON).content.decode("utf-8-sig").splitlines()
    assert csv[0].startswith("lot;uo;unites_avant")
    assert csv[1:] == ["08;21;2;1;300.00;2;2;600.00;300.00;1;1"]
    assert lucie.get(f"{ADRESSE}simulation.ods", ABANDON).content.startswith(b"PK")
    assert lucie.get(f"{ADRESSE}simulation.exe", ABANDON).status_code == 404
    assert lucie.get(f"{ADRESSE}simulation.csv").status_code == 404


def test_qui_simule(lucie: Client) -> None:
    assert ADRESSE in lucie.get("/decomptes/").content.decode()
    for personne in (alice(), bob()):
        client = entrer(personne)
        assert client.get(ADRESSE).status_code == 403
        assert client.get(f"{ADRESSE}simulation.csv", ABANDON).status_code == 403
        assert ADRESSE not in client.get("/decomptes/").content.decode()
