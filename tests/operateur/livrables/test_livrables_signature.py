"""Signing: the person's words, the seal, the evidence, the closure; and each way out."""

import io
import json
import re
from collections.abc import Callable
from datetime import date, timedelta

import pypdf
import pytest
from django.db import IntegrityError, transaction
from pypdf.generic import DictionaryObject, NameObject, TextStringObject
from pytest_django import Settings

from cepage.echanges.envoi.models import FicheSortante
from cepage.echanges.reception import preuves
from cepage.fondations.socle import journal
from cepage.fondations.socle.sceau import Etat as EtatSceau
from cepage.fondations.socle.sceau import SceauImpossible, verifier_pdf
from cepage.fondations.socle.transitions import TransitionRefusee
from cepage.operateur.dossiers.models import UniteOeuvre
from cepage.operateur.dossiers.services import ActeRefuse, Acteur
from cepage.operateur.dossiers.services.unites import prononcer_l_abandon
from cepage.operateur.livrables import documents, services
from cepage.operateur.livrables.enums import EtatSignature, Moyen
from cepage.operateur.livrables.models import CourrielSortant, Livrable, Signature
from cepage.operateur.livrables.services.signature import mention_conforme
from tests.operateur.livrables.bureau import ELP, LE, Bureau

ADRESSE = "anne.legoff@example.com"


@pytest.mark.parametrize(
    ("ecrite", "conforme"),
    [
        ("lu et approuvé", True),
        ("Lu et approuvé.", True),
        ("LU  ET APPROUVE", True),
        (" lu\u00a0et approuve\u0301 ", True),
        ("lu", False),
        ("", False),
        ("lu et desapprouvé", False),
        ("vu lu et approuvé", False),
    ],
)
def test_les_mots_de_la_personne(ecrite: str, conforme: bool) -> None:
    assert mention_conforme(ecrite) is conforme


def test_signer_sur_place_clot_et_declare(bureau: Bureau) -> None:
    signature = bureau.signe()
    unite = UniteOeuvre.objects.get(pk=bureau.unite.pk)
    assert (unite.etat, unite.date_cloture) == ("close", date(2021, 3, 12))
    livrable = Livrable.objects.get(unite=unite)
    assert livrable.etat == "signe"
    fiches = list(FicheSortante.objects.filter(fiche="livrable"))
    assert len(fiches) == 1
    assert fiches[0].piece == signature.empreinte_document
    assert fiches[0].contenu | {"nature": "", "horodatage": ""} == {
        "nature": "",
        "horodatage": "",
        "numero_dossier": unite.numero_dossier,
        "type_livrable": "ELP",
        "nom_fichier": f"{unite.numero_dossier}_ELP.pdf",
        "empreinte_sha256": signature.empreinte_document,
        "date_signature_conseiller": "2021-03-12",
        "date_signature_beneficiaire": "2021-03-12",
        "mode_signature": "ELECTRONIQUE",
    }
    derniere = FicheSortante.objects.filter(fiche="unite_oeuvre").last()
    assert derniere is not None
    assert derniere.contenu["date_cloture"] == "2021-03-12"


def test_le_document_signe_est_scelle_et_dit_ce_qu_est_le_sceau(bureau: Bureau) -> None:
    signature = bureau.signe()
    octets = preuves.chemin(signature.empreinte_document).read_bytes()
    assert verifier_pdf(octets).etat is EtatSceau.VALIDE
    texte = " ".join("".join(p.extract_text() for p in pypdf.PdfReader(io.BytesIO(octets)).pages).split())
    assert "« Lu et approuvé »" in texte
    assert signature.reference in texte
    assert "Il n'est pas la signature de la personne" in texte


def test_le_dossier_de_preuve_est_complet(bureau: Bureau) -> None:
    signature = bureau.signe()
    preuve = signature.preuve
    assert preuve["document"]["empreinte_du_texte"] == signature.empreinte_texte
    assert preuve["document"]["version_du_texte"] == 1
    assert preuve["document"]["empreinte_du_document_signé"] == signature.empreinte_document
    assert preuve["conseiller"]["nom"] == "Diane Martin"
    assert preuve["conseiller"]["adresse"] == "192.0.2.1"
    assert preuve["personne"]["identification"] == "Pièce d'identité présentée au conseiller"
    assert preuve["personne"]["mots_écrits"] == "Lu et approuvé"
    assert preuve["personne"]["adresse"] == "192.0.2.2"
    assert preuve["personne"]["enregistré_le"] == "2021-03-12T11:00:00+00:00"
    pdf = pypdf.PdfReader(io.BytesIO(documents.preuve_en_pdf(signature, le=LE)))
    assert json.loads(pdf.attachments["preuve.json"][0]) == preuve
    assert journal.verifier().intacte


def test_sans_les_mots_rien_n_est_signe(bureau: Bureau) -> None:
    signature = bureau.demander(bureau.ecrire())
    with pytest.raises(ActeRefuse, match="lu et approuvé"):
        services.signer_a_l_ecran(signature, mention="oui", a=LE, depuis=None)
    assert UniteOeuvre.objects.get(pk=bureau.unite.pk).ouverte


def test_un_texte_incomplet_ne_se_signe_pas(bureau: Bureau) -> None:
    with pytest.raises(TransitionRefusee, match="Il manque des rubriques"):
        bureau.demander(bureau.ecrire({**ELP, "etapes": ""}))
    assert not Signature.objects.exists()


def test_on_ne_demande_pas_deux_fois(bureau: Bureau) -> None:
    livrable = bureau.ecrire()
    bureau.demander(livrable)
    with pytest.raises(TransitionRefusee):
        bureau.demander(livrable)


def test_un_texte_change_sous_la_signature_est_refuse(bureau: Bureau) -> None:
    signature = bureau.demander(bureau.ecrire())
    Livrable.objects.update(textes={**ELP, "situation": "glissé après"})
    with pytest.raises(ActeRefuse, match="n'est plus celui"):
        services.signer_a_l_ecran(signature, mention="lu et approuvé", a=LE, depuis=None)


def test_le_refus_rend_le_texte_et_garde_la_raison(bureau: Bureau) -> None:
    signature = bureau.demander(bureau.ecrire())
    services.refuser(signature, raison="Je veux relire avec ma sœur", a=LE)
    livrable = Livrable.objects.get()
    assert livrable.etat == "redaction"
    assert UniteOeuvre.objects.get(pk=bureau.unite.pk).ouverte
    assert bureau.demander(livrable).etat == EtatSignature.EN_ATTENTE
    with pytest.raises(ActeRefuse, match="terminée"):
        services.signer_a_l_ecran(signature, mention="lu et approuvé", a=LE, depuis=None)


def test_une_unite_abandonnee_demande_d_abord_de_contester(bureau: Bureau) -> None:
    signature = bureau.demander(bureau.ecrire())
    mai = LE + timedelta(days=60)
    prononcer_l_abandon(bureau.unite, le=date(2021, 5, 1), motif="ABANDON_FIN_DELAI", par=Acteur.systeme(), a=mai)
    with pytest.raises(TransitionRefusee, match="Contestez"):
        services.signer_a_l_ecran(signature, mention="lu et approuvé", a=mai, depuis=None)


def test_apres_l_echeance_la_signature_clot_hors_delai(bureau: Bureau) -> None:
    signature = bureau.demander(bureau.ecrire())
    services.signer_a_l_ecran(signature, mention="lu et approuvé", a=LE + timedelta(days=90), depuis=None)
    assert UniteOeuvre.objects.get(pk=bureau.unite.pk).date_cloture == date(2021, 6, 10)


def test_un_horodatage_muet_ne_signe_rien(bureau: Bureau, settings: Settings) -> None:
    signature = bureau.demander(bureau.ecrire())
    settings.CEPAGE_HORODATAGE = "http://127.0.0.1:9/"
    with pytest.raises(SceauImpossible), transaction.atomic():
        services.signer_a_l_ecran(signature, mention="lu et approuvé", a=LE, depuis=None)
    assert Signature.objects.get().etat == EtatSignature.EN_ATTENTE
    assert not FicheSortante.objects.filter(fiche="livrable").exists()


def test_la_base_refuse_une_signature_sans_preuve(bureau: Bureau) -> None:
    signature = bureau.demander(bureau.ecrire())
    with pytest.raises(IntegrityError), transaction.atomic():
        Signature.objects.filter(pk=signature.pk).update(etat=EtatSignature.SIGNEE)


# --- on paper ---


def _papier(pages: int = 1) -> bytes:
    sortie = io.BytesIO()
    ecrit = pypdf.PdfWriter()
    for _ in range(pages):
        ecrit.add_blank_page(200, 200)
    ecrit.write(sortie)
    return sortie.getvalue()


def _protege() -> bytes:
    ecrit = pypdf.PdfWriter()
    ecrit.add_blank_page(200, 200)
    ecrit.encrypt("secret", algorithm="AES-256")
    sortie = io.BytesIO()
    ecrit.write(sortie)
    return sortie.getvalue()


def _avec_programme() -> bytes:
    ecrit = pypdf.PdfWriter()
    ecrit.add_blank_page(200, 200)
    action = DictionaryObject({NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("1")})
    ecrit.root_object[NameObject("/OpenAction")] = action
    sortie = io.BytesIO()
    ecrit.write(sortie)
    return sortie.getvalue()


def test_le_papier_clot_au_jour_ecrit(bureau: Bureau) -> None:
    signature = bureau.demander(bureau.ecrire(), Moyen.PAPIER)
    presente = preuves.chemin(signature.empreinte_presentee).read_bytes()
    assert "de votre main" in pypdf.PdfReader(io.BytesIO(presente)).pages[0].extract_text()
    scan = _papier()
    services.deposer_le_papier(signature, scan, signe_le=date(2021, 3, 15), par=bureau.par, a=LE + timedelta(days=10))
    assert UniteOeuvre.objects.get(pk=bureau.unite.pk).date_cloture == date(2021, 3, 15)
    fiche = FicheSortante.objects.get(fiche="livrable")
    assert fiche.contenu["mode_signature"] == "MANUSCRITE"
    assert preuves.chemin(fiche.piece).read_bytes() == scan


@pytest.mark.parametrize(
    ("octets", "phrase"),
    [
        (lambda: b"bonjour", "n'est pas un PDF lisible"),
        (lambda: b"%PDF-1.7\nrien", "n'est pas un PDF lisible"),
        (lambda: b"", "n'est pas un PDF lisible"),
        (_protege, "programme ou est protégé"),
        (_avec_programme, "programme ou est protégé"),
    ],
)
def test_un_papier_illisible_est_refuse(bureau: Bureau, octets: Callable[[], bytes], phrase: str) -> None:
    signature = bureau.demander(bureau.ecrire(), Moyen.PAPIER)
    with pytest.raises(ActeRefuse, match=phrase):
        services.deposer_le_papier(
            signature, octets(), signe_le=date(2021, 3, 12), par=bureau.par, a=LE + timedelta(hours=2)
        )


@pytest.mark.parametrize("jour", [date(2021, 2, 28), date(2021, 3, 13)])
def test_un_papier_d_un_jour_impossible_est_refuse(bureau: Bureau, jour: date) -> None:
    signature = bureau.demander(bureau.ecrire(), Moyen.PAPIER)
    with pytest.raises(ActeRefuse, match="ce jour-là"):
        services.deposer_le_papier(signature, _papier(), signe_le=jour, par=bureau.par, a=LE + timedelta(hours=2))


# --- remotely ---


def _lien(signature: Signature) -> str:
    texte = CourrielSortant.objects.filter(signature=signature).first()
    assert texte is not None
    trouve = re.search(r"https://cep\.exemple\.fr/signer/([^/]+)/", texte.texte)
    assert trouve is not None
    return trouve[1]


def _code(signature: Signature) -> str:
    dernier = CourrielSortant.objects.filter(signature=signature, objet__contains="code").last()
    assert dernier is not None
    trouve = re.search(r"^\d{6}$", dernier.texte, re.MULTILINE)
    assert trouve is not None
    return trouve[0]


def test_a_distance_le_lien_puis_le_code(bureau: Bureau) -> None:
    signature = bureau.demander(bureau.ecrire(), Moyen.A_DISTANCE, courriel=ADRESSE)
    trouvee = services.par_lien(_lien(signature))
    assert trouvee is not None
    assert trouvee.pk == signature.pk
    assert services.par_lien("autre") is None
    services.envoyer_un_code(signature, a=LE + timedelta(hours=2))
    code = _code(signature)
    a = LE + timedelta(hours=2, minutes=5)
    assert services.essayer_le_code(signature, code, a=a) is None
    signee = services.signer_a_l_ecran(signature, mention="lu et approuvé", a=a, depuis="192.0.2.9")
    assert signee.preuve["personne"]["courriel"] == ADRESSE
    assert signee.preuve["personne"]["code_condensé"]
    assert code not in json.dumps(signee.preuve)
    copie = CourrielSortant.objects.last()
    assert copie is not None
    assert (copie.destinataire, copie.piece) == (ADRESSE, signee.empreinte_document)
    assert services.par_lien(_lien(signature)) is None


def test_sans_adresse_pas_de_distance(bureau: Bureau) -> None:
    with pytest.raises(ActeRefuse, match="adresse de courriel"):
        bureau.demander(bureau.ecrire(), Moyen.A_DISTANCE)


def test_le_code_s_use(bureau: Bureau) -> None:
    signature = bureau.demander(bureau.ecrire(), Moyen.A_DISTANCE, courriel=ADRESSE)
    a = LE + timedelta(hours=2)
    refus = services.essayer_le_code(signature, "123456", a=a)
    assert refus is not None
    assert refus.code == "CODE_ABSENT"
    services.envoyer_un_code(signature, a=a)
    with pytest.raises(ActeRefuse, match="vient de vous être envoyé"):
        services.envoyer_un_code(signature, a=a + timedelta(seconds=59))
    faux = f"{(int(_code(signature)) + 1) % 1_000_000:06d}"
    codes = [services.essayer_le_code(signature, faux, a=a) for _ in range(6)]
    assert [c.code for c in codes if c] == ["CODE_FAUX"] * 5 + ["TROP_D_ESSAIS"]
    # Even the right one no longer serves; a new one does, for fifteen minutes.
    assert services.essayer_le_code(signature, _code(signature), a=a) is not None
    a += timedelta(minutes=1)
    services.envoyer_un_code(signature, a=a)
    assert services.essayer_le_code(signature, _code(signature), a=a + timedelta(minutes=14, seconds=59)) is None
    perime = services.essayer_le_code(signature, _code(signature), a=a + timedelta(minutes=15))
    assert perime is not None
    assert perime.code == "CODE_ABSENT"


def test_dix_codes_par_lien(bureau: Bureau) -> None:
    signature = bureau.demander(bureau.ecrire(), Moyen.A_DISTANCE, courriel=ADRESSE)
    for minute in range(10):
        services.envoyer_un_code(signature, a=LE + timedelta(hours=2, minutes=minute))
    with pytest.raises(ActeRefuse, match="Trop de codes"):
        services.envoyer_un_code(signature, a=LE + timedelta(hours=3))


@pytest.mark.parametrize(("apres", "bon"), [(timedelta(days=15, seconds=-1), True), (timedelta(days=15), False)])
def test_le_lien_expire_au_bout_de_quinze_jours(bureau: Bureau, apres: timedelta, bon: bool) -> None:
    signature = bureau.demander(bureau.ecrire(), Moyen.A_DISTANCE, courriel=ADRESSE)
    a = signature.demandee_le + apres
    if bon:
        services.envoyer_un_code(signature, a=a)
    else:
        with pytest.raises(ActeRefuse, match="expiré"):
            services.envoyer_un_code(signature, a=a)


def test_une_demande_annulee_laisse_recommencer(bureau: Bureau) -> None:
    livrable = bureau.ecrire()
    signature = bureau.demander(livrable, Moyen.A_DISTANCE, courriel="faux@example.com")
    with pytest.raises(ActeRefuse, match="dit pourquoi"):
        services.annuler(signature, raison=" ", par=bureau.par, a=LE)
    lien = _lien(signature)
    services.annuler(signature, raison="Adresse fausse", par=bureau.par, a=LE)
    assert services.par_lien(lien) is None
    livrable.refresh_from_db()
    assert bureau.demander(livrable, Moyen.A_DISTANCE, courriel=ADRESSE).courriel == ADRESSE
