"""The pages of the keys, by role, and the token endpoint as RFC 6749 writes it."""

import base64
import re
from datetime import timedelta

import pytest
from django.test import Client
from pytest_django import Settings

from cepage.echanges.canaux.acces.authentification import authentifier
from cepage.echanges.canaux.acces.models import Cle
from cepage.fondations.comptes.enums import Nature, Role
from cepage.fondations.comptes.models import Organisation
from cepage.fondations.comptes.services import attribuer, ouvrir_compte
from cepage.fondations.socle import horloge
from cepage.fondations.socle.portee import portee_totale
from tests.echanges.canaux.conftest import LE, Serrurier
from tests.personnes import DEBUT, alice, bob, charlie, diane, entrer

pytestmark = pytest.mark.django_db
DEMANDE = {
    "emetteur": "AB",
    "nom": "Serveur de nuit",
    "bac_a_sable": "0",
    "actions": ["envoi.deposer", "envoi.lire"],
    "adresses": "203.0.113.7\n198.51.100.0/24",
    "duree": "90",
}


@pytest.fixture(autouse=True)
def jour(settings: Settings) -> None:
    settings.CEPAGE_DATE = LE.isoformat()


def creer(client: Client, **change: object) -> str:
    """Open a key on the page; gives the whole key that it shows."""
    reponse = client.post("/acces/creer/", DEMANDE | change)
    assert reponse.status_code == 200, reponse.content.decode()
    assert reponse.headers["Cache-Control"] == "no-store"
    trouvee = re.search(r'id="cle"[^>]*value="([^"]+)"', reponse.content.decode())
    assert trouvee
    return trouvee[1]


def test_creer_lire_renouveler_revoquer() -> None:
    client = entrer(alice())
    assert "Aucune clé" in client.get("/acces/").content.decode()
    texte = creer(client)
    acces = authentifier(texte, adresse="203.0.113.7", le=horloge.maintenant())
    assert acces.actions == {"envoi.deposer", "envoi.lire"}
    adresse = f"/acces/{acces.identifiant}/"
    page = client.get(adresse).content.decode()
    assert "198.51.100.0/24" in page
    assert texte not in page
    assert "Serveur de nuit" in client.get("/acces/").content.decode()
    page = client.post(adresse + "renouveler/", {"recouvrement": "7"}).content.decode()
    assert "Nouveau secret" in page
    assert authentifier(texte, adresse="203.0.113.7", le=horloge.maintenant())
    assert "Secrets valables : 2" in client.get(adresse).content.decode()
    assert "sera refusé" in client.get(adresse + "revoquer/").content.decode()
    assert client.post(adresse + "revoquer/").status_code == 302
    assert "révoquée" in client.get(adresse).content.decode()
    assert client.post(adresse + "renouveler/", {"recouvrement": "7"}).status_code == 302


def test_une_saisie_fausse_garde_ce_qui_est_tape() -> None:
    client = entrer(alice())
    reponse = client.post("/acces/creer/", DEMANDE | {"adresses": "pas une adresse", "actions": []})
    page = reponse.content.decode()
    assert reponse.status_code == 422
    assert "ni une adresse ni un réseau" in page
    assert "au moins une action" in page
    assert "Serveur de nuit" in page


def test_chacun_ne_voit_que_les_siennes() -> None:
    texte = creer(entrer(alice()))
    identifiant = texte.split("_")[1]
    autre = entrer(charlie())
    for suite in ("", "revoquer/"):
        assert autre.get(f"/acces/{identifiant}/{suite}").status_code == 404
    assert autre.post(f"/acces/{identifiant}/revoquer/").status_code == 404
    assert autre.post(f"/acces/{identifiant}/renouveler/", {"recouvrement": "0"}).status_code == 404
    assert "Serveur de nuit" not in autre.get("/acces/").content.decode()
    assert autre.post("/acces/creer/", DEMANDE).status_code == 422
    with portee_totale():
        assert Cle.objects.get().revoquee_le is None


def test_qui_n_a_pas_l_action_est_refuse() -> None:
    for personne in (bob(), diane()):
        assert entrer(personne).get("/acces/").status_code == 403


def test_l_administrateur_ouvre_une_cle_pour_chaque_operateur() -> None:
    alice(), charlie()  # type: ignore[func-returns-value]
    acheteur = Organisation.objects.create(nom="Acheteur", nature=Nature.ACHETEUR)
    yann = ouvrir_compte(email="yann@exemple.test", prenom="Yann", nom="G", organisation=acheteur)
    attribuer(yann, Role.ADMINISTRATEUR, debut=DEBUT)
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    TOTP.activate(yann, generate_totp_secret())
    client = entrer(yann)
    creer(client)
    creer(client, emetteur="CD")
    page = client.get("/acces/").content.decode()
    assert "<td>AB</td>" in page
    assert "<td>CD</td>" in page


# --- the token endpoint ---


def basic(identifiant: str, secret: str) -> str:
    return "Basic " + base64.b64encode(f"{identifiant}:{secret}".encode()).decode()


def demander(client: Client, autorisation: str | None = None, **formulaire: str) -> object:
    entetes = {"Authorization": autorisation} if autorisation else {}
    return client.post("/acces/jeton", formulaire, headers=entetes)


def test_un_jeton_par_basic_ou_par_formulaire(ouvrir: Serrurier, client: Client) -> None:
    cle = ouvrir("envoi.deposer", "envoi.lire")
    identifiant = cle.cle.identifiant
    par_basic = demander(client, basic(identifiant, cle.secret), grant_type="client_credentials")
    par_formulaire = demander(
        client,
        grant_type="client_credentials",
        client_id=identifiant,
        client_secret=cle.secret,
        scope="envoi.lire",
    )
    assert par_basic.headers["Cache-Control"] == "no-store"  # type: ignore[attr-defined]
    recu = par_basic.json()  # type: ignore[attr-defined]
    assert (recu["token_type"], recu["expires_in"], recu["scope"]) == ("Bearer", 3600, "envoi.deposer envoi.lire")
    assert authentifier(recu["access_token"], adresse="127.0.0.1", le=LE).emetteur == "AB"
    reduit = par_formulaire.json()  # type: ignore[attr-defined]
    assert authentifier(reduit["access_token"], adresse="127.0.0.1", le=LE).actions == {"envoi.lire"}


@pytest.mark.parametrize(
    ("formulaire", "statut", "erreur"),
    [
        ({}, 400, "invalid_request"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"grant_type": "client_credentials"}, 401, "invalid_client"),
        ({"grant_type": "client_credentials", "client_id": "x", "client_secret": "y"}, 401, "invalid_client"),
    ],
)
def test_les_refus_du_jeton(formulaire: dict[str, str], statut: int, erreur: str, client: Client) -> None:
    reponse = demander(client, **formulaire)
    assert reponse.status_code == statut  # type: ignore[attr-defined]
    assert reponse.json()["error"] == erreur  # type: ignore[attr-defined]
    assert (statut == 401) == ("WWW-Authenticate" in reponse.headers)  # type: ignore[attr-defined]


def test_une_portee_que_la_cle_ne_porte_pas(ouvrir: Serrurier, client: Client) -> None:
    cle = ouvrir("envoi.lire")
    reponse = demander(
        client, basic(cle.cle.identifiant, cle.secret), grant_type="client_credentials", scope="envoi.deposer"
    )
    assert reponse.json()["error"] == "invalid_scope"  # type: ignore[attr-defined]
    assert demander(client, "Basic %%%", grant_type="client_credentials").status_code == 401  # type: ignore[attr-defined]


def test_les_essais_sont_limites(ouvrir: Serrurier, client: Client, settings: Settings) -> None:
    settings.CEPAGE_CADENCE_ECHECS = 3
    cle = ouvrir()
    for _ in range(3):
        assert demander(client, basic(cle.cle.identifiant, "faux"), grant_type="client_credentials").status_code == 401  # type: ignore[attr-defined]
    juste = basic(cle.cle.identifiant, cle.secret)
    refus = demander(client, juste, grant_type="client_credentials")
    assert refus.status_code == 429  # type: ignore[attr-defined]
    assert int(refus.headers["Retry-After"]) <= 60  # type: ignore[attr-defined]
    settings.CEPAGE_DATE = (LE + timedelta(minutes=1)).isoformat()
    assert demander(client, juste, grant_type="client_credentials").status_code == 200  # type: ignore[attr-defined]
