"""The pages: who sees them, what they say, what they never lose."""

import hashlib
import io
import re
from datetime import timedelta

import pypdf
import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from cepage.echanges.reception import preuves
from cepage.fondations.comptes.enums import Role
from cepage.fondations.comptes.models import Personne
from cepage.fondations.socle.portee import fixer_emetteurs
from cepage.operateur.dossiers.services import Acteur
from cepage.operateur.equipe.models import Membre, Qualite, Rattachement
from cepage.operateur.livrables import services
from cepage.operateur.livrables.enums import Moyen
from cepage.operateur.livrables.models import CourrielSortant, Livrable, Signature
from tests.operateur.livrables.bureau import ELP, LE, Bureau
from tests.personnes import DEBUT, alice, bob, entrer, operateur
from tests.personnes import _personne as fabriquer

ADRESSE = "anne.legoff@example.com"


@pytest.fixture(autouse=True)
def _jour(settings: Settings) -> None:
    settings.CEPAGE_DATE = (LE + timedelta(hours=3)).isoformat()


@pytest.fixture
def diane(bureau: Bureau) -> Client:
    """Diane's browser."""
    return entrer(bureau.conseillere)


def _page(client: Client, chemin: str, code: int = 200) -> str:
    reponse = client.get(chemin)
    assert reponse.status_code == code, chemin
    return reponse.content.decode()


def _saisie(textes: dict[str, str], version: int) -> dict[str, str]:
    return {**textes, "version": str(version)}


# --- rights ---


def _chemins(livrable: Livrable) -> list[str]:
    suffixes = ("", "versions/", "texte.pdf", "texte.odt", "signature/", "signe.pdf", "preuve.pdf")
    return [f"/livrables/{livrable.pk}/{suffixe}" for suffixe in suffixes]


def test_un_autre_operateur_ne_voit_rien(bureau: Bureau) -> None:
    livrable = bureau.signe().livrable
    autre = entrer(fabriquer("Zoe", Role.CONSEILLER, operateur("CD", "02")))
    for chemin in _chemins(livrable):
        assert autre.get(chemin).status_code == 404, chemin
    assert bureau.unite.numero_dossier not in _page(autre, "/livrables/")
    assert autre.post(f"/livrables/{livrable.pk}/enregistrer/", _saisie(ELP, 1)).status_code == 404


@pytest.mark.parametrize("role", [Role.REFERENT, Role.SUPERVISEUR, Role.GESTIONNAIRE, Role.ADMINISTRATEUR])
def test_l_acheteur_ne_voit_aucun_livrable(bureau: Bureau, role: Role) -> None:
    from cepage.fondations.comptes.services import attribuer

    livrable = bureau.signe().livrable
    personne = bob()
    if role != Role.REFERENT:
        personne.attributions.all().delete()
        attribuer(personne, role, debut=DEBUT)
    client = entrer(personne)
    for chemin in ["/livrables/", *_chemins(livrable)]:
        assert client.get(chemin).status_code == 403, chemin


def test_la_direction_lit_sans_ecrire(bureau: Bureau) -> None:
    livrable = bureau.ecrire()
    client = entrer(alice())
    assert ELP["informations"] in _page(client, f"/livrables/{livrable.pk}/")
    assert client.post(f"/livrables/{livrable.pk}/enregistrer/", _saisie(ELP, 1)).status_code == 403
    assert client.get(f"/livrables/{livrable.pk}/signature/").status_code == 403


def test_un_sous_traitant_ne_voit_que_ses_dossiers(bureau: Bureau) -> None:
    livrable = bureau.ecrire()
    membre = Membre.objects.create(
        emetteur="AB", code="ST1", nom="Sous-traitant", qualite=Qualite.SOUS_TRAITANT, debut=DEBUT
    )
    autre: Personne = fabriquer("Yves", Role.CONSEILLER, operateur("AB", "08"))
    Rattachement.objects.create(emetteur="AB", personne=autre, membre=membre)
    client = entrer(autre)
    assert client.get(f"/livrables/{livrable.pk}/").status_code == 404
    assert bureau.unite.numero_dossier not in _page(client, "/livrables/")


def test_sans_compte_on_va_se_connecter(bureau: Bureau) -> None:
    assert Client().get("/livrables/").status_code == 302


# --- writing ---


def test_la_liste_mene_a_l_ecriture(diane: Client, bureau: Bureau) -> None:
    assert "Commencer" in _page(diane, "/livrables/")
    reponse = diane.post(f"/livrables/commencer/{bureau.unite.numero_dossier}/")
    page = _page(diane, reponse["Location"])
    assert "3 rubriques à remplir" in page
    # Blank: no text in any section.
    assert re.findall(r"<textarea[^>]*>\s*</textarea>", page)
    assert not re.findall(r"<textarea[^>]*>\s*\w", page)


def test_la_liste_coute_peu(
    diane: Client, bureau: Bureau, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    bureau.ecrire()
    with django_assert_max_num_queries(16):
        _page(diane, "/livrables/?miens=on&etat=redaction")


def test_l_enregistrement_sans_script(diane: Client, bureau: Bureau) -> None:
    livrable = services.commencer(bureau.unite, par=bureau.par, a=LE)
    reponse = diane.post(f"/livrables/{livrable.pk}/enregistrer/", _saisie(ELP, 0))
    assert reponse.status_code == 302
    assert ELP["informations"] in _page(diane, reponse["Location"])


def test_l_enregistrement_pendant_qu_on_ecrit(diane: Client, bureau: Bureau) -> None:
    livrable = services.commencer(bureau.unite, par=bureau.par, a=LE)
    reponse = diane.post(f"/livrables/{livrable.pk}/enregistrer/", _saisie(ELP, 0), headers={"HX-Request": "true"})
    fragment = reponse.content.decode()
    assert "version 1" in fragment
    assert re.search(r'name="version"\s+value="1"', fragment)
    assert "Toutes les rubriques" in fragment


def test_le_conflit_montre_les_deux_textes(diane: Client, bureau: Bureau) -> None:
    livrable = bureau.ecrire()
    ana = Acteur("Ana Rousseau", frozenset({Role.CONSEILLER}))
    a = LE + timedelta(hours=3, minutes=12)
    services.enregistrer(livrable, {**ELP, "situation": "Écrit par Ana"}, version=1, par=ana, a=a)
    chemin = f"/livrables/{livrable.pk}/enregistrer/"
    mien = _saisie({**ELP, "situation": "Écrit par Diane"}, 1)
    fragment = diane.post(chemin, mien, headers={"HX-Request": "true"}).content.decode()
    assert "Ana Rousseau a modifié ce texte à 13\u202fh\u202f12" in fragment
    assert "Voir les deux" in fragment
    page = diane.post(chemin, mien)
    assert page.status_code == 409
    contenu = page.content.decode()
    assert "Écrit par Ana" in contenu
    assert "Écrit par Diane" in contenu
    fixer_emetteurs(["AB"])
    assert Livrable.objects.get().textes["situation"] == "Écrit par Ana"
    version = re.search(r'name="version" value="(\d+)"', contenu)
    assert version is not None
    assert diane.post(chemin, {**mien, "version": version[1]}).status_code == 302
    fixer_emetteurs(["AB"])
    assert Livrable.objects.get().textes["situation"] == "Écrit par Diane"
    assert "Écrit par Ana" in _page(diane, f"/livrables/{livrable.pk}/versions/?version=2")


def test_un_texte_trop_long_est_rendu_tel_quel(diane: Client, bureau: Bureau) -> None:
    livrable = services.commencer(bureau.unite, par=bureau.par, a=LE)
    long = "é" * 20_001
    reponse = diane.post(f"/livrables/{livrable.pk}/enregistrer/", _saisie({**ELP, "situation": long}, 0))
    assert reponse.status_code == 422
    assert long in reponse.content.decode()


def test_le_texte_ne_devient_jamais_du_balisage(diane: Client, bureau: Bureau) -> None:
    livrable = bureau.ecrire({**ELP, "situation": "<script>alert(1)</script>"})
    bureau.demander(livrable)
    assert "<script>alert" not in _page(diane, f"/livrables/{livrable.pk}/")


# --- signing ---


def test_signer_sur_place(diane: Client, bureau: Bureau) -> None:
    livrable = bureau.ecrire()
    racine = f"/livrables/{livrable.pk}/signature/"
    assert "autorité de test" in _page(diane, racine)
    sans = diane.post(racine, {"moyen": "sur_place"})
    assert sans.status_code == 422
    assert "comment vous avez reconnu" in sans.content.decode()
    reponse = diane.post(racine, {"moyen": "sur_place", "identification": "piece"})
    assert reponse["Location"].endswith("/sur-place/")
    assert ELP["informations"] in _page(diane, reponse["Location"])
    mauvais = diane.post(reponse["Location"], {"geste": "signer", "mention": "d'accord"})
    assert mauvais.status_code == 422
    assert "lu et approuvé" in mauvais.content.decode()
    assert diane.post(reponse["Location"], {"geste": "signer", "mention": "lu et approuvé"}).status_code == 302
    assert "c'est signé" in _page(diane, f"{racine}rendre/").replace("&#x27;", "'")
    assert diane.get(f"/livrables/{livrable.pk}/signe.pdf?remise=1").status_code == 200
    page = _page(diane, f"/livrables/{livrable.pk}/")
    assert "Signé le vendredi 12 mars 2021" in page
    assert "Exemplaire remis" in page
    preuve = pypdf.PdfReader(io.BytesIO(diane.get(f"/livrables/{livrable.pk}/preuve.pdf").content))
    assert "preuve.json" in preuve.attachments


def test_l_ecran_remis_ne_mene_nulle_part_ailleurs(diane: Client, bureau: Bureau) -> None:
    livrable = bureau.ecrire()
    bureau.demander(livrable)
    remis = _page(diane, f"/livrables/{livrable.pk}/signature/sur-place/")
    travail = _page(diane, f"/livrables/{livrable.pk}/")
    for porte in ('id="navigation"', "data-raccourci", "Se déconnecter"):
        assert porte in travail
        assert porte not in remis


def test_refuser_sur_place(diane: Client, bureau: Bureau) -> None:
    livrable = bureau.ecrire()
    bureau.demander(livrable)
    chemin = f"/livrables/{livrable.pk}/signature/sur-place/"
    reponse = diane.post(chemin, {"geste": "refuser", "refuser": "1", "raison": "Pas tout de suite"})
    assert "votre choix est noté" in _page(diane, reponse["Location"])
    page = _page(diane, f"/livrables/{livrable.pk}/")
    assert "n&#x27;a pas souhaité signer" in page or "n'a pas souhaité signer" in page
    assert "Pas tout de suite" in page


def test_deposer_le_papier(diane: Client, bureau: Bureau) -> None:
    livrable = bureau.ecrire()
    bureau.demander(livrable, Moyen.PAPIER)
    racine = f"/livrables/{livrable.pk}/signature/"
    a_imprimer = diane.get(f"{racine}a-imprimer.pdf").content
    faux = io.BytesIO(b"bonjour")
    faux.name = "scan.pdf"
    saisie = {"signe_le": "2021-03-12", "atteste": "on"}
    refuse = diane.post(f"{racine}papier/", {**saisie, "fichier": faux})
    assert refuse.status_code == 422
    assert "pas un PDF lisible" in refuse.content.decode()
    scan = io.BytesIO(a_imprimer)
    scan.name = "scan.pdf"
    assert diane.post(f"{racine}papier/", {**saisie, "fichier": scan}).status_code == 302
    fixer_emetteurs(["AB"])
    assert Signature.objects.get().preuve["personne"]["papier_déposé_par"] == "Diane Martin"


def test_annuler_demande_une_raison(diane: Client, bureau: Bureau) -> None:
    livrable = bureau.ecrire()
    bureau.demander(livrable, Moyen.A_DISTANCE, courriel=ADRESSE)
    chemin = f"/livrables/{livrable.pk}/signature/annuler/"
    diane.post(chemin, {"raison": ""})
    assert "dit pourquoi" in _page(diane, f"/livrables/{livrable.pk}/")
    diane.post(chemin, {"raison": "Adresse fausse"})
    assert "Faire signer" in _page(diane, f"/livrables/{livrable.pk}/")


# --- the person, without an account ---


def _dernier_courriel() -> str:
    fixer_emetteurs(["AB"])
    courriel = CourrielSortant.objects.last()
    assert courriel is not None
    return courriel.texte


def test_signer_a_distance(bureau: Bureau) -> None:
    livrable = bureau.ecrire()
    bureau.demander(livrable, Moyen.A_DISTANCE, courriel=ADRESSE, a=LE + timedelta(hours=3))
    lien = re.search(r"https://cep\.exemple\.fr(/signer/\S+)", _dernier_courriel())
    assert lien is not None
    personne = Client()
    assert ELP["informations"] in _page(personne, lien[1])
    assert personne.get(f"{lien[1]}document.pdf").content.startswith(b"%PDF")
    assert "part à" in personne.post(lien[1], {"geste": "code"}).content.decode()
    code = re.search(r"^\d{6}$", _dernier_courriel(), re.MULTILINE)
    assert code is not None
    faux = f"{(int(code[0]) + 1) % 1_000_000:06d}"
    refuse = personne.post(lien[1], {"geste": "signer", "code": faux, "mention": "lu et approuvé"})
    assert refuse.status_code == 422
    # The try is counted though the page refuses, and what was typed is kept.
    assert "lu et approuvé" in refuse.content.decode()
    fixer_emetteurs(["AB"])
    assert Signature.objects.get().essais == 1
    signee = personne.post(lien[1], {"geste": "signer", "code": code[0], "mention": "lu et approuvé"})
    assert "S-" in signee.content.decode()
    copie = personne.get("/signer/copie.pdf").content
    fixer_emetteurs(["AB"])
    assert hashlib.sha256(copie).hexdigest() == Signature.objects.get().empreinte_document
    assert personne.get(lien[1]).status_code == 410
    assert Client().get("/signer/copie.pdf").status_code == 404


def test_refuser_a_distance(bureau: Bureau) -> None:
    bureau.demander(bureau.ecrire(), Moyen.A_DISTANCE, courriel=ADRESSE, a=LE + timedelta(hours=3))
    lien = re.search(r"https://cep\.exemple\.fr(/signer/\S+)", _dernier_courriel())
    assert lien is not None
    assert "noté" in Client().post(lien[1], {"geste": "refuser", "raison": ""}).content.decode()


def test_un_lien_inconnu_ou_expire_dit_que_faire(bureau: Bureau, settings: Settings) -> None:
    inconnu = Client().get("/signer/nimportequoi/")
    assert inconnu.status_code == 410
    assert "nouveau lien" in inconnu.content.decode()
    bureau.demander(bureau.ecrire(), Moyen.A_DISTANCE, courriel=ADRESSE)
    lien = re.search(r"https://cep\.exemple\.fr(/signer/\S+)", _dernier_courriel())
    assert lien is not None
    settings.CEPAGE_DATE = (LE + timedelta(days=16)).isoformat()
    expire = Client().get(lien[1])
    assert expire.status_code == 410
    assert "expiré" in expire.content.decode()


# --- verification, for anybody ---


def _deposer(octets: bytes) -> str:
    fichier = io.BytesIO(octets)
    fichier.name = "recu.pdf"
    return Client().post("/verifier/", {"fichier": fichier}).content.decode()


def test_verifier_un_document(bureau: Bureau) -> None:
    signature = bureau.signe()
    octets = preuves.chemin(signature.empreinte_document).read_bytes()
    page = _deposer(octets)
    assert "Document connu" in page
    assert signature.reference in page
    assert "Le Goff" not in page
    assert bureau.unite.numero_dossier not in page
    assert "pas la signature de la personne" in page
    change = bytearray(octets)
    change[len(octets) // 2] ^= 1
    assert "Document modifié" in _deposer(bytes(change))
    assert "aucun sceau" in _deposer(b"%PDF-1.7 bonjour")


def test_verifier_une_reference(bureau: Bureau) -> None:
    signature = bureau.signe()
    page = Client().post("/verifier/", {"reference": signature.reference.lower()}).content.decode()
    assert signature.empreinte_document in page
    assert "Le Goff" not in page
    assert "Aucun document signé" in Client().post("/verifier/", {"reference": "S-AAAA-BBBB-CC"}).content.decode()
    assert Client().post("/verifier/", {}).status_code == 422
