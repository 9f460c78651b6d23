"""Signed notices against real HTTP servers of this machine: taken, down, slow, failing, redirecting; and where they
may not go."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import socket
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from pytest_django import Settings

from cepage.echanges.canaux.acces.services import revoquer
from cepage.echanges.canaux.avis import adresses, emission, remise, services, signature
from cepage.echanges.canaux.avis.enums import Etat
from cepage.echanges.canaux.avis.models import Abonnement, Avis, Tentative
from cepage.echanges.conformite.ecriture import en_csv
from cepage.echanges.conformite.fiches import personne
from cepage.echanges.suivi import services as suivi
from cepage.fondations.socle import horloge
from cepage.fondations.socle.portee import portee_totale
from tests.echanges.canaux.conftest import LE, Serrurier
from tests.echanges.canaux.outils import Api, probleme
from tests.echanges.reception.fabrique import ouvrir_le_marche

MANIERES = ("accuse.pret", "envoi.en_retard")


class Destinataire:
    """A receiver: answers what its path says, keeps what it was sent."""

    def __init__(self) -> None:
        self.recus: list[tuple[dict[str, str], bytes]] = []
        maison = self

        class Poignee(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                corps = self.rfile.read(int(self.headers["Content-Length"]))
                maison.recus.append(({n.lower(): v for n, v in self.headers.items()}, corps))
                match self.path:
                    case "/panne":
                        self.send_error(500)
                    case "/ailleurs":
                        self.send_response(302)
                        self.send_header("Location", "/bon")
                        self.end_headers()
                    case "/lent":
                        self._goutte_a_goutte()
                    case _:
                        self.send_response(204)
                        self.end_headers()

            def _goutte_a_goutte(self) -> None:
                # A byte now and then: each reading is short, the whole never ends.
                for octet in b"HTTP/1.1 200 " + b"x" * 500:
                    try:
                        self.wfile.write(bytes([octet]))
                        self.wfile.flush()
                    except OSError:
                        return
                    time.sleep(0.05)

            def log_message(self, format: str, *args: Any) -> None:
                return

        self.serveur = ThreadingHTTPServer(("127.0.0.1", 0), Poignee)
        self.url = f"http://127.0.0.1:{self.serveur.server_port}"
        threading.Thread(target=self.serveur.serve_forever, daemon=True).start()


@pytest.fixture
def destinataire(settings: Settings) -> Iterator[Destinataire]:
    settings.CEPAGE_AVIS_LOCAL = True
    settings.CEPAGE_DATE = LE.isoformat()
    ouvert = Destinataire()
    yield ouvert
    ouvert.serveur.shutdown()
    ouvert.serveur.server_close()


def abonner(ouvrir: Serrurier, url: str, *, bac: bool = True) -> Abonnement:
    cle = ouvrir("envoi.deposer", "avis.gerer", bac_a_sable=bac).cle
    return services.souscrire(cle, url=url, evenements=MANIERES, le=LE)


def essayer(abonnement: Abonnement) -> Avis:
    """Ask for a trial and do what the worker does."""
    avis = services.essayer(abonnement, le=LE)
    services.remettre(avis.identifiant, emetteur="AB")
    with portee_totale():
        avis.refresh_from_db()
    return avis


def tentatives(avis: Avis) -> list[tuple[int | None, str]]:
    with portee_totale():
        return list(Tentative.objects.filter(avis=avis).order_by("id").values_list("statut", "raison"))


def verifier(entetes: dict[str, str], corps: bytes, secret: str) -> bool:
    """What a receiver does, written from the standard alone."""
    cle = base64.b64decode(secret.removeprefix("whsec_"))
    signes = f"{entetes['webhook-id']}.{entetes['webhook-timestamp']}.".encode() + corps
    attendue = "v1," + base64.b64encode(hmac.new(cle, signes, hashlib.sha256).digest()).decode()
    return attendue in entetes["webhook-signature"].split(" ")


def test_un_avis_arrive_signe(ouvrir: Serrurier, destinataire: Destinataire) -> None:
    abonnement = abonner(ouvrir, destinataire.url + "/bon")
    avis = essayer(abonnement)
    assert avis.etat == Etat.REMIS
    ((entetes, corps),) = destinataire.recus
    secret = signature.secret(abonnement)
    assert verifier(entetes, corps, secret)
    assert not verifier(entetes, corps + b" ", secret)
    assert not verifier(entetes | {"webhook-timestamp": "1"}, corps, secret)
    assert abs(int(entetes["webhook-timestamp"]) - time.time()) < 60
    assert json.loads(corps)["id"] == entetes["webhook-id"] == str(avis.identifiant)


def test_deux_secrets_pendant_le_recouvrement(
    ouvrir: Serrurier, destinataire: Destinataire, settings: Settings
) -> None:
    abonnement = abonner(ouvrir, destinataire.url + "/bon")
    ancien = signature.secret(abonnement)
    abonnement = services.renouveler_le_secret(abonnement, le=LE, par=None)
    nouveau = signature.secret(abonnement)
    assert nouveau != ancien
    essayer(abonnement)
    entetes, corps = destinataire.recus[-1]
    assert verifier(entetes, corps, ancien)
    assert verifier(entetes, corps, nouveau)
    settings.CEPAGE_DATE = (LE + timedelta(days=7)).isoformat()
    essayer(abonnement)
    entetes, corps = destinataire.recus[-1]
    assert not verifier(entetes, corps, ancien)
    assert verifier(entetes, corps, nouveau)


@pytest.mark.parametrize(
    ("chemin", "statut", "raison"),
    [
        ("/panne", 500, "Le destinataire a répondu 500."),
        ("/ailleurs", 302, "Redirection refusée (302) : abonnez l'adresse finale."),
    ],
)
def test_un_refus_se_note_et_se_retente(
    ouvrir: Serrurier, destinataire: Destinataire, chemin: str, statut: int, raison: str
) -> None:
    avis = essayer(abonner(ouvrir, destinataire.url + chemin))
    assert (avis.etat, avis.tentatives) == (Etat.EN_ATTENTE, 1)
    assert avis.prochaine_le == LE + timedelta(minutes=1)
    assert tentatives(avis) == [(statut, raison)]
    # The redirection was not followed: one request came.
    assert len(destinataire.recus) == 1


def test_un_destinataire_lent_ne_retient_personne(destinataire: Destinataire) -> None:
    reponse = remise.poster(destinataire.url + "/lent", b"{}", {}, bac_a_sable=True, attente=0.5)
    assert reponse.statut is None
    assert reponse.raison == "Pas de réponse en 0.5 secondes."
    assert reponse.duree_ms < 5000


def test_un_destinataire_arrete(ouvrir: Serrurier, destinataire: Destinataire) -> None:
    with socket.socket() as libre:
        libre.bind(("127.0.0.1", 0))
        port = libre.getsockname()[1]
    avis = essayer(abonner(ouvrir, f"http://127.0.0.1:{port}/"))
    assert tentatives(avis) == [(None, "Injoignable (ConnectionRefusedError).")]


def test_apres_la_derniere_tentative_l_avis_est_abandonne_puis_rejoue(
    ouvrir: Serrurier, destinataire: Destinataire
) -> None:
    abonnement = abonner(ouvrir, destinataire.url + "/panne")
    avis = services.essayer(abonnement, le=LE)
    attentes = []
    while avis.etat == Etat.EN_ATTENTE:
        rendu = services.remettre(avis.identifiant, emetteur="AB")
        assert rendu is not None
        avis = rendu
        attentes.append(avis.prochaine_le)
    assert avis.etat == Etat.ABANDONNE
    assert len(attentes) == 10
    # The attempts outlast an outage of three days.
    assert sum((a - LE for a in attentes if a), timedelta()) > timedelta(hours=72)
    assert services.remettre(avis.identifiant, emetteur="AB") is None
    with portee_totale():
        Abonnement.objects.filter(pk=abonnement.pk).update(url=destinataire.url + "/bon")
    services.rejouer(avis, le=LE)
    rejoue = services.remettre(avis.identifiant, emetteur="AB")
    assert rejoue is not None
    assert rejoue.etat == Etat.REMIS
    premiers, derniers = destinataire.recus[0], destinataire.recus[-1]
    assert premiers[1] == derniers[1]
    assert premiers[0]["webhook-id"] == derniers[0]["webhook-id"]


def test_rien_ne_part_vers_un_abonnement_ferme_ni_une_cle_revoquee(
    ouvrir: Serrurier, destinataire: Destinataire
) -> None:
    ferme, revoque = abonner(ouvrir, destinataire.url + "/a"), abonner(ouvrir, destinataire.url + "/b")
    attendus = [services.essayer(a, le=LE) for a in (ferme, revoque)]
    services.fermer(ferme, le=LE, par=None)
    revoquer(revoque.cle, le=LE, par=None)
    for avis in attendus:
        rendu = services.remettre(avis.identifiant, emetteur="AB")
        assert rendu is not None
        assert rendu.etat == Etat.ABANDONNE
    assert destinataire.recus == []
    with pytest.raises(services.AbonnementRefuse, match="fermé"):
        services.essayer(_relire(ferme), le=LE)


def _relire(abonnement: Abonnement) -> Abonnement:
    with portee_totale():
        return Abonnement.objects.select_related("cle").get(pk=abonnement.pk)


def test_l_accuse_pret_est_annonce_dans_la_transaction(ouvrir: Serrurier, destinataire: Destinataire, api: Api) -> None:
    reel = abonner(ouvrir, "https://si.exemple.test/avis", bac=False)
    du_bac = abonner(ouvrir, destinataire.url + "/bon")
    octets = en_csv("beneficiaire", [personne()])
    accuse = json.loads(api("POST", "/envois?lot=08&nom=beneficiaire.csv", octets).content)
    with portee_totale():
        (avis,) = Avis.objects.all()
    assert avis.abonnement_id == reel.pk
    donnees = json.loads(avis.corps)["donnees"]
    assert (donnees["envoi"], donnees["statut"]) == (accuse["envoi"], accuse["statut"])
    assert "Dupont" not in avis.corps
    essai = en_csv("beneficiaire", [personne(identifiant_beneficiaire="B2")])
    cle = ouvrir("envoi.deposer", bac_a_sable=True)
    assert Api(cle.texte)("POST", "/envois?lot=08&nom=beneficiaire.csv", essai).status_code == 201
    with portee_totale():
        (suivant,) = Avis.objects.exclude(pk=avis.pk)
    assert suivant.abonnement_id == du_bac.pk
    assert json.loads(suivant.corps)["bac_a_sable"] is True


def test_un_envoi_en_retard_est_annonce_une_fois(ouvrir: Serrurier, destinataire: Destinataire) -> None:
    ouvrir_le_marche()
    abonner(ouvrir, "https://si.exemple.test/avis", bac=False)
    for _ in range(2):
        suivi.constater(le=LE, lots=["08"])
    with portee_totale():
        attendus = sorted(json.loads(avis.corps)["donnees"]["attendu"] for avis in Avis.objects.all())
    # Everything since 2020 is missing; what fell due these two days is told, the past is on the page.
    assert attendus == ["donnees:2022-05-31", "donnees:2022-06-01"]


def test_un_avis_oublie_par_un_processus_tue_repart(ouvrir: Serrurier, destinataire: Destinataire) -> None:
    avis = services.essayer(abonner(ouvrir, destinataire.url + "/bon"), le=LE)
    assert services.reprendre_les_oublies(le=LE + timedelta(minutes=14)) == 0
    assert services.reprendre_les_oublies(le=LE + timedelta(minutes=16)) == 1
    assert services.reprendre_les_oublies(le=LE + timedelta(minutes=17)) == 0
    assert emission.TACHE == "avis.remettre"
    assert services.remettre(avis.identifiant, emetteur="AB") is not None


# --- where a notice may not go ---


@pytest.mark.parametrize(
    ("url", "raison"),
    [
        ("http://si.exemple.fr/", "HTTPS"),
        ("ftp://si.exemple.fr/", "HTTPS"),
        ("https://", "nom d'hôte"),
        ("https://moi:secret@si.exemple.fr/", "sans compte"),
        ("https://si.exemple.fr/#haut", "dièse"),
        ("https://si.exemple.fr:99999/", "ne se lit pas"),
        ("https://si exemple.fr/", "sans espace"),
        ("https://" + "a" * 500, "500 caractères"),
        ("http://localhost:8000/", "HTTPS"),
        ("https://127.0.0.1/", "adresse interne"),
        ("https://10.0.0.1/", "adresse interne"),
        ("https://169.254.169.254/latest/meta-data", "adresse interne"),
        ("https://[::1]/", "adresse interne"),
        ("https://[fd00::1]/", "adresse interne"),
        ("https://[::ffff:10.0.0.1]/", "adresse interne"),
        ("https://[64:ff9b::7f00:1]/", "adresse interne"),
        ("https://0/", "adresse interne"),
        ("https://2130706433/", "adresse interne"),
        ("https://localhost/", "adresse interne"),
    ],
)
def test_une_adresse_interne_ou_mal_ecrite_est_refusee(url: str, raison: str) -> None:
    for bac in (True, False):
        with pytest.raises(adresses.AdresseRefusee, match=raison):
            adresses.verifier(url, bac_a_sable=bac)


def test_la_machine_elle_meme_ne_sert_qu_aux_bacs_a_sable_qui_l_ouvrent(settings: Settings) -> None:
    settings.CEPAGE_AVIS_LOCAL = True
    assert adresses.verifier("http://127.0.0.1:9/avis", bac_a_sable=True).port == 9
    with pytest.raises(adresses.AdresseRefusee, match="bac à sable"):
        adresses.verifier("http://127.0.0.1:9/avis", bac_a_sable=False)
    settings.CEPAGE_AVIS_LOCAL = False
    with pytest.raises(adresses.AdresseRefusee, match="CEPAGE_AVIS_LOCAL"):
        adresses.verifier("http://127.0.0.1:9/avis", bac_a_sable=True)


def test_un_nom_qui_change_d_adresse_apres_coup_est_refuse_a_la_remise(monkeypatch: pytest.MonkeyPatch) -> None:
    def mene_a(*trouvees: str) -> None:
        lignes = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (adresse, 443)) for adresse in trouvees]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *a, **o: lignes)

    mene_a("93.184.216.34")
    assert adresses.verifier("https://si.exemple.test/", bac_a_sable=False).hote == "si.exemple.test"
    # One public address among two does not let the other through.
    mene_a("93.184.216.34", "192.168.1.1")
    reponse = remise.poster("https://si.exemple.test/", b"{}", {}, bac_a_sable=False, attente=1)
    assert reponse.statut is None
    assert "adresse interne" in reponse.raison


# --- by the API ---


def test_l_abonnement_par_l_api(ouvrir: Serrurier, destinataire: Destinataire) -> None:
    api = Api(ouvrir("avis.gerer", bac_a_sable=True).texte)
    interne = {"url": "https://10.0.0.1/", "evenements": ["accuse.pret"]}
    refuse = probleme(api("POST", "/abonnements", interne), "demande-invalide", 422)
    assert "interne" in refuse["detail"]
    demande = {"url": destinataire.url + "/bon", "evenements": ["accuse.pret"]}
    cree = api("POST", "/abonnements", demande)
    assert cree.status_code == 201, cree.content
    ouvert = json.loads(cree.content)
    probleme(api("POST", "/abonnements", demande), "demande-invalide", 422)
    probleme(api("POST", "/abonnements", demande | {"evenements": ["tout"]}), "demande-invalide", 422)
    (liste,) = json.loads(api("GET", "/abonnements").content)
    assert "secret" not in liste
    adresse = f"/abonnements/{ouvert['abonnement']}"
    avis = json.loads(api("POST", adresse + "/essai").content)["avis"]
    services.remettre(avis, emetteur="AB")
    entetes, corps = destinataire.recus[-1]
    assert verifier(entetes, corps, ouvert["secret"])
    lu = json.loads(api("GET", f"/avis/{avis}").content)
    assert (lu["etat"], lu["essais"][0]["statut"], lu["corps"].encode()) == ("remis", 204, corps)
    assert api("POST", f"/avis/{avis}/rejeu").status_code == 202
    services.remettre(avis, emetteur="AB")
    assert len(destinataire.recus) == 2
    renouvele = json.loads(api("POST", adresse + "/secret").content)
    assert renouvele["secret"] != ouvert["secret"]
    assert api("DELETE", adresse).status_code == 204
    probleme(api("POST", adresse + "/essai"), "demande-invalide", 422)


def test_les_avis_par_pages(ouvrir: Serrurier, destinataire: Destinataire) -> None:
    cle = ouvrir("avis.gerer", bac_a_sable=True)
    abonnement = services.souscrire(cle.cle, url=destinataire.url, evenements=MANIERES, le=LE)
    partis = {str(services.essayer(abonnement, le=LE + timedelta(seconds=i // 2)).identifiant) for i in range(5)}
    api, vus, depuis = Api(cle.texte), [], ""
    while True:
        page = json.loads(api("GET", f"/avis?taille=2{depuis}").content)
        vus += [a["avis"] for a in page["avis"]]
        if page["suivante"] is None:
            break
        depuis = f"&depuis={page['suivante']}"
    assert len(vus) == 5
    assert set(vus) == partis


def test_une_autre_cle_ne_voit_rien(ouvrir: Serrurier, destinataire: Destinataire) -> None:
    abonnement = abonner(ouvrir, destinataire.url)
    avis = services.essayer(abonnement, le=LE)
    autre = Api(ouvrir("avis.gerer", bac_a_sable=True).texte)
    probleme(autre("GET", f"/avis/{avis.identifiant}"), "inconnu", 404)
    probleme(autre("POST", f"/avis/{avis.identifiant}/rejeu"), "inconnu", 404)
    probleme(autre("DELETE", f"/abonnements/{abonnement.identifiant}"), "inconnu", 404)
    assert json.loads(autre("GET", "/avis").content)["avis"] == []
    sans = Api(ouvrir("envoi.deposer").texte)
    probleme(sans("GET", "/abonnements"), "action-refusee", 403)
    assert horloge.maintenant() == LE


def test_une_adresse_a_sa_limite_toutes_cles_ensemble(ouvrir: Serrurier, settings: Settings) -> None:
    settings.CEPAGE_DATE = LE.isoformat()
    settings.CEPAGE_CADENCE_ADRESSE = 2
    une, autre = Api(ouvrir("contrat.lire").texte), Api(ouvrir("contrat.lire").texte)
    assert une("GET", "/acces").status_code == autre("GET", "/acces").status_code == 200
    refusee = autre("GET", "/acces")
    probleme(refusee, "cadence", 429)
    assert int(refusee.headers["Retry-After"]) > 0
    settings.CEPAGE_DATE = (LE + timedelta(minutes=1)).isoformat()
    assert une("GET", "/acces").status_code == 200
