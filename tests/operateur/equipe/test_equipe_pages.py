"""The pages of the team: what a manager writes and reads; who sees nothing of it."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from cepage.fondations.comptes.models import Personne
from cepage.fondations.socle.portee import fixer_emetteurs
from cepage.operateur.equipe.models import ActionFormation, Conseiller, Derogation, Experience
from cepage.operateur.equipe.services import conseillers as services
from tests.operateur.dossiers.atelier import engager, personne
from tests.personnes import alice, bob, charlie, diane, entrer

pytestmark = pytest.mark.usefixtures("operateur_ab")
A = datetime(2021, 6, 1, 8, tzinfo=UTC)
MAXIMUM = 30
FICHE = {
    "profil": "conseiller",
    "entree": "2020-01-02",
    "quotite": "0,8",
    "certification": "Conseiller en insertion professionnelle",
    "certification_niveau": "5",
    "certification_du_domaine": "on",
    "certification_le": "2018-07-01",
    "version": "0",
}


def _page(client: Client, adresse: str, code: int = 200) -> str:
    fixer_emetteurs(["AB"])
    reponse = client.get(adresse)
    assert reponse.status_code == code, adresse
    return reponse.content.decode().replace("\u202f", " ")


def _fiche(qui: Personne, **plus: Any) -> Conseiller:
    fixer_emetteurs(["AB"])
    valeurs = {"profil": "conseiller", "entree": date(2020, 1, 2), "quotite": Decimal(1)} | plus
    return services.tenir_la_fiche(qui, valeurs, version=0, par="Alice Martin", a=A)


def test_de_la_fiche_a_la_qualification() -> None:
    conseillere, client = diane(), entrer(alice())
    assert "Fiche à ouvrir" in _page(client, f"/equipe/conseillers/{conseillere.pk}/")
    assert "<strong>1</strong>Qualification à régulariser" in _page(client, "/equipe/")
    fiche = f"/equipe/conseillers/{conseillere.pk}/fiche/"
    refusee = client.post(fiche, FICHE | {"certification_niveau": ""})
    assert refusee.status_code == 422
    assert "Une certification a son intitulé et son niveau" in refusee.content.decode()
    assert "Conseiller en insertion professionnelle" in refusee.content.decode()
    assert client.post(fiche, FICHE).status_code == 302
    assert "il manque 365 jours" in _page(client, f"/equipe/conseillers/{conseillere.pk}/")
    experience = {"poste": "Conseillère, mission locale", "domaine": "insertion", "debut": "2018-09-01"}
    assert client.post(f"/equipe/conseillers/{conseillere.pk}/experience/", experience).status_code == 302
    page = _page(client, f"/equipe/conseillers/{conseillere.pk}/")
    assert "Qualifié" in page
    assert "Conseillère, mission locale" in page
    assert "<strong>0</strong>Qualification à régulariser" in _page(client, "/equipe/")
    fixer_emetteurs(["AB"])
    client.post(f"/equipe/retirer/experience/{Experience.objects.get().pk}/")
    assert "Insuffisante" in _page(client, "/equipe/conseillers/?etat=a_regulariser")


def test_deux_personnes_sur_la_meme_fiche() -> None:
    conseillere = diane()
    _fiche(conseillere)
    fiche = f"/equipe/conseillers/{conseillere.pk}/fiche/"
    reponse = entrer(alice()).post(fiche, FICHE)
    assert "a modifié cette fiche entre-temps" in reponse.content.decode()
    assert "Conseiller en insertion" in reponse.content.decode()
    assert 'name="version" value="1"' in reponse.content.decode()


def test_une_derogation_a_la_fois() -> None:
    fiche = _fiche(diane())
    options = {"motif": "Recrutement en cours", "reference": "Courriel du 2 mars 2021"}
    services.noter_une_derogation(fiche, debut=date(2021, 3, 1), fin=date(2021, 9, 1), **options)
    with pytest.raises(ValidationError, match="couvre déjà"):
        services.noter_une_derogation(fiche, debut=date(2021, 8, 31), fin=date(2022, 1, 1), **options)
    services.noter_une_derogation(fiche, debut=date(2021, 9, 1), fin=date(2022, 1, 1), **options)
    page = _page(entrer(alice()), "/equipe/conseillers/?etat=derogation")
    assert "Dérogation jusqu&#x27;au 31/08/2021 inclus" in page
    with pytest.raises(IntegrityError), transaction.atomic():
        Derogation.objects.filter(debut=date(2021, 9, 1)).update(debut=date(2021, 8, 1))


def test_le_plan_puis_les_heures_suivies() -> None:
    conseillere, client = diane(), entrer(alice())
    _fiche(conseillere)
    plan = {"annee": "2021", "intitule": "Ingénierie financière", "heures_prevues": "14", "competences": ["C17"]}
    assert client.post(f"/equipe/conseillers/{conseillere.pk}/formation/", plan).status_code == 302
    fixer_emetteurs(["AB"])
    prevue = ActionFormation.objects.get()
    suivre = f"/equipe/formation/{prevue.pk}/suivre/"
    assert (
        "à venir" in client.post(suivre, {"date_realisation": "2021-06-02", "heures_realisees": "14"}).content.decode()
    )
    assert client.post(suivre, {"date_realisation": "2021-05-20", "heures_realisees": "12,5"}).status_code == 302
    assert "12,5 heures suivies en 2021" in _page(client, f"/equipe/conseillers/{conseillere.pk}/")
    assert "12,5 h" in _page(client, "/equipe/formations/?annee=2021")
    assert "Aucune formation cette année" in _page(client, "/equipe/formations/?annee=2022")
    csv = client.get("/equipe/formations/exporter/csv/?annee=2021").content.decode()
    assert "Ingénierie financière;;C17;14.0;2021-05-20;12.5" in csv
    retrait = client.post(f"/equipe/retirer/formation/{prevue.pk}/", follow=True)
    assert "elle reste au dossier" in retrait.content.decode()


def test_les_competences_sont_celles_du_contrat_et_gardent_leur_histoire() -> None:
    fiche, client = _fiche(diane()), entrer(alice())
    for jour, degre in ((date(2020, 6, 1), "a_developper"), (date(2021, 6, 1), "tenue")):
        services.evaluer(fiche, code="C4", degre=degre, le=jour, par="Alice", a=A.date())
    page = _page(client, f"/equipe/conseillers/{fiche.personne_id}/")
    assert page.count("Évaluer C") == 16
    assert "Réaliser avec la personne une analyse de la situation" in page
    assert fiche.evaluations.count() == 2
    with pytest.raises(ValidationError, match="pas dans la liste"):
        services.evaluer(fiche, code="C18", degre="tenue", le=A.date(), par="Alice", a=A.date())


def test_la_charge_ouvre_sa_liste_et_le_nombre_de_requetes_est_borne(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    conseillere, client = diane(), entrer(alice())
    for rang in range(3):
        engager(personne(nom_naissance=f"Nom{'abc'[rang]}"), "01", date(2020, 3, 2), referent=conseillere)
    with django_assert_max_num_queries(MAXIMUM):
        page = _page(client, "/equipe/")
    assert f"?qui=equipe&amp;referent={conseillere.pk}" in page
    assert 'aria-label="3 au délai passé, Diane Martin"' in page
    assert "3 au délai passé" in page
    ods = client.get("/equipe/conseillers/exporter/ods/")
    assert ods.content.startswith(b"PK")
    assert client.get("/equipe/conseillers/exporter/exe/").status_code == 404


def test_qui_voit_l_equipe() -> None:
    conseillere = diane()
    fiche = _fiche(conseillere)
    adresse = f"/equipe/conseillers/{conseillere.pk}/"
    autre = entrer(charlie())
    assert autre.get(adresse).status_code == 404
    assert "Diane" not in _page(autre, "/equipe/")
    assert entrer(bob()).get(adresse).status_code == 403
    assert entrer(conseillere).get(adresse).status_code == 403
    fixer_emetteurs(["CD"])
    assert not Conseiller.objects.filter(pk=fiche.pk).exists()
