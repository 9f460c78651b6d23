"""Pages of the pénalités: who proposes, who decides, who answers, who must see nothing."""

from html import unescape

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from cepage.acheteur.penalites.models import Penalite, Voix
from cepage.fondations.comptes.enums import Role
from cepage.fondations.comptes.models import Personne
from cepage.fondations.socle import horloge
from cepage.fondations.socle.portee import portee_totale
from tests.acheteur.decomptes.fabrique import ControleFictif, clore, decompter
from tests.acheteur.penalites.fabrique import LE, acheteur, commander_le_lot, constat, definitive, proposer, voter
from tests.personnes import alice, charlie, diane, entrer

PROPOSER = "/penalites/proposer/08-AB-jour_sans_envoi-2021-03-01/"


@pytest.fixture
def clients(db: None, monkeypatch: pytest.MonkeyPatch) -> dict[str, Client]:
    """The référent of lot 08, the two who decide, and three operators' people, on 15 June 2021."""
    monkeypatch.setattr(horloge, "maintenant", lambda: LE)
    with portee_totale():
        commander_le_lot()
    return {
        "referent": entrer(acheteur("Renaud", Role.REFERENT)),
        "superviseur": entrer(acheteur("Sonia", Role.SUPERVISEUR)),
        "gestionnaire": entrer(acheteur("Lucie", Role.GESTIONNAIRE)),
        "alice": entrer(alice()),
        "charlie": entrer(charlie()),
        "diane": entrer(diane()),
    }


def lire(client: Client, adresse: str, statut: int = 200) -> str:
    reponse = client.get(adresse)
    assert reponse.status_code == statut, adresse
    return unescape(reponse.content.decode())


def _personne(prenom: str) -> Personne:
    return Personne.objects.get(prenom=prenom)


def seule() -> Penalite:
    with portee_totale():
        return Penalite.objects.get()


def decider(client: Client, sens: str, motif: str = "Constaté.") -> int:
    return client.post(f"/penalites/{seule().reference}/decider/", {"sens": sens, "motif": motif}).status_code


def test_du_manquement_a_la_contestation(clients: dict[str, Client]) -> None:
    vus = lire(clients["referent"], "/penalites/constats/?lot=08&trimestre=2021-T1")
    assert "Jours ouvrés sans envoi de données" in vus
    assert PROPOSER in vus
    page = lire(clients["referent"], PROPOSER)
    # March 2021 has 23 working days: 20 past the tolerated three, cut to the cap of the month.
    assert "23 constaté(s) − 3 toléré(s) : 20 × 50,00 € = 1000,00 €, ramené au plafond de 500,00 €" in page
    vide = clients["referent"].post(PROPOSER, {"motif": ""})
    assert "Motivez la proposition." in vide.content.decode()
    assert clients["referent"].post(PROPOSER, {"motif": "Rien depuis un mois."}).status_code == 302
    assert "déjà sa pénalité" in unescape(clients["referent"].post(PROPOSER, {"motif": "Encore."}).content.decode())
    adresse = f"/penalites/{seule().reference}/"
    assert "Donner ma décision" not in lire(clients["referent"], adresse)
    assert decider(clients["superviseur"], "pour") == 302
    assert "il manque encore 1 voix" in lire(clients["superviseur"], adresse)
    assert decider(clients["gestionnaire"], "pour", "Je suis d'accord.") == 302
    assert "Notifiée à l'opérateur" in lire(clients["alice"], adresse)
    sien = lire(clients["alice"], adresse)
    assert "Contester la pénalité" in sien
    assert "Je suis d'accord." in sien
    assert "Lucie" not in sien
    assert "Lucie Martin" in lire(clients["superviseur"], adresse)
    assert clients["alice"].post(f"{adresse}contester/", {"argument": "Le canal était fermé."}).status_code == 302
    assert "Le canal était fermé." in lire(clients["gestionnaire"], f"{adresse}decider/")
    for nom in ("gestionnaire", "superviseur"):
        assert decider(clients[nom], "contre", "C'est vrai.") == 302
    assert "Levée" in lire(clients["alice"], adresse)


def test_trois_personnes(clients: dict[str, Client], django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    with portee_totale():
        ouverte = proposer(_personne("Renaud"))
    adresse = f"/penalites/{ouverte.reference}/"
    for nom, code in (("alice", 200), ("referent", 200), ("superviseur", 200), ("charlie", 404), ("diane", 403)):
        with django_assert_max_num_queries(18):
            assert clients[nom].get(adresse).status_code == code, nom
    assert ouverte.reference in lire(clients["alice"], "/penalites/")
    assert ouverte.reference not in lire(clients["charlie"], "/penalites/")
    assert clients["diane"].get("/penalites/").status_code == 403
    for nom in ("alice", "charlie", "referent"):
        assert clients[nom].post(f"{adresse}decider/", {"sens": "pour", "motif": "x"}).status_code == 403
    for nom in ("alice", "superviseur", "gestionnaire"):
        assert clients[nom].post(PROPOSER, {"motif": "x"}).status_code == 403
    assert clients["charlie"].post(f"{adresse}contester/", {"argument": "x"}).status_code == 404
    assert clients["superviseur"].post(f"{adresse}contester/", {"argument": "x"}).status_code == 403
    with portee_totale():
        assert not Voix.objects.exists()


@pytest.mark.parametrize(
    "demande",
    [
        "02-CD-jour_sans_envoi-2021-03-01",
        "08-ZZ-jour_sans_envoi-2021-03-01",
        "08-AB-rien-2021-03-01",
        "08-AB-jour_sans_envoi-2021-03-02",
        "08-AB-jour_sans_envoi-hier",
        "08",
    ],
)
def test_ce_qui_n_est_pas_un_manquement(clients: dict[str, Client], demande: str) -> None:
    assert clients["referent"].get(f"/penalites/proposer/{demande}/").status_code == 404


def test_le_decompte_mene_a_la_penalite_et_retour(clients: dict[str, Client], controle: ControleFictif) -> None:
    with portee_totale():
        clore(1, "2021-05-10")
        finale = definitive(_personne("Renaud"), _personne("Sonia"), _personne("Lucie"))
        decompter("2021-T2")
    page = lire(clients["gestionnaire"], "/decomptes/2021-T2-Lot08-AB/")
    assert f"/penalites/{finale.reference}/" in page
    assert "À payer" in page
    assert "260,00" in page
    assert "2021-T2-Lot08-AB" in lire(clients["alice"], f"/penalites/{finale.reference}/")
    facture = lire(clients["gestionnaire"], "/decomptes/2021-T2-Lot08-AB/facture/")
    assert "en retient 100,00" in facture


def test_rien_a_decider_ni_a_contester(clients: dict[str, Client]) -> None:
    with portee_totale():
        finale = definitive(_personne("Renaud"), _personne("Sonia"), _personne("Lucie"), vu=constat())
    adresse = f"/penalites/{finale.reference}/"
    assert "Le prochain décompte du titulaire la retiendra." in lire(clients["alice"], adresse)
    assert "ne se conteste pas" in lire(clients["alice"], f"{adresse}contester/")
    assert "rien à décider" in lire(clients["superviseur"], f"{adresse}decider/")
    refus = clients["superviseur"].post(f"{adresse}decider/", {"sens": "pour", "motif": "x"}, follow=True)
    assert "il n'y a rien à décider" in unescape(refus.content.decode())


def test_un_motif_manquant_ne_perd_rien(clients: dict[str, Client]) -> None:
    with portee_totale():
        ouverte = proposer(_personne("Renaud"))
        for prenom in ("Sonia", "Lucie"):
            voter(ouverte, _personne(prenom))
    vide = clients["alice"].post(f"/penalites/{ouverte.reference}/contester/", {"argument": ""})
    assert "Dites pourquoi vous contestez." in unescape(vide.content.decode())
