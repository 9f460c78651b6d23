"""What is published of the contract, generated from its one declaration; no Django, no database."""

from collections.abc import Callable

from cepage.echanges.contrat.exports.gabarits import dictionnaire, gabarits, listes_de_codes
from cepage.echanges.contrat.exports.json_schema import NOM as NOM_JSON_SCHEMA
from cepage.echanges.contrat.exports.json_schema import json_schema
from cepage.echanges.contrat.exports.xsd import NOM as NOM_XSD
from cepage.echanges.contrat.exports.xsd import xsd

Documents = dict[str, bytes]


def _csv() -> Documents:
    return {**gabarits(), "dictionnaire.csv": dictionnaire(), "nomenclatures.csv": listes_de_codes()}


FORMATS: dict[str, Callable[[], Documents]] = {
    "json-schema": lambda: {NOM_JSON_SCHEMA: json_schema()},
    "xsd": lambda: {NOM_XSD: xsd()},
    "csv": _csv,
}


def produire(format_publie: str) -> Documents:
    """The documents of a published format (json-schema, xsd, csv): name → bytes. KeyError for another."""
    return FORMATS[format_publie]()


def tous() -> Documents:
    """Every published document, whatever its format."""
    return {nom: contenu for fabrique in FORMATS.values() for nom, contenu in fabrique().items()}
