"""Sending by the API: files, parts, fiches; the same receipt as the command line; nothing half-written."""

import json
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from pytest_django import Settings

from cepage.acheteur.registre.selectors import empreinte
from cepage.echanges.canaux.depots.models import Depot
from cepage.echanges.canaux.depots.services import repertoire, traiter
from cepage.echanges.reception.enums import Mode
from cepage.echanges.reception.models import Envoi
from cepage.fondations.socle.portee import portee_totale
from tests.echanges.canaux.conftest import LE, Serrurier
from tests.echanges.canaux.outils import TOUTES, Api, probleme
from tests.echanges.reception.fabrique import (
    Facteur,
    en_csv,
    en_json,
    en_jsonl,
    en_xml,
    en_zip,
    parcours,
    personne,
)

NOM = "CEP_08_AB_20220601_1.zip"


def sans_identite(accuse: dict[str, Any]) -> dict[str, Any]:
    return {nom: valeur for nom, valeur in accuse.items() if nom not in ("envoi", "recu_le")}


def test_un_zip_entre_et_recoit_son_accuse(api: Api) -> None:
    avant = set(repertoire().iterdir())
    reponse = api("POST", f"/envois?lot=08&nom={NOM}", en_zip(parcours(), 1), genre="application/zip")
    assert reponse.status_code == 201, reponse.content
    accuse = reponse.json()
    assert (accuse["statut"], accuse["anomalies"]) == ("accepte", [])
    assert reponse.headers["Location"] == f"/api/v1/envois/{accuse['envoi']}/accuse"
    assert int(reponse.headers["RateLimit-Remaining"]) < int(reponse.headers["RateLimit-Limit"])
    relu = api("GET", f"/envois/{accuse['envoi']}/accuse")
    assert relu.json() == accuse
    with portee_totale():
        assert Envoi.objects.get().canal == "rest"
    assert set(repertoire().iterdir()) == avant


def test_les_memes_octets_recoivent_le_meme_accuse(api: Api) -> None:
    octets = en_zip(parcours(), 1)
    premier = api("POST", f"/envois?lot=08&nom={NOM}", octets)
    with portee_totale():
        avant = empreinte()
    second = api("POST", f"/envois?lot=08&nom={NOM}", octets)
    assert (premier.status_code, second.status_code) == (201, 200)
    assert premier.json() == second.json()
    with portee_totale():
        assert empreinte() == avant
        assert Envoi.objects.count() == 1


@pytest.mark.parametrize(
    ("ecrire", "genre"),
    [
        (lambda: en_csv("beneficiaire", [personne()]), "text/csv"),
        (lambda: en_json({"beneficiaire": [personne()]}, 1), "application/json"),
        (lambda: en_jsonl({"beneficiaire": [personne()]}), "application/x-ndjson"),
        (lambda: en_xml({"beneficiaire": [personne()]}, 1), "application/xml"),
    ],
)
def test_chaque_format_brut_ou_en_formulaire(ecrire: Callable[[], bytes], genre: str, api: Api) -> None:
    octets = ecrire()
    brut = api("POST", "/envois?lot=08", octets, genre=genre)
    assert brut.status_code == 201, brut.content
    assert brut.json()["comptes"]["beneficiaire"]["acceptees"] == 1
    limite = "limite123"
    formulaire = (
        f'--{limite}\r\nContent-Disposition: form-data; name="fichier"; filename="a.{genre[-3:]}"\r\n'
        f"Content-Type: {genre}\r\n\r\n"
    ).encode() + octets + f"\r\n--{limite}--\r\n".encode()  # fmt: skip
    par_formulaire = api("POST", "/envois?lot=08", formulaire, genre=f"multipart/form-data; boundary={limite}")
    assert par_formulaire.status_code == 200, par_formulaire.content
    assert par_formulaire.json() == brut.json()


@pytest.mark.parametrize(
    ("accept", "genre", "debut"),
    [
        ("application/json", "application/json", b'{"envoi"'),
        ("application/xml", "application/xml", b"<?xml"),
        ("text/csv;q=0.9, application/xml;q=0.1", "text/csv", b"fichier;ligne"),
        ("*/*", "application/json", b'{"envoi"'),
        ("image/png, application/*;q=0.1", "application/json", b'{"envoi"'),
    ],
)
def test_l_accuse_vient_dans_le_format_demande(accept: str, genre: str, debut: bytes, api: Api) -> None:
    reponse = api("POST", "/envois?lot=08", en_csv("beneficiaire", [personne(sexe="X")]), Accept=accept)
    assert reponse.headers["Content-Type"].startswith(genre)
    assert reponse.content.startswith(debut)


def test_un_format_que_l_on_ne_rend_pas(api: Api) -> None:
    probleme(api("POST", "/envois?lot=08", b"x", Accept="image/png"), "format-non-rendu", 406)
    with portee_totale():
        assert not Envoi.objects.exists()


def test_la_cle_d_idempotence(api: Api) -> None:
    un, deux = en_csv("beneficiaire", [personne()]), en_csv("beneficiaire", [personne(prenom="Zoé")])
    premier = api("POST", "/envois?lot=08", un, Idempotency_Key="a1")
    assert api("POST", "/envois?lot=08", un, Idempotency_Key="a1").json() == premier.json()
    probleme(api("POST", "/envois?lot=08", deux, Idempotency_Key="a1"), "cle-reutilisee", 422)
    probleme(api("POST", "/envois?lot=02", un, Idempotency_Key="a1"), "cle-reutilisee", 422)
    probleme(api("POST", "/envois?lot=08", un, Idempotency_Key="é"), "demande-invalide", 422)
    assert api("POST", "/envois?lot=08", deux, Idempotency_Key="a2").status_code == 201


def test_un_essai_ne_garde_rien(api: Api) -> None:
    reponse = api("POST", "/envois?lot=08&mode=essai", en_csv("beneficiaire", [personne()]))
    assert reponse.status_code == 200
    assert reponse.json()["mode"] == "essai"
    assert "Location" not in reponse.headers
    with portee_totale():
        assert not Envoi.objects.exists()
        depot = Depot.objects.get()
    relu = api("GET", f"/depots/{depot.pk}/accuse")
    assert relu.json() == reponse.json()


def test_une_fiche_seule(api: Api) -> None:
    fiche = json.dumps(personne() | {"statut": ["CDI"]}).encode()
    reponse = api("POST", "/fiches/beneficiaire?lot=08", fiche)
    assert reponse.status_code == 201, reponse.content
    assert reponse.json()["comptes"] == {"beneficiaire": {"acceptees": 1, "refusees": 0, "inchangees": 0}}
    assert api("POST", "/fiches/beneficiaire?lot=08", fiche).status_code == 200
    refusee = api("POST", "/fiches/beneficiaire?lot=08", {"nature": "C"}).json()
    assert refusee["statut"] == "refuse"
    assert {"E-BEN-001"} <= {a["code"] for a in refusee["anomalies"]}
    for corps, code, statut in [
        (b"[]", "corps-illisible", 400),
        (b"{", "corps-illisible", 400),
        (b"\xff", "corps-illisible", 400),
        (b"[" * 100_000, "corps-illisible", 400),
        (b'{"fiche":"livrable"}', "demande-invalide", 422),
        (b"x" * (2**20 + 1), "trop-gros", 413),
    ]:
        probleme(api("POST", "/fiches/beneficiaire?lot=08", corps), code, statut)
    probleme(api("POST", "/fiches/inconnue?lot=08", b"{}"), "inconnu", 404)
    assert api("POST", "/fiches/beneficiaire?lot=08", b"{}").json()["statut"] == "refuse"


def test_un_gros_fichier_attend_son_tour(api: Api, settings: Settings) -> None:
    octets = en_zip(parcours(), 1)
    reponse = api("POST", f"/envois?lot=08&nom={NOM}", octets, Prefer="respond-async")
    assert reponse.status_code == 202
    suivi = reponse.json()
    adresse = reponse.headers["Location"].removeprefix("/api/v1")
    assert suivi["etat"] == "en_attente"
    probleme(api("GET", adresse + "/accuse"), "en-cours", 409)
    traiter(suivi["depot"], emetteur="AB", le=LE)
    traiter(suivi["depot"], emetteur="AB", le=LE)
    fini = api("GET", adresse).json()
    assert (fini["etat"], fini["accuse"]) == ("traite", f"/api/v1{adresse}/accuse")
    assert api("GET", adresse + "/accuse").json()["statut"] == "accepte"
    settings.CEPAGE_SEUIL_IMMEDIAT = 10
    assert api("POST", f"/envois?lot=08&nom={NOM}", octets).status_code == 202


def test_un_fichier_en_morceaux_reprend_ou_il_s_est_arrete(api: Api) -> None:
    octets = en_zip(parcours(), 1)
    total, milieu = len(octets), len(octets) // 2
    ouvert = api("POST", "/depots", {"nom": NOM, "lot": "08", "taille": total})
    assert ouvert.status_code == 201
    adresse = ouvert.headers["Location"].removeprefix("/api/v1")
    un = api("PUT", adresse + "/octets", octets[:milieu], Content_Range=f"bytes 0-{milieu - 1}/{total}")
    assert (un.status_code, un.json()["recus"]) == (200, milieu)
    encore = api("PUT", adresse + "/octets", octets[:milieu], Content_Range=f"bytes 0-{milieu - 1}/{total}")
    assert probleme(encore, "octets", 409)["attendu"] == milieu
    assert api("GET", adresse).json()["recus"] == milieu
    deux = api("PUT", adresse + "/octets", octets[milieu:], Content_Range=f"bytes {milieu}-{total - 1}/{total}")
    assert deux.status_code == 201, deux.content
    assert deux.json()["statut"] == "accepte"
    probleme(api("PUT", adresse + "/octets", octets), "octets", 409)
    direct = api("POST", f"/envois?lot=08&nom={NOM}", octets)
    assert direct.json() == deux.json()


@pytest.mark.parametrize("plage", ["bytes 0-1/2", "octets 0-9/10", "bytes 0-20/10", "bytes 5-9/10"])
def test_une_plage_fausse_ne_touche_a_rien(plage: str, api: Api) -> None:
    adresse = f"/depots/{api('POST', '/depots', {'nom': 'a.csv', 'lot': '08', 'taille': 10}).json()['depot']}"
    reponse = api("PUT", adresse + "/octets", b"0123456789", Content_Range=plage)
    assert reponse.status_code in (409, 422)
    assert api("GET", adresse).json()["recus"] == 0


def test_plus_d_octets_qu_annonce(api: Api) -> None:
    adresse = f"/depots/{api('POST', '/depots', {'nom': 'a.csv', 'lot': '08', 'taille': 10}).json()['depot']}"
    probleme(api("PUT", adresse + "/octets", b"0" * 11), "octets", 409)
    assert api("GET", adresse).json()["recus"] == 0


def test_la_trace_va_de_la_demande_a_l_envoi(api: Api) -> None:
    trace = uuid.uuid4().hex
    reponse = api(
        "POST", "/envois?lot=08", en_csv("beneficiaire", [personne()]), traceparent=f"00-{trace}-{'1' * 16}-01"
    )
    assert reponse.headers["Trace-Id"] == trace
    lu = api("GET", f"/envois/{reponse.json()['envoi']}").json()
    assert (lu["trace"], lu["canal"]) == (trace, "rest")
    assert api("GET", "/envois").json()["envois"] == [lu]


def test_ce_qui_est_a_un_autre_n_existe_pas(api: Api, ouvrir: Serrurier) -> None:
    from tests.personnes import operateur

    operateur("CD", "02")
    autre = Api(ouvrir(*TOUTES, emetteur="CD").texte)
    envoi = api("POST", "/envois?lot=08", en_csv("beneficiaire", [personne()])).json()["envoi"]
    depot = api("POST", "/depots", {"nom": "a.csv", "lot": "08", "taille": 10}).json()["depot"]
    for chemin in (f"/envois/{envoi}", f"/envois/{envoi}/accuse", f"/depots/{depot}", f"/depots/{depot}/accuse"):
        probleme(autre("GET", chemin), "inconnu", 404)
    probleme(autre("PUT", f"/depots/{depot}/octets", b"0" * 10), "inconnu", 404)
    assert autre("GET", "/envois").json() == {"envois": [], "suivante": None}
    assert autre("GET", "/registre/beneficiaire").json()["etats"] == []
    repris = autre("POST", "/envois?lot=08", en_csv("beneficiaire", [personne()]))
    assert "anne" not in repris.content.decode().lower()
    probleme(repris, "recu-d-un-autre", 409)


def test_une_panne_ne_laisse_rien_et_le_dit(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    from cepage.echanges.reception import services

    def casser(*a: object, **k: object) -> None:
        raise RuntimeError("Le Goff")

    monkeypatch.setattr(services, "_conserver", casser)
    corps = probleme(api("POST", "/envois?lot=08", en_csv("beneficiaire", [personne()])), "panne", 500)
    assert "Le Goff" not in json.dumps(corps)
    with portee_totale():
        assert not Envoi.objects.exists()
        assert not Depot.objects.exists()


def test_meme_accuse_que_la_ligne_de_commande(api: Api, facteur_hors: Facteur) -> None:
    octets = en_zip(parcours() | {"beneficiaire": [personne(sexe="X")]}, 7)
    par_commande = facteur_hors.deposer(NOM, octets, mode=Mode.ESSAI, emetteur="AB")
    par_api = api("POST", f"/envois?lot=08&mode=essai&nom={NOM}", octets).json()
    assert sans_identite(par_api) == sans_identite(par_commande.en_dict())


@pytest.fixture
def facteur_hors(tmp_path: Any) -> Facteur:
    return Facteur(tmp_path)


def test_la_trace_va_de_la_demande_a_l_accuse(api: Api) -> None:
    octets = en_csv("beneficiaire", [personne(identifiant_beneficiaire="T1")])
    demande = "3F2504E0-4F89-41D3-9A0C-0305E82C3301"
    reponse = api("POST", "/envois?lot=08&nom=beneficiaire.csv", octets, X_Request_ID=demande)
    attendue = demande.replace("-", "").lower()
    assert reponse.headers["Trace-Id"] == attendue
    with portee_totale():
        envoi = Envoi.objects.get()
    assert envoi.trace == attendue
    # What is not an identifier could be a name: it is not followed.
    suivie = api("GET", "/acces", X_Request_ID="Camille Martin").headers["Trace-Id"]
    assert "amille" not in suivie
    assert len(suivie) == 32
