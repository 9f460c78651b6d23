"""Reading by the API: register, orders, contract; who may; the sandbox apart; the description and the page."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from cepage.acheteur.registre.models import TABLES
from cepage.acheteur.registre.selectors import empreinte
from cepage.echanges.canaux.acces.services import revoquer
from cepage.echanges.canaux.bac_a_sable import schema
from cepage.echanges.canaux.rest import entree
from cepage.echanges.canaux.rest.problemes import GENRES
from cepage.echanges.reception.models import Envoi
from cepage.fondations.comptes.verifications import routes
from cepage.fondations.socle.models import EntreeJournal
from cepage.fondations.socle.portee import portee_totale
from tests.echanges.canaux.conftest import LE, Serrurier
from tests.echanges.canaux.outils import TOUTES, Api, probleme
from tests.echanges.reception.fabrique import en_csv, en_zip, parcours, personne

NOM = "CEP_08_AB_20220601_1.zip"


def test_relire_son_registre_page_par_page(api: Api) -> None:
    api("POST", f"/envois?lot=08&nom={NOM}", en_zip(parcours(), 1))
    premiere = api("GET", "/registre/unite_oeuvre?taille=3").json()
    seconde = api("GET", f"/registre/unite_oeuvre?taille=3&apres={premiere['suivante']}").json()
    assert (len(premiere["etats"]), len(seconde["etats"]), seconde["suivante"]) == (3, 1, None)
    cles = [e["cle"] for e in premiere["etats"] + seconde["etats"]]
    assert sorted(cles) == cles
    assert len(set(cles)) == 4
    assert premiere["etats"][0]["contenu"]["date_engagement"] == "2020-03-02"
    assert api("GET", "/registre/unite_oeuvre?lot=02").json()["etats"] == []


def test_les_noms_demandent_leur_action(api: Api, ouvrir: Serrurier) -> None:
    api("POST", "/envois?lot=08", en_csv("beneficiaire", [personne()]))
    masque = api("GET", "/registre/beneficiaire").json()["etats"][0]["contenu"]
    assert (masque["nom_naissance"], masque["email"], masque["niveau_formation"]) == ("(masqué)", "(masqué)", "5")
    nomme = Api(ouvrir("registre.lire", "registre.lire_nomme").texte)
    assert nomme("GET", "/registre/beneficiaire").json()["etats"][0]["contenu"]["nom_naissance"] == "Le Goff"


def test_ce_qui_etait_connu_un_jour_passe(api: Api, settings: Settings) -> None:
    api("POST", "/envois?lot=08", en_csv("beneficiaire", [personne()]))
    settings.CEPAGE_DATE = (LE + timedelta(days=3)).isoformat()
    plus_tard = personne(nature="M", niveau_formation="6", horodatage="2022-06-04T10:00:00+02:00")
    api("POST", "/envois?lot=08", en_csv("beneficiaire", [plus_tard]))

    def niveau(jour: str) -> list[str]:
        etats = api("GET", f"/registre/beneficiaire{jour}").json()["etats"]
        return [e["contenu"]["niveau_formation"] for e in etats]

    assert niveau("") == ["6"]
    assert niveau("?connu_le=2022-06-04") == ["5"]
    assert niveau("?connu_le=2022-06-05") == ["6"]
    assert niveau("?connu_le=2022-06-01") == []
    for faux in ("hier", "2022-02-30", "1500-01-01", "9999-12-31"):
        probleme(api("GET", f"/registre/beneficiaire?connu_le={faux}"), "demande-invalide", 422)


def test_les_bons_de_commande_de_ses_lots(api: Api) -> None:
    bons = api("GET", "/bons-de-commande?lot=08").json()
    assert [b["volume"] for b in bons] == [100] * 8
    assert bons[0]["reference"] == "2020-Lot08-UO00-01"
    probleme(api("GET", "/bons-de-commande?lot=02"), "inconnu", 404)


def test_le_contrat(api: Api) -> None:
    noms = api("GET", "/nomenclatures").json()
    assert "statut" in noms
    statuts = api("GET", "/nomenclatures/statut").json()
    assert {"CDI"} <= {c["code"] for c in statuts}
    probleme(api("GET", "/nomenclatures/inconnue"), "inconnu", 404)
    anomalies = {a["code"]: a for a in api("GET", "/anomalies").json()}
    assert anomalies["E-UO-013"]["gravite"] == "bloquant"
    assert api("GET", "/contrat/schema").json()["$schema"].endswith("2020-12/schema")
    moi = api("GET", "/acces").json()
    assert (moi["emetteur"], moi["bac_a_sable"], moi["maintenant"]) == ("AB", False, LE.isoformat())


def test_qui_n_entre_pas(api: Api, ouvrir: Serrurier) -> None:
    probleme(Api("")("GET", "/acces"), "cle-absente", 401)
    refus = Api("cepage_000000000000_x")("GET", "/acces")
    probleme(refus, "cle-inconnue", 401)
    assert refus.headers["WWW-Authenticate"].startswith("Bearer")
    limitee = Api(ouvrir("contrat.lire").texte)
    probleme(limitee("POST", "/envois?lot=08", b"x"), "action-refusee", 403)
    loin = Api(ouvrir("contrat.lire", adresses=["203.0.113.7"]).texte)
    probleme(loin("GET", "/acces"), "adresse-refusee", 403)
    arretee = ouvrir("contrat.lire")
    revoquer(arretee.cle, le=LE, par=None)
    probleme(Api(arretee.texte)("GET", "/acces"), "cle-revoquee", 401)


def test_une_session_n_ouvre_pas_l_api(api: Api) -> None:
    from tests.personnes import alice, entrer

    assert entrer(alice()).get("/api/v1/acces").status_code == 401


def test_la_cadence_de_la_cle(api: Api, settings: Settings) -> None:
    settings.CEPAGE_CADENCE_CLE = 2
    assert [api("GET", "/acces").headers["RateLimit-Remaining"] for _ in range(2)] == ["1", "0"]
    refus = api("GET", "/acces")
    probleme(refus, "cadence", 429)
    assert refus.headers["Retry-After"] == "50"
    settings.CEPAGE_DATE = (LE + timedelta(seconds=50)).isoformat()
    assert api("GET", "/acces").status_code == 200


def test_les_essais_d_une_adresse(api: Api, settings: Settings) -> None:
    settings.CEPAGE_CADENCE_ECHECS = 2
    for _ in range(2):
        probleme(Api("cepage_000000000000_x")("GET", "/acces"), "cle-inconnue", 401)
    probleme(api("GET", "/acces"), "cadence", 429)


@pytest.mark.parametrize(
    ("methode", "chemin", "code", "statut"),
    [
        ("GET", "/rien", "inconnu", 404),
        ("DELETE", "/envois", "methode", 405),
        ("GET", "/envois/x", "inconnu", 404),
        ("GET", "/depots/x", "demande-invalide", 422),
        ("GET", "/envois?apres=x", "demande-invalide", 422),
        ("GET", "/envois?taille=0", "demande-invalide", 422),
        ("GET", "/envois?statut=beau", "demande-invalide", 422),
        ("POST", "/envois", "demande-invalide", 422),
        ("POST", "/envois?lot=8", "demande-invalide", 422),
        ("POST", "/envois?lot=08&mode=fort", "demande-invalide", 422),
        ("POST", "/envois?lot=08&nom=a%00b", "demande-invalide", 422),
        ("GET", "/registre/rien", "inconnu", 404),
        ("PUT", "/bac-a-sable", "demande-invalide", 422),
        ("GET", "/bac-a-sable", "hors-bac-a-sable", 403),
        ("POST", "/bac-a-sable/vider", "hors-bac-a-sable", 403),
    ],
)
def test_chaque_refus_est_un_probleme(methode: str, chemin: str, code: str, statut: int, api: Api) -> None:
    probleme(api(methode, chemin), code, statut)


# --- the sandbox ---


def _reel() -> tuple[Any, ...]:
    with portee_totale():
        return empreinte(), Envoi.objects.count(), EntreeJournal.objects.filter(genre="envoi").count()


def test_le_bac_a_sable_ne_touche_jamais_le_registre(api: Api, bac: Api) -> None:
    api("POST", "/envois?lot=08", en_csv("beneficiaire", [personne(identifiant_beneficiaire="REEL")]))
    avant = _reel()
    recu = bac("POST", f"/envois?lot=08&nom={NOM}", en_zip(parcours(), 1))
    assert recu.status_code == 201, recu.content
    assert recu.json()["statut"] == "accepte"
    assert _reel() == avant
    with portee_totale():
        assert TABLES["beneficiaire"]._default_manager.count() == 1
    dedans = bac("GET", "/registre/beneficiaire").json()["etats"]
    assert [e["cle"] for e in dedans] == ["08|P1"]
    dehors = api("GET", "/registre/beneficiaire").json()["etats"]
    assert [e["cle"] for e in dehors] == ["08|REEL"]
    envoi = recu.json()["envoi"]
    assert bac("GET", f"/envois/{envoi}").status_code == 200
    probleme(api("GET", f"/envois/{envoi}"), "inconnu", 404)
    assert bac("POST", "/bac-a-sable/vider").status_code == 204
    assert bac("GET", "/registre/beneficiaire").json()["etats"] == []
    assert bac("GET", "/envois").json()["envois"] == []
    assert _reel() == avant
    assert bac("POST", f"/envois?lot=08&nom={NOM}", en_zip(parcours(), 1)).status_code == 201


def test_l_heure_du_bac_a_sable(bac: Api) -> None:
    regle = {"maintenant": "2022-06-02T08:00:00+02:00", "nir_autorise": True}
    assert bac("PUT", "/bac-a-sable", regle).json() == {
        "maintenant": "2022-06-02T06:00:00+00:00",
        "tenu_jusqu_au": None,
        "nir_autorise": True,
    }
    assert bac("GET", "/acces").json()["maintenant"] == "2022-06-02T06:00:00+00:00"
    accuse = bac("POST", "/envois?lot=08", en_csv("beneficiaire", [personne()])).json()
    assert accuse["recu_le"] == "2022-06-02T06:00:00+00:00"
    assert bac("PUT", "/bac-a-sable", {}).json() == {"maintenant": None, "tenu_jusqu_au": None, "nir_autorise": False}
    for faux in ("hier", "2022-06-02T08:00:00", "1500-01-01T00:00:00Z", "9999-12-31T00:00:00Z", 1e30):
        probleme(bac("PUT", "/bac-a-sable", {"maintenant": faux}), "demande-invalide", 422)


def test_chaque_emetteur_a_son_bac(bac: Api, ouvrir: Serrurier) -> None:
    from tests.personnes import operateur

    operateur("CD", "02")
    autre = Api(ouvrir(*TOUTES, emetteur="CD", bac_a_sable=True).texte)
    octets = en_csv("beneficiaire", [personne()])
    assert bac("POST", "/envois?lot=08", octets).status_code == 201
    assert autre("GET", "/registre/beneficiaire").json()["etats"] == []
    assert autre("POST", "/envois?lot=08", octets).status_code == 201
    assert autre("POST", "/bac-a-sable/vider").status_code == 204
    assert len(bac("GET", "/registre/beneficiaire").json()["etats"]) == 1


def test_un_lot_qui_n_existe_pas(bac: Api) -> None:
    probleme(bac("GET", "/bons-de-commande?lot=82"), "inconnu", 404)
    refus = bac("POST", "/envois?lot=82", en_csv("beneficiaire", [personne()])).json()
    assert [a["code"] for a in refus["anomalies"]] == ["E-ENV-004"]


@pytest.mark.parametrize("code", ["ab", "A", "ABC", "A;", "", "é8"])
def test_un_bac_ne_se_nomme_que_par_un_code(code: str) -> None:
    with pytest.raises(ValueError, match="code d'émetteur"):
        schema.nom(code)


# --- the description ---


@pytest.mark.django_db
def test_la_description_est_complete(client: Client) -> None:
    document = client.get("/api/v1/openapi.json").json()
    assert document["openapi"] == "3.1.0"
    servies = {
        f"/api/v1/{chemin.removeprefix('api/v1/')}".replace("<uuid:", "<").replace("<", "{").replace(">", "}")
        for chemin, nom, vue in routes()
        if chemin.startswith("api/v1/") and getattr(vue, "actions", None)
    }
    assert set(document["paths"]) == servies
    for chemin, methodes in document["paths"].items():
        for methode, operation in methodes.items():
            assert operation["summary"], (chemin, methode)
            assert operation["description"], (chemin, methode)
            assert operation["security"][0] == {"cle": []}
            assert {"401", "403", "429"} <= {str(s) for s in operation["responses"]}
            for parametre in operation.get("parameters", []):
                assert parametre["description"]


def test_chaque_adresse_de_l_api_nomme_ses_actions() -> None:
    nues = [
        chemin
        for chemin, nom, vue in routes()
        if chemin.startswith("api/v1/")
        and nom.removeprefix("rest:") not in {"openapi", "sante", "pret", "metriques"}
        and not getattr(vue, "actions", None)
    ]
    assert nues == []


@pytest.mark.django_db
def test_la_page_de_l_api(client: Client) -> None:
    page = client.get("/api/").content.decode()
    for genre in GENRES:
        assert f'id="probleme-{genre}"' in page
    assert "/api/v1/envois" in page
    assert "<script src" not in page.replace('<script src="/statique/', "")


def test_un_retrait_s_annonce(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    retrait = entree.Retrait(1767225600, "Wed, 01 Jul 2026 00:00:00 GMT", "/api/v2/acces")
    monkeypatch.setitem(entree.RETRAITS, "rest:acces", retrait)
    entetes = api("GET", "/acces").headers
    assert (entetes["Deprecation"], entetes["Sunset"]) == ("@1767225600", "Wed, 01 Jul 2026 00:00:00 GMT")
    assert "/api/v2/acces" in entetes["Link"]
    assert "Deprecation" not in api("GET", "/nomenclatures").headers


# --- what those who run the site watch ---


def test_sante_pret_et_releve(api: Api, client: Client, settings: Settings) -> None:
    assert client.get("/api/v1/sante").json() == {"etat": "en marche"}
    pret = client.get("/api/v1/pret")
    assert (pret.status_code, pret.json()["etat"]) == (200, "prêt"), pret.content
    api("GET", "/acces")
    releve = client.get("/api/v1/metriques")
    assert releve.headers["Content-Type"].startswith("application/openmetrics-text")
    texte = releve.content.decode()
    assert 'cepage_api_demandes_total{methode="GET",route="rest:acces",statut="200"}' in texte
    assert texte.endswith("# EOF\n")
    assert texte.count("# EOF") == 1
    assert "AB" not in texte.replace("OPTIONS", "")
    settings.CEPAGE_METRIQUES_ADRESSES = ["203.0.113.7"]
    assert client.get("/api/v1/metriques").status_code == 404


def test_pas_pret_sans_disque(client: Client, db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    from cepage.echanges.exploitation import controles

    monkeypatch.setattr(controles, "DISQUE_MINIMAL", 1 << 62)
    reponse = client.get("/api/v1/pret")
    assert reponse.status_code == 503
    assert "faites de la place" in reponse.content.decode()
