"""Pages of the dossiers: Diane and Eva (AB) work, Charlie (CD) finds nothing, Bob (buyer) has no right."""

from datetime import date
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from cepage.echanges.envoi.models import FicheSortante
from cepage.fondations.comptes.enums import Role
from cepage.fondations.comptes.models import Personne
from cepage.fondations.comptes.services import attribuer, ouvrir_compte
from cepage.fondations.socle.portee import portee_emetteurs, portee_totale
from cepage.operateur.dossiers.models import Beneficiaire, Fusion, NoteConfidentielle, PieceJointe, UniteOeuvre
from cepage.operateur.equipe.models import Membre, Qualite, Rattachement
from demo.depot import pdf
from tests.echanges.reception.fabrique import ouvrir_le_marche
from tests.operateur.dossiers.atelier import engager, personne
from tests.personnes import DEBUT, alice, bob, charlie, diane, entrer, operateur

LE = date(2020, 3, 2)
MAXIMUM = 24
APPEL = {
    "nom_naissance": "Le Goff",
    "prenom": "Anne-Sophie",
    "date_naissance": "20/05/1985",
    "telephone": "06 39 98 88 30",
    "adresse_code_postal": "44000",
    "statut": ["CDI"],
    "categorie_sociale": "5",
    "handicap": "NON",
    "origine_demarche": "INDIVIDUELLE",
    "motif_sollicitation": "PROJET",
    "motif_sollicitation_detaille": ["CHANGER_METIER"],
}


@pytest.fixture(autouse=True)
def jour(db: None, settings: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The 2nd of March 2020; the market is open."""
    ouvrir_le_marche()
    settings.CEPAGE_DATE = "2020-03-02T10:00:00+01:00"
    settings.CEPAGE_DONNEES = tmp_path
    monkeypatch.setattr("cepage.acheteur.registre.contexte.RegistrePostgres.rafraichir", lambda self: None)


def _conseiller(prenom: str, code: str = "AB", lot: str = "08", role: Role = Role.CONSEILLER) -> Personne:
    tenue = ouvrir_compte(
        email=f"{prenom.lower()}@exemple.test", prenom=prenom, nom="Durand", organisation=operateur(code, lot)
    )
    attribuer(tenue, role, debut=DEBUT)
    TOTP.activate(tenue, generate_totp_secret())
    return tenue


def _connue(**valeurs: Any) -> Beneficiaire:
    with portee_emetteurs(["AB"]):
        return personne(**valeurs)


def _page(client: Client, adresse: str, donnees: dict[str, Any] | None = None) -> str:
    reponse = client.get(adresse, donnees or {})
    assert reponse.status_code == 200, adresse
    return unescape(reponse.content.decode())


def _chercher(client: Client, texte: str) -> str:
    """The page of results; what was typed is in no address."""
    reponse = client.post("/dossiers/aiguillage/", {"q": texte}, follow=True)
    assert reponse.redirect_chain == [("/dossiers/aiguillage/?resultats", 302)]
    return unescape(reponse.content.decode())


def test_un_appel_de_la_recherche_au_dossier() -> None:
    client = entrer(_conseiller("Idriss", role=Role.CHARGE_INFORMATION))
    page = _chercher(client, "Le Goff 20/05/1985")
    assert "Personne n'est connu ainsi" in page
    _chercher(client, "Legoff 20/05/1985")
    page = _page(client, "/dossiers/aiguillage/appel/?recherche")
    assert 'value="1985-05-20"' in page
    propose = unescape(client.post("/dossiers/aiguillage/appel/", APPEL).content.decode())
    assert "Proposition :" in propose
    assert "Enregistrer l'aiguillage" in propose
    reponse = client.post("/dossiers/aiguillage/appel/", APPEL | {"aiguillage": "RDV_INTERNE"})
    assert reponse.status_code == 302, unescape(reponse.content.decode())
    page = _page(client, reponse.headers["Location"])
    assert "À dire" in page
    assert "Engager l'UO1" not in page
    with portee_emetteurs(["AB"]):
        assert UniteOeuvre.objects.get().aiguillage == "RDV_INTERNE"
        assert Beneficiaire.objects.get().telephone_normalise == "+33639988830"


def test_une_personne_deja_connue_est_montree_avant_d_en_ouvrir_une_autre() -> None:
    _connue()
    client = entrer(diane())
    demande = APPEL | {"nom_naissance": "Legof", "aiguillage": "RDV_INTERNE"}
    page = unescape(client.post("/dossiers/aiguillage/appel/", demande).content.decode())
    assert "Déjà connue ?" in page
    with portee_emetteurs(["AB"]):
        assert Beneficiaire.objects.count() == 1
    assert client.post("/dossiers/aiguillage/appel/", demande | {"nouvelle": "1"}).status_code == 302
    with portee_emetteurs(["AB"]):
        assert Beneficiaire.objects.count() == 2


@pytest.mark.parametrize(
    "texte",
    [
        "le goff",
        "LEGOFF anne",
        "sophie le gofff",
        "20/05/1985",
        "0639988830",
        "anne le golf",
        "Goff Le",
        "lé gof",
        "AB-000001",
    ],
)
def test_la_recherche_tolere_accents_ordre_et_fautes(texte: str) -> None:
    _connue()
    _connue(nom_naissance="Durand", prenom="Paul", date_naissance=date(1990, 1, 1), telephone="")
    page = _chercher(entrer(diane()), texte)
    assert "Anne-Sophie Le Goff" in page
    assert "Paul Durand" not in page


def test_qui_voit_quoi(django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    tenue = _connue()
    with portee_emetteurs(["AB"]):
        unite = engager(tenue, "01", LE)
    adresses = [f"/dossiers/{tenue.pk}/", f"/dossiers/{tenue.pk}/fiche/", f"/dossiers/unite/{unite.pk}/clore/"]
    client = entrer(diane())
    for adresse in adresses:
        with django_assert_max_num_queries(MAXIMUM):
            assert client.get(adresse).status_code == 200, adresse
    etranger = entrer(_conseiller("Farid", "CD", "02"))
    acheteuse = entrer(bob())
    for adresse in [*adresses, f"/dossiers/{tenue.pk}/notes/"]:
        assert etranger.get(adresse).status_code == 404, adresse
        assert acheteuse.get(adresse).status_code == 403, adresse
    assert entrer(charlie()).get(adresses[0]).status_code == 404
    assert entrer(alice()).get(adresses[0]).status_code == 200
    assert entrer(_conseiller("Idriss", role=Role.CHARGE_INFORMATION)).get(adresses[2]).status_code == 403


def test_un_sous_traitant_ne_voit_que_ses_dossiers() -> None:
    with portee_emetteurs(["AB"]):
        membre = Membre.objects.create(
            emetteur="AB", code="ST1", nom="Sous-traitant", qualite=Qualite.SOUS_TRAITANT, debut=DEBUT
        )
        autre = Membre.objects.create(
            emetteur="AB", code="CO1", nom="Cotraitant", qualite=Qualite.COTRAITANT, debut=DEBUT
        )
        eva = _conseiller("Eva")
        Rattachement.objects.create(emetteur="AB", personne=eva, membre=membre)
        sienne, etrangere = personne(), personne(nom_naissance="Autre", prenom="Paul")
        Beneficiaire.objects.filter(pk=sienne.pk).update(membre=membre)
        Beneficiaire.objects.filter(pk=etrangere.pk).update(membre=autre)
        unite = engager(Beneficiaire.objects.get(pk=etrangere.pk), "01", LE)
    client = entrer(eva)
    assert client.get(f"/dossiers/{sienne.pk}/").status_code == 200
    assert client.get(f"/dossiers/{etrangere.pk}/").status_code == 404
    assert client.post(f"/dossiers/unite/{unite.pk}/annuler/", {"raison": "x"}).status_code == 404
    assert client.post(f"/dossiers/{sienne.pk}/doublons/{etrangere.pk}/").status_code == 404
    assert "Paul" not in _chercher(client, "autre paul")
    assert entrer(diane()).get(f"/dossiers/{etrangere.pk}/").status_code == 200


def test_engager_dit_d_avance_ce_qui_manque_puis_engage() -> None:
    tenue = _connue()
    client = entrer(diane())
    page = _page(client, f"/dossiers/{tenue.pk}/engager/22/")
    assert "Engagez d'abord une UO2.1" in page
    demande = {nom: APPEL[nom] for nom in ("origine_demarche", "motif_sollicitation", "motif_sollicitation_detaille")}
    reponse = client.post(f"/dossiers/{tenue.pk}/engager/01/", demande | {"date_engagement": "2020-03-02"})
    assert reponse.status_code == 302
    refusee = client.post(f"/dossiers/{tenue.pk}/engager/01/", demande | {"date_engagement": "2020-03-02"})
    page = unescape(refusee.content.decode())
    assert "déjà ouverte" in page
    assert 'value="2020-03-02"' in page
    with portee_emetteurs(["AB"]):
        unite = UniteOeuvre.objects.get()
        assert unite.referent is not None
        assert unite.referent.prenom == "Diane"


def test_deux_personnes_sur_la_meme_fiche() -> None:
    tenue = _connue()
    client = entrer(diane())
    saisie = {k: v for k, v in APPEL.items() if k not in ("origine_demarche",)} | {"sexe": "F"}
    adresse = f"/dossiers/{tenue.pk}/fiche/"
    assert client.post(adresse, saisie | {"adresse_commune": "Rezé", "version": "1"}).status_code == 302
    en_retard = client.post(adresse, saisie | {"adresse_commune": "Nantes Sud", "version": "1"})
    page = unescape(en_retard.content.decode())
    assert "Diane Martin a modifié cette fiche" in page
    assert "« Rezé », chez vous « Nantes Sud »" in page
    assert client.post(adresse, saisie | {"adresse_commune": "Nantes Sud", "version": "2"}).status_code == 302


def test_les_notes_ne_sortent_pas_et_avertissent() -> None:
    tenue = _connue()
    client = entrer(diane())
    adresse = f"/dossiers/{tenue.pk}/notes/"
    page = unescape(client.post(adresse, {"texte": "Elle suit un traitement contre la dépression."}).content.decode())
    assert "touche à la vie privée" in page
    assert "traitement contre la dépression" in page
    assert client.post(adresse, {"texte": "Rappeler lundi."}).status_code == 302
    with portee_totale():
        assert NoteConfidentielle.objects.count() == 1
        assert not any("Rappeler" in str(f.contenu) for f in FicheSortante.objects.all())
    assert entrer(alice()).get(adresse).status_code == 403


def test_un_document_se_joint_et_se_telecharge() -> None:
    tenue = _connue()
    client = entrer(diane())
    faux = SimpleUploadedFile("cv.pdf", b"<script>alert(1)</script>")
    page = client.post(f"/dossiers/{tenue.pk}/documents/", {"fichier": faux})
    assert "n'est pas admis" in unescape(page.content.decode())
    juste = SimpleUploadedFile("../cv.pdf", pdf("CV", ("Fictif.",)))
    assert client.post(f"/dossiers/{tenue.pk}/documents/", {"fichier": juste}).status_code == 302
    with portee_totale():
        jointe = PieceJointe.objects.get()
    reponse = client.get(f"/dossiers/document/{jointe.pk}/")
    assert reponse.headers["Content-Disposition"] == 'attachment; filename="cv.pdf"'
    assert entrer(_conseiller("Farid", "CD", "02")).get(f"/dossiers/document/{jointe.pk}/").status_code == 404


def test_chaque_nombre_ouvre_sa_liste(settings: Any, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    conseillere = diane()
    with portee_emetteurs(["AB"]):
        for rang in range(3):
            engager(personne(nom_naissance=f"Nom{'abc'[rang]}"), "01", LE, referent=conseillere)
    settings.CEPAGE_DATE = "2020-05-04T10:00:00+02:00"
    client = entrer(conseillere)
    with django_assert_max_num_queries(MAXIMUM):
        page = _page(client, "/dossiers/journee/")
    assert "<strong>3</strong>Délai passé" in page
    assert _page(client, "/dossiers/liste/retard/").count("délai passé") == 3
    assert "Rien dans cette liste" in _page(client, "/dossiers/liste/bientot/")
    assert client.get("/dossiers/liste/inconnue/").status_code == 404
    assert client.get("/dossiers/liste/retard/", {"qui": "equipe"}).status_code == 403
    direction = entrer(alice())
    for adresse in ("/equipe/", "/equipe/groupement/"):
        with django_assert_max_num_queries(MAXIMUM):
            assert "<strong>3</strong>Délai passé" in _page(direction, adresse)
    filtre = {"qui": "equipe", "referent": str(conseillere.pk)}
    assert _page(direction, "/dossiers/liste/retard/", filtre).count("délai passé") == 3


def test_l_envoi_du_soir_se_controle_et_part() -> None:
    with portee_emetteurs(["AB"]):
        engager(personne(sexe=""), "01", LE)
    client = entrer(alice())
    page = _page(client, "/dossiers/ce-soir/")
    assert "2 fiches, dont 2 refusée" in page
    assert "Corriger la fiche" in page
    client.post("/dossiers/ce-soir/transmettre/")
    page = _page(client, "/dossiers/ce-soir/")
    assert "Aucune fiche n'attend" in page
    assert "CEP_08_AB_20200302_1.zip" in page
    with portee_totale():
        tenue = Beneficiaire.objects.get()
    dossier = _page(entrer(diane()), f"/dossiers/{tenue.pk}/")
    assert "Refusé par le point d'échange" in dossier
    assert f"/dossiers/{tenue.pk}/fiche/#id_sexe" in dossier
    assert entrer(bob()).get("/dossiers/ce-soir/").status_code == 403


def test_reunir_et_separer() -> None:
    une, autre = _connue(), _connue(prenom="Anne Sophie")
    client = entrer(diane())
    assert "Réunir à cette fiche" in _page(client, f"/dossiers/{une.pk}/doublons/")
    client.post(f"/dossiers/{une.pk}/doublons/{autre.pk}/")
    assert client.get(f"/dossiers/{autre.pk}/").headers["Location"] == f"/dossiers/{une.pk}/"
    with portee_emetteurs(["AB"]):
        fusion = Fusion.objects.get()
    client.post(f"/dossiers/doublons/{fusion.pk}/separer/")
    assert client.get(f"/dossiers/{autre.pk}/").status_code == 200
