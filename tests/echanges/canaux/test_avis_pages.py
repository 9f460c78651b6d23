"""The pages of the signed notices: Alice (AB) manages hers, Charlie (CD) sees nothing of them."""

import re

import pytest
from pytest_django import Settings

from cepage.echanges.canaux.avis import services
from cepage.echanges.canaux.avis.models import Avis
from cepage.fondations.socle.portee import portee_totale
from tests.echanges.canaux.conftest import LE, Serrurier
from tests.personnes import alice, bob, charlie, diane, entrer

URL = "https://si.exemple.invalid/avis"


@pytest.fixture(autouse=True)
def jour(settings: Settings) -> None:
    settings.CEPAGE_DATE = LE.isoformat()


def test_abonner_essayer_renouveler_fermer(ouvrir: Serrurier) -> None:
    client = entrer(alice())
    assert "Aucune clé à abonner" in client.get("/avis/").content.decode()
    cle = ouvrir("avis.gerer").cle
    assert "Aucun abonnement" in client.get("/avis/").content.decode()
    demande = {"cle": cle.identifiant, "url": URL, "evenements": ["accuse.pret"]}
    interne = client.post("/avis/abonner/", demande | {"url": "https://192.168.0.1/"})
    assert interne.status_code == 422
    assert "adresse interne" in interne.content.decode()
    assert "192.168.0.1" in interne.content.decode()
    ouvert = client.post("/avis/abonner/", demande)
    assert ouvert.headers["Cache-Control"] == "no-store"
    page = ouvert.content.decode()
    secret = re.search(r'value="(whsec_[^"]+)"', page)
    identifiant = re.search(r"/avis/([0-9a-f]{12})/", page)
    assert secret
    assert identifiant
    adresse = f"/avis/{identifiant[1]}/"
    assert secret[1] not in client.get(adresse).content.decode()
    essai = client.post(adresse + "essayer/")
    assert essai.status_code == 302
    with portee_totale():
        avis = Avis.objects.get()
    services.remettre(avis.identifiant, emetteur="AB")
    vue = client.get(essai.headers["Location"]).content.decode()
    assert "ne mène à aucune adresse" in vue
    assert client.post(f"{adresse}{avis.identifiant}/rejouer/").status_code == 302
    nouveau = client.post(adresse + "renouveler/").content.decode()
    assert "Nouveau secret" in nouveau
    assert secret[1] not in nouveau
    assert "Fermer l'abonnement ?" in client.get(adresse + "fermer/").content.decode()
    client.post(adresse + "fermer/")
    assert "rien n'y est plus envoyé" in client.get(adresse).content.decode()
    refuse = client.post(adresse + "renouveler/", follow=True).content.decode()
    assert "est fermé" in refuse


def test_ce_qui_est_a_un_autre_n_existe_pas(ouvrir: Serrurier) -> None:
    abonnement = services.souscrire(ouvrir("avis.gerer").cle, url=URL, evenements=["accuse.pret"], le=LE)
    avis = services.essayer(abonnement, le=LE)
    adresse = f"/avis/{abonnement.identifiant}/"
    etranger = entrer(charlie())
    assert URL not in etranger.get("/avis/").content.decode()
    for page in (adresse, adresse + "fermer/", f"{adresse}{avis.identifiant}/"):
        assert etranger.get(page).status_code == 404
    for geste in ("essayer/", "renouveler/", "fermer/", f"{avis.identifiant}/rejouer/"):
        assert etranger.post(adresse + geste).status_code == 404
    for personne in (bob(), diane()):
        assert entrer(personne).get("/avis/").status_code == 403
