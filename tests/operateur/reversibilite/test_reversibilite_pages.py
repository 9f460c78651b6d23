"""The reversibility file on its pages: plan, planning, incidents, document, archives; who sees nothing of it."""

import io
import zipfile
from pathlib import Path
from typing import Any

import pypdf
import pytest
from django.test import Client
from pytest_django import Settings

from cepage.fondations.socle import horloge
from cepage.fondations.socle.models import EntreeJournal
from cepage.fondations.socle.portee import fixer_emetteurs
from cepage.operateur.reversibilite.models import EtapeReversibilite, ExportDossiers, Incident
from cepage.operateur.reversibilite.services import dossier as services
from tests.operateur.reversibilite.activite import faire_vivre
from tests.personnes import alice, bob, charlie, diane, entrer

pytestmark = pytest.mark.usefixtures("operateur_ab")
PLAN = {
    "processus": "L'aiguillage se fait au téléphone.",
    "contacts": "Direction : 01 39 98 00 00",
    "vigilance": "Deux sites ferment l'été",
    "date_notification": "2021-05-28",
    "version": "0",
}


def _page(client: Client) -> str:
    return client.get("/reversibilite/").content.decode().replace("\u202f", " ")


def test_le_dossier_se_tient_et_se_telecharge(settings: Settings) -> None:
    client = entrer(alice())
    assert "Aucun plan n" in _page(client)
    vide = client.post("/reversibilite/plan/", PLAN | {"contacts": ""})
    assert vide.status_code == 422
    assert "aiguillage se fait" in vide.content.decode()
    assert client.post("/reversibilite/plan/", PLAN).status_code == 302
    # Friday 28 May 2021 + 5 working days = Friday 4 June; + 30 days = Sunday 27 June.
    assert "vendredi 4 juin 2021" in _page(client)
    assert "dimanche 27 juin 2021" in _page(client)
    etape = {"libelle": "Rencontre du repreneur", "responsable": "Direction", "du_jour": "2", "au_jour": "31"}
    assert "Une étape finit" in client.post("/reversibilite/etape/", etape | {"au_jour": "1"}).content.decode()
    client.post("/reversibilite/etape/", etape)
    assert "du 30/05/2021 au 28/06/2021" in _page(client)
    assert "1 étape après le jour" in _page(client)
    incident = {"debut": "2021-02-01", "description": "Panne du téléphone", "effet": "40 appels perdus"}
    assert "pas à venir" in client.post("/reversibilite/incident/", incident | {"fin": "2021-07-01"}).content.decode()
    client.post("/reversibilite/incident/", incident)
    client.post("/reversibilite/incident/", incident | {"debut": "2020-05-31", "description": "Trop ancien"})
    assert "Panne du téléphone" in _page(client)
    assert "Trop ancien" not in _page(client)
    fixer_emetteurs(["AB"])
    regle = Incident.objects.get(description="Panne du téléphone")
    client.post(f"/reversibilite/incident/{regle.pk}/", incident | {"fin": "2021-02-02", "remede": "Second opérateur"})
    pdf = pypdf.PdfReader(io.BytesIO(client.get("/reversibilite/dossier.pdf").content))
    texte = " ".join(" ".join(page.extract_text() for page in pdf.pages).replace("\u202f", " ").split())
    for attendu in (
        "aiguillage se fait",
        "Second opérateur",
        "Rencontre du repreneur",
        "cepage-dossiers",
        "sites ferment",
    ):
        assert attendu in texte, attendu
    fixer_emetteurs(["AB"])
    client.post(f"/reversibilite/etape/{EtapeReversibilite.objects.get().pk}/retirer/")
    assert "Rencontre du repreneur" not in _page(client)


def test_le_plan_vieillit_et_deux_personnes_ne_s_ecrasent_pas(settings: Settings) -> None:
    client = entrer(alice())
    client.post("/reversibilite/plan/", PLAN)
    conflit = client.post("/reversibilite/plan/", PLAN | {"processus": "Autre texte"})
    assert "a mis le plan à jour entre-temps" in conflit.content.decode()
    assert "Autre texte" in conflit.content.decode()
    assert 'name="version" value="1"' in conflit.content.decode()
    assert "À mettre à jour" not in _page(client)
    settings.CEPAGE_DATE = "2022-06-02T10:00:00+02:00"
    assert "À mettre à jour" in _page(client)


def test_l_archive_se_demande_se_prepare_se_telecharge_et_se_scelle(settings: Settings, tmp_path: Path) -> None:
    settings.CEPAGE_DONNEES = tmp_path
    faire_vivre(3, diane())
    client = entrer(alice())
    assert client.post("/reversibilite/exporter/").status_code == 302
    fixer_emetteurs(["AB"])
    demande = ExportDossiers.objects.get()
    assert "En préparation" in _page(client)
    assert client.get(f"/reversibilite/exports/{demande.pk}/").status_code == 404
    services.preparer(demande.pk, "AB", a=horloge.maintenant())
    services.preparer(demande.pk, "AB", a=horloge.maintenant())
    page = _page(client)
    assert "fiches attendent encore d" in page
    reponse: Any = client.get(f"/reversibilite/exports/{demande.pk}/")
    archive = zipfile.ZipFile(io.BytesIO(b"".join(reponse.streaming_content)))
    assert archive.testzip() is None
    assert "donnees/unites.jsonl" in archive.namelist()
    fixer_emetteurs(["AB"])
    genres = list(EntreeJournal.objects.filter(objet=f"export {demande.pk}").values_list("genre", flat=True))
    assert genres == ["export de dossiers", "remise d'un export"]
    assert entrer(charlie()).get(f"/reversibilite/exports/{demande.pk}/").status_code == 404


def test_qui_voit_la_reversibilite() -> None:
    for personne in (bob(), diane()):
        assert entrer(personne).get("/reversibilite/").status_code == 403
    entrer(alice()).post("/reversibilite/plan/", PLAN)
    assert "aiguillage se fait" not in _page(entrer(charlie()))
