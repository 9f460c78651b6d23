"""The produced file is read back: PDF/UA and PDF/A claims, tags, language, fonts, and nothing that runs."""

import io
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pikepdf
import pypdf
import pytest
from fontTools.ttLib import TTFont
from hypothesis import given, settings
from hypothesis import strategies as st

from cepage.fondations.socle.pdf import (
    MENTION_MEDIATEUR,
    Document,
    DocumentImpossible,
    Encadre,
    Fiche,
    Liste,
    Logo,
    Paragraphe,
    PieceJointe,
    Rubrique,
    Saut,
    Tableau,
    produire,
)
from cepage.fondations.socle.pdf.texte import POLICES, _couverture, imprimable

LE = datetime(2021, 3, 12, 14, 5, tzinfo=UTC)
PDFA = "{http://www.aiim.org/pdfa/ns/id/}"
LOGO = Logo(
    b'<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"><rect width="40" height="20"/></svg>',
    "svg",
    "Logo de l'opérateur AB",
)
COMPLET = Document(
    titre="État des lieux partagé",
    auteur="Opérateur AB",
    sous_titre="Dossier AB0000000001",
    entete=("Opérateur AB", "Version 3"),
    logo=LOGO,
    blocs=(
        Rubrique("Situation"),
        Paragraphe("Première ligne\nseconde ligne"),
        Rubrique("Détail", 2),
        Liste(("un", "deux")),
        Fiche((("Nom", "Léa Dupont"), ("Née le", "12 mars 1990"))),
        Encadre("lu et approuvé"),
        Tableau(
            "Montants",
            ("Unité", "Montant"),
            [("UO1", "1 234,50 €")] * 60,
            ("gauche", "droite"),
            totaux=("Total", "74 070,00 €"),
        ),
        Saut(),
        Paragraphe("fin"),
    ),
)


def _ouvrir(octets: bytes) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(octets))


def _texte(octets: bytes) -> str:
    pages = pypdf.PdfReader(io.BytesIO(octets)).pages
    return "\n".join(page.extract_text() for page in pages).replace("\u200b", "")


def _balises(noeud: Any) -> Iterator[str]:
    if isinstance(noeud, pikepdf.Array):
        for enfant in noeud:
            yield from _balises(enfant)
    elif isinstance(noeud, pikepdf.Dictionary):
        if "/S" in noeud:
            yield str(noeud.S)
        if "/K" in noeud:
            yield from _balises(noeud.K)


@pytest.fixture(scope="module")
def complet() -> bytes:
    return produire(COMPLET, le=LE)


def test_se_dit_pdf_a_et_pdf_ua(complet: bytes) -> None:
    pdf = _ouvrir(complet)
    with pdf.open_metadata() as declare:
        assert (declare[f"{PDFA}part"], declare[f"{PDFA}conformance"]) == ("2", "A")
        assert declare["{http://www.aiim.org/pdfua/ns/id/}part"] == "1"
        assert declare["{http://purl.org/dc/elements/1.1/}title"] == COMPLET.titre
    assert pdf.Root.OutputIntents[0].S == "/GTS_PDFA1"
    assert bool(pdf.Root.ViewerPreferences.DisplayDocTitle)
    assert not pdf.is_encrypted


def test_est_balise_et_en_francais(complet: bytes) -> None:
    pdf = _ouvrir(complet)
    assert str(pdf.Root.Lang).startswith("fr")
    assert bool(pdf.Root.MarkInfo.Marked)
    balises = set(_balises(pdf.Root.StructTreeRoot.K))
    assert {"/H1", "/H2", "/P", "/L", "/LI", "/Table", "/TH", "/TD", "/Figure", "/Caption"} <= balises
    assert all("/StructParents" in page for page in pdf.pages)


def test_l_image_est_dite(complet: bytes) -> None:
    def figures(noeud: Any) -> Iterator[Any]:
        if isinstance(noeud, pikepdf.Array):
            for enfant in noeud:
                yield from figures(enfant)
        elif isinstance(noeud, pikepdf.Dictionary):
            if noeud.get("/S") == "/Figure":
                yield noeud
            if "/K" in noeud:
                yield from figures(noeud.K)

    pdf = _ouvrir(complet)
    assert [str(f.Alt) for f in figures(pdf.Root.StructTreeRoot.K)] == [LOGO.texte]


def test_les_polices_sont_dedans(complet: bytes) -> None:
    pdf = _ouvrir(complet)
    polices = [p for page in pdf.pages for p in page.Resources.get("/Font", {}).values()]
    assert {str(p.Subtype) for p in polices} == {"/Type0"}
    for police in polices:
        assert "/ToUnicode" in police
        assert {"/FontFile2", "/FontFile3"} & set(police.DescendantFonts[0].FontDescriptor.keys())


def test_rien_ne_s_execute(complet: bytes) -> None:
    pdf = _ouvrir(complet)
    dictionnaires = [o for o in pdf.objects if isinstance(o, (pikepdf.Dictionary, pikepdf.Stream))]
    assert len(dictionnaires) > 50
    for objet in dictionnaires:
        assert not {"/JS", "/JavaScript", "/AA", "/OpenAction", "/Launch"} & set(objet.keys())
        assert objet.get("/S") not in ("/JavaScript", "/Launch", "/URI", "/SubmitForm")


def test_chaque_page_porte_la_mention_du_mediateur(complet: bytes) -> None:
    pages = pypdf.PdfReader(io.BytesIO(complet)).pages
    assert len(pages) > 2
    for numero, page in enumerate(pages, start=1):
        texte = " ".join(page.extract_text().split())
        assert "médiateur de France compétences" in texte
        assert f"Page {numero} sur {len(pages)}" in texte
    assert "médiateur" in MENTION_MEDIATEUR


def test_meme_document_memes_octets(complet: bytes) -> None:
    assert produire(COMPLET, le=LE) == complet


HOSTILES = {
    "balisage": '#read("document.typ") #panic() $x^2$ @ref <lab> *gras* _it_ `c` \\ // /* = titre\n- #import "x"',
    "code": "#{while true {}}",
    "nul et controles": "avant\x00\x07\x1b\x7faprès",
    "emoji et chinois": "😀 👩‍👩‍👧‍👦 漢字 \U000e0001",
    "prive": "\ue000\uf8ff\U0010ffff",
    "droite a gauche": "שלום مرحبا",
    "sens force": "fichier\u202egpj.exe",
    "json": '"}],"blocs":[{"genre":"rubrique"',
    "demi-codet": "\ud83d seul",
    "combinants": "e" + "\u0301" * 300,
}


@pytest.mark.parametrize("texte", HOSTILES.values(), ids=HOSTILES.keys())
def test_un_contenu_hostile_reste_du_texte(texte: str) -> None:
    partout = Document(
        titre=texte or "x",
        auteur=texte,
        sous_titre=texte,
        entete=(texte,),
        pied=texte,
        mots_cles=(texte,),
        blocs=(
            Rubrique(texte),
            Paragraphe(texte),
            Liste((texte,)),
            Fiche(((texte, texte),)),
            Encadre(texte),
            Tableau(texte, (texte,), ((texte,),)),
        ),
    )
    _ouvrir(produire(partout, le=LE))


def test_le_balisage_est_montre_tel_quel() -> None:
    produit = produire(Document("T", "A", (Paragraphe("Payé #strong[tout] $x$ *gras* <lab> @toi"),)), le=LE)
    assert "Payé #strong[tout] $x$ *gras* <lab> @toi" in _texte(produit)


def test_un_mot_immense_tient_dans_la_page() -> None:
    produit = produire(Document("T", "A", (Paragraphe("x" * 5000),)), le=LE)
    assert _texte(produit).count("x") == 5000
    pdf = _ouvrir(produit)
    largeur = float(pdf.pages[0].mediabox[2])
    lignes = [ligne for ligne in _texte(produit).splitlines() if "xxx" in ligne]
    # The widest line: at 9.5 points an « x » of this font is 5.6 points wide.
    assert len(lignes) > 30
    assert max(map(len, lignes)) * 5.6 < largeur


@pytest.mark.parametrize(
    ("texte", "attendu"),
    [
        ("a\x00b", "ab"),
        ("a\r\nb\u2028c", "a\nb\nc"),
        ("漢", "□"),
        ("fichier\u202egpj.exe", "fichiergpj.exe"),
        ("e\u0301", "é"),
        ("x" * 41, "x" * 40 + "\u200b" + "x"),
        ("1 234,50 €", "1 234,50 €"),
    ],
)
def test_imprimable(texte: str, attendu: str) -> None:
    assert imprimable(texte) == attendu


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=300))
def test_tout_texte_donne_un_fichier(texte: str) -> None:
    assert produire(Document("T", "A", (Paragraphe(texte), Rubrique(texte))), le=LE).startswith(b"%PDF-1.7")


def test_la_couverture_est_celle_des_polices() -> None:
    points: set[int] = set()
    for debut, fin in zip(*_couverture(), strict=True):
        points |= set(range(debut, fin + 1))
    graisses = [set(TTFont(POLICES / nom).getBestCmap()) for nom in ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf")]
    assert points == graisses[0] & graisses[1]


def test_une_piece_jointe_fait_un_pdf_a_3() -> None:
    piece = PieceJointe("facture.xml", b"<facture/>", "text/xml", "La facture en XML", "alternative")
    pdf = _ouvrir(produire(Document("T", "A", (Paragraphe("p"),), pieces=(piece,)), le=LE))
    with pdf.open_metadata() as declare:
        assert (declare[f"{PDFA}part"], declare[f"{PDFA}conformance"]) == ("3", "A")
    assert pdf.attachments["facture.xml"].get_file().read_bytes() == b"<facture/>"
    assert pdf.Root.AF[0].AFRelationship == "/Alternative"


@pytest.mark.parametrize(
    "document",
    [
        Document("T", "A", (), logo=Logo(b"pas une image", "png", "Logo")),
        Document("T", "A", (Rubrique("un"), Rubrique("trois", 3))),
    ],
    ids=["logo illisible", "niveau saute"],
)
def test_un_document_impossible_le_dit(document: Document) -> None:
    with pytest.raises(DocumentImpossible, match=r"« T » ne peut pas être mis en page"):
        produire(document, le=LE)


def test_un_tableau_est_rectangulaire() -> None:
    with pytest.raises(ValueError, match="autant de cases"):
        Tableau("L", ("a", "b"), (("1",),))


def test_une_date_sans_fuseau_est_refusee() -> None:
    with pytest.raises(ValueError, match="fuseau"):
        produire(COMPLET, le=datetime(2021, 3, 12))
