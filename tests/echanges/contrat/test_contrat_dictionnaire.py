"""The declaration is the dictionary; all that is generated agrees: names, multiplicity, lists, duties."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from cepage.echanges.contrat.codes import CODES
from cepage.echanges.contrat.exports import FORMATS, produire, tous
from cepage.echanges.contrat.exports.commun import codes_de, dus_partout, listes_liees
from cepage.echanges.contrat.exports.gabarits import COLONNES, lignes
from cepage.echanges.contrat.fiches import FICHES
from cepage.echanges.contrat.modele import Champ, Fiche, Niveau, TypeChamp
from cepage.fondations.referentiels import nomenclatures

XS = {"xs": "http://www.w3.org/2001/XMLSchema"}
DICTIONNAIRE = Path(__file__).with_name("dictionnaire.csv")
CHAMPS = [(fiche, champ) for fiche in FICHES.values() for champ in fiche.champs]
NOMS = [f"{fiche.nom}.{champ.nom}" for fiche, champ in CHAMPS]


def lire_le_dictionnaire() -> list[dict[str, str]]:
    with DICTIONNAIRE.open(encoding="utf-8", newline="") as flux:
        return list(csv.DictReader(flux))


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    return json.loads(next(iter(produire("json-schema").values())))


@pytest.fixture(scope="module")
def xsd() -> Any:
    return etree.fromstring(next(iter(produire("xsd").values())))


def element(xsd: Any, fiche: Fiche, champ: Champ) -> Any:
    (trouve,) = xsd.xpath(f"xs:complexType[@name='fiche_{fiche.nom}']//xs:element[@name='{champ.nom}']", namespaces=XS)
    return trouve


def test_la_declaration_est_le_dictionnaire() -> None:
    def cle(ligne: dict[str, str]) -> tuple[str, str]:
        return ligne["fiche"], ligne["champ"]

    assert sorted(lignes(), key=cle) == sorted(lire_le_dictionnaire(), key=cle)


def test_l_ordre_des_champs_est_celui_du_dictionnaire() -> None:
    ordre: dict[str, list[str]] = {}
    for ligne in lire_le_dictionnaire():
        ordre.setdefault(ligne["fiche"], []).append(ligne["champ"])
    assert {nom: list(fiche.noms) for nom, fiche in FICHES.items()} == ordre
    assert list(FICHES) == list(dict.fromkeys(["beneficiaire", *ordre]))


def test_le_dictionnaire_exporte_se_relit() -> None:
    texte = produire("csv")["dictionnaire.csv"].decode()
    lecteur = csv.DictReader(io.StringIO(texte), delimiter=";")
    assert list(lecteur) == list(lignes())
    assert tuple(lecteur.fieldnames or ()) == COLONNES


def test_un_gabarit_par_fiche_porte_l_entete_seule() -> None:
    documents = produire("csv")
    assert set(documents) == {f"{nom}.csv" for nom in FICHES} | {"dictionnaire.csv", "nomenclatures.csv"}
    for nom, fiche in FICHES.items():
        assert documents[f"{nom}.csv"].decode() == ";".join(fiche.noms) + "\n"


def test_les_schemas_ont_les_fiches_et_les_champs_du_contrat(schema: dict[str, Any], xsd: Any) -> None:
    assert schema["$defs"]["fiche"]["properties"]["fiche"]["enum"] == list(FICHES)
    choix = xsd.xpath("xs:element[@name='envoi']//xs:choice/xs:element/@name", namespaces=XS)
    assert choix == list(FICHES)
    for nom, fiche in FICHES.items():
        assert list(schema["$defs"][nom]["properties"]) == ["fiche", *fiche.noms]
        champs = xsd.xpath(f"xs:complexType[@name='fiche_{nom}']/xs:sequence/xs:element/@name", namespaces=XS)
        assert champs == list(fiche.noms)


@pytest.mark.parametrize(("fiche", "champ"), CHAMPS, ids=NOMS)
def test_multiplicite_listes_et_obligation_concordent(
    fiche: Fiche, champ: Champ, schema: dict[str, Any], xsd: Any
) -> None:
    propriete = schema["$defs"][fiche.nom]["properties"][champ.nom]
    texte = json.dumps(propriete)
    balise = element(xsd, fiche, champ)
    assert ('"array"' in texte) is champ.multiple
    assert (balise.get("maxOccurs") == "unbounded") is champ.multiple
    du = champ.nom in dus_partout(fiche)
    assert (champ.nom in schema["$defs"][fiche.nom]["required"]) is du
    assert (balise.get("minOccurs") == "1") is du
    assert ('"null"' in texte) is not du
    if champ.nomenclature and champ.type is not TypeChamp.TEXTE:
        assert f'"#/$defs/liste_{champ.nomenclature}"' in texte
        assert balise.get("type") == f"liste_{champ.nomenclature}"
    if champ.valeurs:
        enumeres = balise.xpath(".//xs:enumeration/@value", namespaces=XS)
        assert enumeres == list(champ.valeurs)
        assert json.dumps(list(champ.valeurs)) in texte
    for publie in (
        propriete["description"],
        balise.findtext("xs:annotation/xs:documentation", namespaces=XS),
    ):
        assert champ.libelle in publie
        assert champ.obligation.texte in publie


@pytest.mark.parametrize("nom", sorted(listes_liees()))
def test_une_liste_est_la_meme_partout_et_documentee(nom: str, schema: dict[str, Any], xsd: Any) -> None:
    codes = [code.code for code in nomenclatures.table(nom) if code.valable(None)]
    assert frozenset(codes) == nomenclatures.codes(nom)
    definition = schema["$defs"][f"liste_{nom}"]
    assert definition["enum"] == codes == list(definition["x-libelles"])
    valeurs = xsd.xpath(f"xs:simpleType[@name='liste_{nom}']//xs:enumeration", namespaces=XS)
    assert [valeur.get("value") for valeur in valeurs] == codes
    for valeur in valeurs:
        documentation = valeur.find("xs:annotation/xs:documentation", namespaces=XS)
        assert documentation.text == nomenclatures.libelle(nom, valeur.get("value"))
        assert documentation.get("{http://www.w3.org/XML/1998/namespace}lang") == "fr"


def test_les_champs_dus_hors_annulation_sont_ceux_du_dictionnaire(schema: dict[str, Any]) -> None:
    for nom, fiche in FICHES.items():
        attendus = {c.nom for c in fiche.champs if c.obligation.niveau in (Niveau.TOUJOURS, Niveau.DES_UO0)}
        definition = schema["$defs"][nom]
        exiges = set(definition["required"]) - {"fiche"}
        for condition in definition.get("allOf", []):
            if "allOf" not in condition["if"]:
                exiges |= set(condition["then"]["required"])
        assert exiges == attendus, nom


def test_une_liste_recommandee_n_enumere_pas() -> None:
    champ = FICHES["beneficiaire"].champ("adresse_type_voie")
    assert champ.nomenclature == "type_voie"
    assert codes_de(champ) == {}


def test_les_documents_sont_les_memes_a_chaque_generation() -> None:
    assert tous() == tous()
    assert set(tous()) == {nom for format_publie in FORMATS for nom in produire(format_publie)}


def test_chaque_fiche_a_ses_codes_d_anomalie_complets() -> None:
    for fiche in FICHES.values():
        assert f"E-{fiche.prefixe_code}-001" in CODES
    for code, anomalie in CODES.items():
        assert anomalie.code == code
        assert all((anomalie.message, anomalie.remede, anomalie.clause))
