"""The invoice: made from the décompte, judged by the official schema and Schematron, deposited, paid."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from html import unescape
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from facturx import get_facturx_xml_from_pdf
from pypdf import PdfReader

from cepage.acheteur.decomptes import factures
from cepage.acheteur.decomptes.facture_controle import FactureRefusee, extraire, juger, schematron
from cepage.acheteur.decomptes.facture_xml import ecrire
from cepage.acheteur.decomptes.models import Coordonnees, Decompte, Facture
from cepage.fondations.comptes.enums import Nature, Role
from cepage.fondations.comptes.models import Organisation
from cepage.fondations.socle.portee import portee_totale
from tests.acheteur.decomptes.fabrique import (
    INSTANT,
    ControleFictif,
    clore,
    commander,
    decompter,
    figer,
    tarifer,
    tenir,
)
from tests.personnes import _personne, alice, bob, charlie, entrer

pytestmark = pytest.mark.django_db
ADRESSE = "/decomptes/2021-T1-Lot08-AB/facture/"
COORDONNEES = {
    "nom": "Opérateur AB",
    "siren": "123456782",
    "tva": "FR12123456782",
    "adresse": "1 rue du Test",
    "code_postal": "44000",
    "ville": "Nantes",
    "iban": "FR7630006000011234567890189",
}


@pytest.fixture
def decompte(db: None, controle: ControleFictif) -> Decompte:
    """Three units at 100.03 €, one of them held back; accepted and frozen."""
    with portee_totale():
        tenir()
        commander()
        tarifer(prix="100.03")
        rejetee = clore(1)
        for rang in (2, 3):
            clore(rang)
        controle.rejets["2021-T1"] = [rejetee]
        fige = decompter()
        figer(fige, controle)
        Coordonnees.objects.create(emetteur="AB", **COORDONNEES)
        return Decompte.objects.get(pk=fige.pk)


def _xml(decompte: Decompte, numero: str = "F-1", **changes: object) -> bytes:
    with portee_totale():
        contenu = factures.contenu_de(decompte, numero, emise_le=date(2021, 4, 20))
    return ecrire(replace(contenu, **changes))


def test_la_facture_tient_a_la_norme_et_au_decompte(decompte: Decompte) -> None:
    with portee_totale():
        facture = factures.generer(decompte, "F-2021-001", auteur="Alice", le=INSTANT)
    # 2 × 100.03 net of the one held back = 200.06 ; 20 % = 40.012 → 40.01
    assert (facture.net_ht, facture.tva, facture.ttc) == (Decimal("200.06"), Decimal("40.01"), Decimal("240.07"))
    nom, xml = get_facturx_xml_from_pdf(bytes(facture.fichier), check_xsd=True, check_schematron=False)
    assert nom == "factur-x.xml"
    assert schematron(xml) == []
    assert juger(xml).ttc == facture.ttc
    lecteur = PdfReader(BytesIO(bytes(facture.fichier)))
    assert "F-2021-001" in "".join(page.extract_text() for page in lecteur.pages)
    xmp = lecteur.xmp_metadata
    assert xmp
    assert "EN 16931" in xmp.stream.get_data().decode()
    assert facture.echeance == date(2022, 2, 4)


def test_un_total_faux_est_refuse_par_le_schematron(decompte: Decompte) -> None:
    with pytest.raises(FactureRefusee, match="BR-CO"):
        juger(_xml(decompte, ttc=Decimal("240.08")))


@pytest.mark.parametrize(
    ("octets", "dit"),
    [(b"bonjour", "XML lisible"), (b"<a/>", "Schéma"), (b"%PDF-1.7 rien", "Factur-X"), (b"x" * 10_000_001, "10 Mo")],
)
def test_un_fichier_qui_n_est_pas_une_facture(octets: bytes, dit: str) -> None:
    with pytest.raises(FactureRefusee, match=dit):
        juger(extraire(octets))


def test_une_facture_deposee_doit_egaler_le_decompte(decompte: Decompte) -> None:
    with portee_totale():
        autre = ecrire(
            replace(
                factures.contenu_de(decompte, "F-2", emise_le=date(2021, 4, 20)),
                ajustements=(),
                net_ht=Decimal("300.09"),
                tva=Decimal("60.02"),
                ttc=Decimal("360.11"),
            )
        )
        with pytest.raises(FactureRefusee, match="doivent être égaux") as refus:
            factures.deposer(decompte, autre, auteur="Alice", le=INSTANT)
    assert len(refus.value.defauts) == 3


def test_la_page_de_bout_en_bout(decompte: Decompte) -> None:
    operatrice = entrer(alice())
    acheteur = Organisation.objects.get_or_create(nom="France compétences", nature=Nature.ACHETEUR)[0]
    lucie = entrer(_personne("Lucie", Role.GESTIONNAIRE, acheteur))
    assert entrer(charlie()).get(ADRESSE).status_code == 404
    assert entrer(bob()).get(ADRESSE).status_code == 200
    assert lucie.post(f"{ADRESSE}deposer/", {"numero": "F-1"}).status_code == 403
    assert operatrice.get(f"{ADRESSE}fichier").status_code == 404
    assert operatrice.post(f"{ADRESSE}deposer/", {"numero": "f 1 !"}).status_code == 422
    depose = SimpleUploadedFile("facture.xml", b"<a/>")
    refus = operatrice.post(f"{ADRESSE}deposer/", {"fichier": depose, "deposer": "1"})
    assert refus.status_code == 422
    assert "Schéma" in unescape(refus.content.decode())
    bonne = SimpleUploadedFile("facture.xml", _xml(decompte, "F-7"))
    assert operatrice.post(f"{ADRESSE}deposer/", {"fichier": bonne, "deposer": "1"}).status_code == 302
    assert operatrice.get(f"{ADRESSE}fichier").headers["Content-Type"] == "application/xml"
    assert operatrice.post(f"{ADRESSE}suivre/", {"vers": "validee"}).status_code == 403
    for vers in ("validee", "mise_en_paiement", "payee"):
        lucie.post(f"{ADRESSE}suivre/", {"vers": vers})
    assert "Payée" in unescape(lucie.get(ADRESSE).content.decode())
    with portee_totale(), pytest.raises(FactureRefusee, match="déjà sa facture"):
        factures.deposer(decompte, _xml(decompte, "F-8"), auteur="Alice", le=INSTANT)
    with portee_totale():
        assert Facture.objects.count() == 1


def test_les_coordonnees(db: None) -> None:
    operatrice = entrer(alice())
    erreur = operatrice.post("/decomptes/coordonnees/", COORDONNEES | {"siren": "12"})
    assert "neuf chiffres" in unescape(erreur.content.decode())
    assert operatrice.post("/decomptes/coordonnees/", COORDONNEES).status_code == 302
    with portee_totale():
        assert Coordonnees.objects.get().emetteur == "AB"
    assert entrer(bob()).get("/decomptes/coordonnees/").status_code == 403


def test_un_decompte_qui_n_est_pas_accepte_ne_se_facture_pas(decompte: Decompte) -> None:
    with portee_totale(), pytest.raises(FactureRefusee, match="accepté"):
        factures.contenu_de(decompter("2021-T2"), "F-1", emise_le=date(2021, 7, 1))
