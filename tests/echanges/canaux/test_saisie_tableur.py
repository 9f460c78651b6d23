"""The workbook to fill offline: its lists, what a spreadsheet program makes of it, and what becomes of its lines."""

import csv
import io
import zipfile
from collections.abc import Callable, Mapping
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.urls import reverse
from lxml import etree
from odfdo import Document, Table
from pytest_django import Settings

from cepage.echanges.canaux.saisie import gabarits
from cepage.echanges.canaux.saisie.sections import ECRANS
from cepage.echanges.canaux.saisie.tableaux import TableurIllisible, lire
from cepage.echanges.contrat.fiches import FICHES
from tests.echanges.canaux.conftest import LE
from tests.echanges.canaux.saisie_outils import Clavier
from tests.echanges.reception.fabrique import (
    PIECES,
    PRODUIT,
    Fiche,
    implantation,
    ouvrir_le_marche,
    parcours,
    personne,
    unite,
)
from tests.personnes import alice

JOUR = date(2022, 6, 2)
_T = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"


def remplir(jeu: Mapping[str, list[Fiche]]) -> bytes:
    """The model, filled as a person would with these fiches."""
    document = Document(io.BytesIO(gabarits.classeur(JOUR)))
    for sorte, fiches in jeu.items():
        table = document.body.get_table(name=ECRANS[sorte].titre)
        assert isinstance(table, Table)
        for rang, fiche in enumerate(fiches):
            for colonne, champ in enumerate(gabarits.champs_du_tableur(sorte)):
                if fiche.get(champ.nom):
                    table.set_value((colonne, gabarits.PREMIERE - 1 + rang), fiche[champ.nom])
    tampon = io.BytesIO()
    document.save(tampon)
    return tampon.getvalue()


def en_csv(fiches: list[Fiche]) -> bytes:
    flux = io.StringIO()
    ecrivain = csv.DictWriter(flux, list(fiches[0]), delimiter=";")
    ecrivain.writeheader()
    ecrivain.writerows(fiches)
    return flux.getvalue().encode()


def en_ods(cellules: str, avant: str = "") -> bytes:
    """A workbook of one sheet, written by hand."""
    espaces = " ".join(
        f'xmlns:{p}="urn:oasis:names:tc:opendocument:xmlns:{n}:1.0"'
        for p, n in (("table", "table"), ("office", "office"), ("text", "text"))
    )
    contenu = f"{avant}<office:document-content {espaces}><table:table table:name='F'>{cellules}</table:table>"
    tampon = io.BytesIO()
    with zipfile.ZipFile(tampon, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", contenu + "</office:document-content>")
    return tampon.getvalue()


def test_le_modele_a_une_feuille_par_fiche_et_des_listes_deroulantes() -> None:
    with zipfile.ZipFile(io.BytesIO(gabarits.classeur(JOUR))) as archive:
        racine = etree.fromstring(archive.read("content.xml"))
    feuilles = [t.get(f"{_T}name") for t in racine.iter(f"{_T}table")]
    assert feuilles == ["Mode d'emploi", *(ECRANS[nom].titre for nom in FICHES), "Listes"]
    validations = {v.get(f"{_T}name"): v for v in racine.iter(f"{_T}content-validation")}
    posees = {c.get(f"{_T}content-validation-name") for c in racine.iter(f"{_T}table-cell")} - {None}
    assert posees == set(validations)
    # A list is a range of the sheet of lists, and the range holds exactly the labels of the list.
    plage = validations["unite_oeuvre.uo"].get(f"{_T}condition")
    assert plage is not None
    colonne = plage.split("$")[2]
    (listes,) = [t for t in racine.iter(f"{_T}table") if t.get(f"{_T}name") == "Listes"]
    rang = ord(colonne) - ord("A")
    valeurs = ["".join(list(ligne)[rang].itertext()) for ligne in listes.iter(f"{_T}table-row")]
    assert [v for v in valeurs if v][:3] == ["uo", "UO0 Aiguillage", "UO1 Premier niveau de conseil personnalisé"]
    assert plage == f"of:cell-content-is-in-list([$Listes.${colonne}$2:.${colonne}$5])"
    # Several answers cannot be forced into a list: there it only suggests.
    (erreur,) = validations["beneficiaire.statut"].iter(f"{_T}error-message")
    assert erreur.get(f"{_T}display") == "false"


def test_un_tableur_rempli_se_relit_codes_ou_libelles() -> None:
    jeu = parcours()
    lu = lire(remplir(jeu), le=JOUR)
    assert {r.fiche for r in lu.rangees} == set(jeu)
    assert lu.inconnues == []
    automatiques = {"nature", "horodatage", "lot", "empreinte_sha256", "nir"}
    for sorte, fiches in jeu.items():
        relues = [dict(r.contenu) for r in lu.rangees if r.fiche == sorte]
        assert relues == [{n: v for n, v in f.items() if v and n not in automatiques} for f in fiches]
    libelles = remplir({"unite_oeuvre": [{"uo": "UO2.1 Appui à la formalisation du projet", "numero_dossier": "X"}]})
    (rangee,) = lire(libelles, le=JOUR).rangees
    assert rangee.contenu["uo"] == "21"


_TETE = "".join(
    f"<table:table-cell office:value-type='string'><text:p>{nom}</text:p></table:table-cell>"
    for nom in ("numero_dossier", "date_interaction", "duree_minutes", "mode_contact")
)


def test_ce_qu_un_tableur_change_en_date_ou_en_nombre_se_relit() -> None:
    cellules = (
        f"<table:table-row>{_TETE}</table:table-row><table:table-row>"
        "<table:table-cell office:value-type='string'><text:p>AB200301000001</text:p></table:table-cell>"
        "<table:table-cell office:value-type='date' office:date-value='2020-03-10T00:00:00'/>"
        "<table:table-cell office:value-type='float' office:value='45.0'/>"
        "<table:table-cell table:number-columns-repeated='16000'/></table:table-row>"
        "<table:table-row table:number-rows-repeated='1048000'><table:table-cell/></table:table-row>"
    )
    (rangee,) = lire(en_ods(cellules), le=JOUR).rangees
    assert rangee.contenu == {
        "numero_dossier": "AB200301000001",
        "date_interaction": "2020-03-10",
        "duree_minutes": "45",
    }
    csv_excel = "identifiant_beneficiaire,nom_naissance,adresse_code_postal\nP1,Lefèvre,1000\n".encode("cp1252")
    (rangee,) = lire(csv_excel, le=JOUR).rangees
    assert rangee.contenu == {
        "identifiant_beneficiaire": "P1",
        "nom_naissance": "Lefèvre",
        "adresse_code_postal": "01000",
    }


def _bombe() -> bytes:
    ligne = "<table:table-row table:number-rows-repeated='99999999'>"
    valeur = "<table:table-cell office:value-type='string' table:number-columns-repeated='99999999'><text:p>x</text:p>"
    return en_ods(f"<table:table-row>{_TETE}</table:table-row>{ligne}{valeur}</table:table-cell></table:table-row>")


@pytest.mark.parametrize(
    ("octets", "dit"),
    [
        (lambda: b"", "vide"),
        (lambda: b"\x00\x01\x02", "ni un ODS ni un CSV"),
        (lambda: b"PK\x03\x04abime", "abîmé"),
        (lambda: b"un texte\nquelconque\n", "noms des champs"),
        (lambda: en_ods("<table:table-row/>"), "noms des champs"),
        (lambda: en_ods("<table:table-row>"), "abîmé"),
        (lambda: en_ods("", "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>"), "déclaration"),
        (_bombe, "plus de 500 fiches"),
        (lambda: b"x" * 5_000_001, "5 Mo"),
    ],
)
def test_un_fichier_hostile_est_refuse_avec_sa_raison(octets: Callable[[], bytes], dit: str) -> None:
    with pytest.raises(TableurIllisible, match=dit):
        lire(octets(), le=JOUR)


# --- on the site ---


@pytest.fixture
def clavier(settings: Settings, db: None) -> Clavier:
    settings.CEPAGE_DATE = PRODUIT
    ouvrir_le_marche()
    return Clavier(alice())


def _deposer(clavier: Clavier, nom: str, octets: bytes, pieces: Mapping[str, bytes] = PIECES) -> HttpResponse:
    fichiers = [SimpleUploadedFile(n, o) for n, o in pieces.items()]
    donnees = {"classeur": SimpleUploadedFile(nom, octets), "pieces": fichiers, "lot": clavier.lot}
    reponse: HttpResponse = clavier.client.post(reverse("saisie:tableur"), donnees, follow=True)  # type: ignore[assignment]
    return reponse


def _etats(clavier: Clavier) -> dict[str, int]:
    etats = [f.etat for f in clavier.fiches()]
    return {etat: etats.count(etat) for etat in sorted(set(etats))}


def test_tout_le_jeu_par_le_tableur_part_et_entre(clavier: Clavier, settings: Settings) -> None:
    octets, total = remplir(parcours()), sum(len(fiches) for fiches in parcours().values())
    page = _deposer(clavier, "saisie.ods", octets).content.decode()
    assert _etats(clavier) == {"liste": total}, [f.constats for f in clavier.fiches(etat="brouillon")]
    assert f"{total} fiches sur la liste du jour, 0 à corriger" in page
    # The same workbook again changes nothing, before the envoi as after it.
    assert f"{total} déjà là" in _deposer(clavier, "saisie.ods", octets).content.decode()
    settings.CEPAGE_DATE = LE.isoformat()
    clavier.envoyer()
    assert _etats(clavier) == {"acceptee": total}
    _deposer(clavier, "saisie.ods", octets)
    assert _etats(clavier) == {"acceptee": total}


def test_une_ligne_fausse_attend_sa_correction_a_l_ecran_ou_dans_le_tableur(clavier: Clavier) -> None:
    fausse = personne(adresse_code_postal="99999")
    page = _deposer(clavier, "beneficiaire.csv", en_csv([fausse, personne(identifiant_beneficiaire="P2")]))
    assert "1 fiche sur la liste du jour, 1 à corriger" in page.content.decode()
    (brouillon,) = clavier.fiches(etat="brouillon")
    assert [c["code"] for c in brouillon.constats] == ["E-BEN-012"]
    _deposer(clavier, "beneficiaire.csv", en_csv([personne(), personne(identifiant_beneficiaire="P2")]))
    assert _etats(clavier) == {"liste": 2}
    # A line that changes what is on the list replaces it.
    _deposer(clavier, "beneficiaire.csv", en_csv([personne(prenom="Anne")]))
    assert [f.contenu["prenom"] for f in clavier.fiches(cle="08|P1")] == ["Anne"]


def test_une_ligne_acceptee_et_changee_devient_une_correction(clavier: Clavier, settings: Settings) -> None:
    clavier.saisir("beneficiaire", personne())
    clavier.envoyer()
    settings.CEPAGE_DATE = LE.isoformat()
    lignes = [personne(prenom="Anne"), personne(identifiant_beneficiaire="P9", nature="A")]
    page = _deposer(clavier, "beneficiaire.csv", en_csv(lignes)).content.decode()
    (correction,) = clavier.fiches(etat="liste")
    assert (correction.nature, correction.contenu["prenom"]) == ("M", "Anne")
    assert "ligne 3 : une fiche s'annule depuis" in page.replace("&#x27;", "'")


def test_une_ligne_d_un_autre_lot_est_ecartee(clavier: Clavier) -> None:
    lignes = [implantation(), implantation(code_implantation="S9", lot="02")]
    page = _deposer(clavier, "implantation.csv", en_csv(lignes)).content.decode()
    assert "ligne 3 : elle est du lot 02" in page
    assert [f.contenu["code_implantation"] for f in clavier.fiches()] == [implantation()["code_implantation"]]


def test_les_numeros_absents_sont_attribues_une_fois(clavier: Clavier) -> None:
    clavier.saisir("beneficiaire", personne())
    numeros = ("numero_dossier", "reference_bon_commande", "numero_decompte")
    sans = [{n: v for n, v in unite(1).items() if n not in (*numeros, "lot")}]
    for _ in range(2):
        _deposer(clavier, "unite_oeuvre.csv", en_csv(sans))
    (fiche,) = clavier.fiches(fiche="unite_oeuvre")
    assert (fiche.etat, fiche.contenu["numero_dossier"]) == ("liste", "AB200301000001"), fiche.constats


def test_un_depot_refuse_garde_la_page_et_dit_pourquoi(clavier: Clavier) -> None:
    reponse = _deposer(clavier, "photo.ods", b"PK\x03\x04abime")
    assert reponse.status_code == 422
    assert "Le fichier est abîmé" in reponse.content.decode()
    faux = _deposer(clavier, "l.ods", remplir({"livrable": parcours()["livrable"][:1]}), {"elp.pdf": b"MZ"})
    (fiche,) = clavier.fiches()
    assert (fiche.etat, fiche.piece) == ("brouillon", ""), faux
    modele = clavier.client.get(reverse("saisie:modele"))
    assert modele["Content-Disposition"] == 'attachment; filename="saisie-cep.ods"'
