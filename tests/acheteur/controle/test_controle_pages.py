"""Pages of the controls: what each role sees, in its own scope, and the journey from the queue to the PV."""

import json
from collections.abc import Callable
from datetime import date
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponseBase
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from cepage.acheteur.controle.enums import Etat
from cepage.acheteur.controle.models import Controle, OuvertureDossier
from cepage.fondations.socle.portee import portee_totale
from tests.acheteur.controle.fabrique import TRIMESTRE
from tests.acheteur.controle.travail import controler, controleur, superviseur, tirer
from tests.personnes import alice, bob, charlie, diane, entrer

Envoyer = Callable[..., None]
MAXIMUM = 30


@pytest.fixture
def tires(trimestre: Envoyer, settings: Settings) -> list[Controle]:
    """Four files drawn, all to Ines and Igor, on 7 June 2022."""
    settings.CEPAGE_DATE = "2022-06-07"
    trimestre(S1=6, S2=2)
    controleur("Ines")
    controleur("Igor", "Cabinet Deux")
    with portee_totale():
        tirer()
        return list(Controle.objects.select_related("controleur", "tirage"))


def texte(client: Client, adresse: str, code: int = 200) -> str:
    """The page as read."""
    reponse = client.get(adresse)
    assert reponse.status_code == code, adresse
    return unescape(reponse.content.decode())


def fermer(reponse: HttpResponseBase) -> None:
    """Close the file of an answer. Its own `close` ends the request, and would close the test's connection."""
    for fermeture in reponse._resource_closers:  # type: ignore[attr-defined]
        fermeture()


def remplir(page: str, *fautes: str) -> dict[str, str]:
    """The answers of a grid page: conforming but for the points named."""
    import re

    points = set(re.findall(r'name="verdict_(\w+)"', page))
    reponses = {f"verdict_{p}": "non_conforme" if p in fautes else "conforme" for p in points}
    for point in fautes:
        motif = re.search(rf'name="motif_{point}".*?<option value="(NC-[^"]+)"', page, re.DOTALL)
        assert motif is not None
        reponses |= {f"motif_{point}": motif[1], f"commentaire_{point}": "Vu sur le document."}
    return reponses


def test_qui_voit_quoi(tires: list[Controle], django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    dossier, tirage = f"/controle/dossier/{tires[0].pk}/", f"/controle/tirage/{tires[0].tirage_id}/"
    for personne, codes in (
        (alice(), (200, 200, 200, 403)),
        (bob(), (200, 200, 200, 403)),
        (charlie(), (200, 404, 404, 403)),
        (diane(), (403, 403, 403, 403)),
        (superviseur(), (200, 200, 200, 403)),
    ):
        client = entrer(personne)
        for adresse, code in zip(("/controle/", dossier, tirage, "/controle/file/"), codes, strict=True):
            with django_assert_max_num_queries(MAXIMUM):
                assert client.get(adresse).status_code == code, (personne, adresse)


def test_le_controleur_n_atteint_que_les_siens(tires: list[Controle]) -> None:
    ines = tires[0].controleur
    assert ines is not None
    client = entrer(ines)
    page = texte(client, "/controle/file/")
    for controle in tires:
        sien = controle.controleur_id == ines.pk
        assert (controle.numero_dossier in page) is sien
        for suite in ("", "grille/", "pieces/", "livrable/ELP/"):
            reponse = client.get(f"/controle/dossier/{controle.pk}/{suite}")
            assert reponse.status_code == (200 if sien else 404), suite
            fermer(reponse)
    assert client.get("/registre/").status_code == 403
    assert client.get("/controle/").status_code == 403


def test_de_la_file_a_la_decision(tires: list[Controle], django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    ines = tires[0].controleur
    assert ines is not None
    client = entrer(ines)
    adresse = f"/controle/dossier/{tires[0].pk}/grille/"
    with django_assert_max_num_queries(60):
        page = texte(client, adresse)
    for morceau in ("Le Goff" if "Le Goff" in page else "Nom", "lu et approuvé", "Relevé : conforme", "Échéance"):
        assert morceau in page, morceau
    vide = client.post(adresse, {})
    assert "Répondez au point" in unescape(vide.content.decode())
    reponses = remplir(page, "DATES")
    sans_motif = client.post(adresse, reponses | {"motif_DATES": ""})
    assert "Choisissez le motif" in unescape(sans_motif.content.decode())
    assert "Vu sur le document." in unescape(sans_motif.content.decode())
    assert client.post(adresse, reponses).headers["Location"] == "/controle/file/"
    with portee_totale():
        assert Controle.objects.get(pk=tires[0].pk).etat == Etat.NON_CONFORME
        assert OuvertureDossier.objects.filter(numero_dossier=tires[0].numero_dossier, personne=ines).exists()
    assert client.get(adresse).headers["Location"] == f"/controle/dossier/{tires[0].pk}/"


def test_le_livrable_s_ouvre_sans_rien_laisser(tires: list[Controle]) -> None:
    reponse = entrer(bob()).get(f"/controle/dossier/{tires[0].pk}/livrable/ELP/")
    assert reponse.headers["Content-Type"] == "application/pdf"
    assert reponse.headers["Cache-Control"] == "no-store"
    assert b"".join(reponse.streaming_content).startswith(b"%PDF")
    fermer(reponse)
    assert entrer(charlie()).get(f"/controle/dossier/{tires[0].pk}/livrable/ELP/").status_code == 404
    with portee_totale():
        assert OuvertureDossier.objects.count() == 1


def test_la_page_d_un_dossier_ne_nomme_personne(tires: list[Controle]) -> None:
    client = entrer(bob())
    assert "Anne-Sophie" not in texte(client, f"/controle/dossier/{tires[0].pk}/")
    assert "Anne-Sophie" in texte(client, f"/controle/dossier/{tires[0].pk}/pieces/")


def test_contester_puis_arbitrer(tires: list[Controle]) -> None:
    controle = controler(tires[0], "SIGNATURES")
    operateur = entrer(alice())
    assert controle.numero_dossier in texte(operateur, "/controle/")
    adresse = f"/controle/dossier/{controle.pk}/contester/"
    assert "NC-SIG-1" in texte(operateur, adresse)
    assert "Dites pourquoi" in unescape(operateur.post(adresse, {"argument": ""}).content.decode())
    faux = operateur.post(adresse, {"argument": "Voyez.", "pieces": SimpleUploadedFile("a.pdf", b"non")})
    assert "n'est pas un PDF" in unescape(faux.content.decode())
    assert "Voyez." in unescape(faux.content.decode())
    pieces = [SimpleUploadedFile("a.pdf", b"%PDF-1.4 a"), SimpleUploadedFile("b.pdf", b"%PDF-1.4 b")]
    assert operateur.post(adresse, {"argument": "Voyez.", "pieces": pieces}).status_code == 302
    encore = operateur.post(adresse, {"argument": "Encore."})
    assert "On ne passe pas" in unescape(encore.content.decode())

    sonia = entrer(superviseur())
    assert controle.numero_dossier in texte(sonia, "/controle/")
    arbitrage = f"/controle/dossier/{controle.pk}/arbitrer/"
    assert "b.pdf" in texte(sonia, arbitrage)
    assert operateur.get(arbitrage).status_code == 403
    assert sonia.post(arbitrage, {"decision": "levee", "motif": "Signature au verso."}).status_code == 302
    assert "Signature au verso." in texte(operateur, f"/controle/dossier/{controle.pk}/")
    assert entrer(charlie()).get(adresse).status_code == 404


def test_tirer_dans_la_page(trimestre: Envoyer, settings: Settings) -> None:
    settings.CEPAGE_DATE = "2022-06-07"
    trimestre(S1=6)
    client = entrer(superviseur())
    assert "Aucun échantillon" in texte(client, "/controle/")
    demande = {"lot": "08", "trimestre": TRIMESTRE, "graine": "Loto", "taux": ""}
    montre = unescape(client.post("/controle/tirer/", demande).content.decode())
    assert "2 sur 6" in montre
    with portee_totale():
        assert not Controle.objects.exists()
    for faux in ({"trimestre": "2020"}, {"taux": "5"}, {"graine": ""}):
        assert "À corriger" in unescape(client.post("/controle/tirer/", demande | faux).content.decode())
    fige = client.post("/controle/tirer/", demande | {"figer": "1"})
    page = texte(client, fige.headers["Location"])
    assert "Loto" in page
    assert "aucun procès-verbal" not in page
    base = client.get(fige.headers["Location"] + "base.json")
    assert json.loads(base.content)["effectifs"]["total"] == 6
    trop_tot = unescape(
        client.post("/controle/tirer/", demande | {"trimestre": "2022-T2", "figer": "1"}).content.decode()
    )
    assert "n'est pas fini" in trop_tot


def test_du_surcontrole_au_pv(tires: list[Controle], settings: Settings) -> None:
    for controle in tires:
        controler(controle)
    sonia = entrer(superviseur())
    assert "Aucun dossier n'a encore été relu" in texte(sonia, "/controle/surcontrole/")
    sonia.post("/controle/surcontrole/", {"mois": "2022-06", "graine": "x"})
    with portee_totale():
        vise = Controle.objects.get(surcontrole__isnull=False)
    assert vise.numero_dossier in texte(sonia, "/controle/surcontrole/")
    adresse = f"/controle/surcontrole/{vise.pk}/"
    page = texte(sonia, adresse)
    assert "Relecture à l'aveugle" in page
    assert sonia.post(adresse, remplir(page)).status_code == 302
    assert "1 dossier relu" in " ".join(texte(sonia, "/controle/surcontrole/").split())
    autre = next(c for c in tires if c.pk != vise.pk)
    assert sonia.get(f"/controle/surcontrole/{autre.pk}/").status_code == 404

    settings.CEPAGE_DATE = date(2022, 7, 1).isoformat()
    tirage = f"/controle/tirage/{tires[0].tirage_id}/"
    etabli = sonia.post(f"{tirage}etablir/AB/")
    assert etabli.headers["Location"].startswith("/controle/pv/")
    pv = etabli.headers["Location"]
    operateur = entrer(alice())
    for client in (sonia, operateur):
        assert "Signer le procès-verbal" in texte(client, pv)
        client.post(f"{pv}signer/")
        assert "Signer le procès-verbal" not in texte(client, pv)
    assert "Signé par les deux parties" in texte(operateur, pv)
    assert "signé par les deux parties" in texte(sonia, tirage)
    etranger = entrer(charlie())
    assert etranger.get(pv).status_code == 404
    assert etranger.post(f"{pv}signer/").status_code == 404
    assert "déjà établi" in unescape(sonia.post(f"{tirage}etablir/AB/", follow=True).content.decode())
