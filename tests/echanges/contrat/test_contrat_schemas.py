"""The schemas accept what the validator accepts and refuse what it refuses, on the same examples."""

import json
from typing import Any

import jsonschema
import polars as pl
import pytest
from exemples import BASE, INDICATEUR, INTERACTION, LIVRABLE, PERSONNE, UO22, avec, envoi
from lxml import etree

from cepage.echanges.contrat.codes import CODES, Gravite
from cepage.echanges.contrat.constats import Releve, appliquer
from cepage.echanges.contrat.exports import produire
from cepage.echanges.contrat.fiches import FICHES
from cepage.echanges.contrat.formats import regles_de_forme
from cepage.echanges.reception.validation import codes_de_liste

ACCEPTEES = {
    "personne": PERSONNE,
    "personne de l'UO0": avec(PERSONNE, adresse_code_postal=..., email=..., telephone=..., entree_entreprise=...),
    "champ nul": avec(PERSONNE, nom_usage=None),
    "nom d'usage vide": avec(PERSONNE, nom_usage=""),
    "instant en temps universel": avec(PERSONNE, horodatage="2021-03-01T17:05:00.123Z"),
    "annulation réduite à sa clé": {
        "fiche": "unite_oeuvre",
        **BASE,
        "nature": "A",
        "numero_dossier": UO22["numero_dossier"],
    },
    "UO2.2 close": UO22,
    "autoprescription": avec(
        UO22, prestations_complementaires=["BILAN_COMPETENCES", "VAE"], autoprescription=["O", "N"]
    ),
    "livrable": LIVRABLE,
    "courriel non signé": avec(
        LIVRABLE,
        type_livrable="COURRIEL_ENGAGEMENT",
        nom_fichier="courriel.odt",
        mode_signature=...,
        date_signature_conseiller=...,
        date_signature_beneficiaire=...,
    ),
    "interaction": INTERACTION,
    "durée nulle": avec(INTERACTION, duree_minutes=0),
    "indicateur": INDICATEUR,
    "indicateur d'un semestre": avec(INDICATEUR, periode="2021-S1", code="A"),
}
# Refused by the two schemas and by the validator.
REFUSEES_PARTOUT = {
    "nature inconnue": avec(PERSONNE, nature="X"),
    "instant sans fuseau": avec(PERSONNE, horodatage="2021-03-01T18:05:00"),
    "jour qui n'existe pas": avec(PERSONNE, date_naissance="1985-02-29"),
    "date à la française": avec(PERSONNE, date_naissance="28/02/1984"),
    "statut inconnu": avec(PERSONNE, statut=["CDI", "ROI"]),
    "nom trop long": avec(PERSONNE, nom_naissance="x" * 101),
    "identifiant absent": avec(PERSONNE, identifiant_beneficiaire=...),
    "identifiant avec caractère invisible": avec(PERSONNE, identifiant_beneficiaire="AB\u200b1"),
    "code postal court": avec(PERSONNE, adresse_code_postal="1000"),
    "courriel sans domaine": avec(PERSONNE, email="marie@"),
    "mois 13": avec(PERSONNE, entree_entreprise="2015-13"),
    "dossier mal formé": avec(UO22, numero_dossier="AB211322000001"),
    "bon d'un lot inconnu": avec(UO22, reference_bon_commande="2021-Lot20-UO2.2-01-00001"),
    "lot inconnu": avec(UO22, lot="3"),
    "description trop longue": avec(UO22, description_service="x" * 4001),
    "livrable d'un autre format": avec(LIVRABLE, nom_fichier="projet.docx"),
    "livrable hors du dossier": avec(LIVRABLE, nom_fichier="../projet.pdf"),
    "empreinte courte": avec(LIVRABLE, empreinte_sha256="abc"),
    "durée trop longue": avec(INTERACTION, duree_minutes=601),
    "durée négative": avec(INTERACTION, duree_minutes=-1),
    "durée à virgule": avec(INTERACTION, duree_minutes=1.5),
    "valeur avec virgule": avec(INDICATEUR, valeur="12,5"),
    "valeur absente": avec(INDICATEUR, valeur=...),
}
# Due at some moment only: XML Schema 1.0 has no condition, JSON Schema and the validator have.
REFUSEES_SOUS_CONDITION = {
    "nom absent": avec(PERSONNE, nom_naissance=...),
    "statut vide": avec(PERSONNE, statut=[]),
    "UO2.2 close sans motif": avec(UO22, motif_cloture=...),
    "UO2.2 sans aléa": avec(UO22, alea_uo22=...),
    "UO0 sans clôture": avec(UO22, uo="00", date_cloture=..., aiguillage="INFORMATION"),
    "projet sans signature": avec(LIVRABLE, mode_signature=...),
    "prestation sans autoprescription": avec(UO22, prestations_complementaires=["VAE"]),
}


@pytest.fixture(scope="module")
def json_schema() -> jsonschema.Draft202012Validator:
    schema = json.loads(next(iter(produire("json-schema").values())))
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker())


@pytest.fixture(scope="module")
def xml_schema() -> Any:
    return etree.XMLSchema(etree.fromstring(next(iter(produire("xsd").values()))))


def en_xml(document: dict[str, Any]) -> Any:
    racine = etree.Element("envoi", {cle: str(document[cle]) for cle in ("version", "lot", "emetteur", "sequence")})
    for fiche in document["fiches"]:
        balise = etree.SubElement(racine, fiche["fiche"])
        # A sequence of XML Schema is ordered: fields come as the dictionary has them.
        for nom in (
            *FICHES[fiche["fiche"]].noms,
            *(set(fiche) - set(FICHES[fiche["fiche"]].noms) - {"fiche"}),
        ):
            valeurs = fiche.get(nom)
            for valeur in valeurs if isinstance(valeurs, list) else [] if valeurs is None else [valeurs]:
                etree.SubElement(balise, nom).text = str(valeur)
    return racine


def codes_du_validateur(fiche: dict[str, Any]) -> set[str]:
    """The blocking codes that the field rules of reception give to one fiche."""

    def texte(valeur: Any) -> str | None:
        return ("|".join(valeur) if isinstance(valeur, list) else str(valeur if valeur is not None else "")) or None

    declaree = FICHES[fiche["fiche"]]
    valeurs = {nom: [texte(fiche.get(nom))] for nom in declaree.noms}
    cadre = pl.DataFrame(valeurs, schema=dict.fromkeys(valeurs, pl.String)).with_columns(
        _fichier=pl.lit("f"), _ligne=pl.lit(1, pl.Int64), _cle=pl.lit("c")
    )
    releve = Releve()
    appliquer(regles_de_forme(declaree.nom, codes_de_liste), cadre, declaree.nom, releve)
    return {code for code in releve.cadre()["code"] if CODES[code].gravite is Gravite.BLOQUANT}


@pytest.mark.parametrize("nom", ACCEPTEES)
def test_une_fiche_juste_est_acceptee(nom: str, json_schema: Any, xml_schema: Any) -> None:
    document = envoi(ACCEPTEES[nom])
    assert [erreur.message for erreur in json_schema.iter_errors(document)] == []
    xml_schema.assertValid(en_xml(document))
    assert codes_du_validateur(ACCEPTEES[nom]) == set()


@pytest.mark.parametrize("nom", REFUSEES_PARTOUT)
def test_une_fiche_fausse_est_refusee(nom: str, json_schema: Any, xml_schema: Any) -> None:
    document = envoi(REFUSEES_PARTOUT[nom])
    assert not json_schema.is_valid(document)
    assert not xml_schema.validate(en_xml(document))
    assert codes_du_validateur(REFUSEES_PARTOUT[nom])


@pytest.mark.parametrize("nom", REFUSEES_SOUS_CONDITION)
def test_une_obligation_sous_condition_est_dans_le_schema_json(nom: str, json_schema: Any) -> None:
    assert not json_schema.is_valid(envoi(REFUSEES_SOUS_CONDITION[nom]))
    assert codes_du_validateur(REFUSEES_SOUS_CONDITION[nom])


def test_plusieurs_fiches_dans_un_ordre_quelconque(json_schema: Any, xml_schema: Any) -> None:
    document = envoi(*reversed(list(ACCEPTEES.values())))
    assert json_schema.is_valid(document)
    xml_schema.assertValid(en_xml(document))
    assert json_schema.is_valid(envoi())
    assert xml_schema.validate(en_xml(envoi()))


@pytest.mark.parametrize(
    "change",
    [{"version": "9.9"}, {"lot": "99"}, {"emetteur": "ab"}, {"emetteur": ""}, {"sequence": -1}],
    ids=["version", "lot", "minuscules", "vide", "séquence"],
)
def test_un_entete_faux_est_refuse(change: dict[str, Any], json_schema: Any, xml_schema: Any) -> None:
    document = envoi(PERSONNE) | change
    assert not json_schema.is_valid(document)
    assert not xml_schema.validate(en_xml(document))


def test_un_champ_ou_une_fiche_inconnus_sont_refuses(json_schema: Any, xml_schema: Any) -> None:
    faute = envoi(avec(PERSONNE, prenon="Ana"))
    assert not json_schema.is_valid(faute)
    assert not xml_schema.validate(en_xml(faute))
    assert not json_schema.is_valid(envoi({"fiche": "personne"}))
    assert not json_schema.is_valid(envoi({"nature": "C"}))


def test_un_champ_simple_ne_se_repete_pas(json_schema: Any, xml_schema: Any) -> None:
    double = envoi(avec(PERSONNE, prenom=["Ana", "Eva"]))
    assert not json_schema.is_valid(double)
    assert not xml_schema.validate(en_xml(double))


def test_une_ligne_de_json_lines_suit_la_definition_de_fiche(json_schema: Any) -> None:
    definitions = json_schema.schema["$defs"]
    seule = jsonschema.Draft202012Validator({"$defs": definitions, "$ref": "#/$defs/fiche"})
    assert seule.is_valid(UO22)
    assert not seule.is_valid(avec(UO22, uo="23"))
