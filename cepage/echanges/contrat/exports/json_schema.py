"""JSON Schema 2020-12 of an envoi in JSON.

The schema describes the canonical writing. Reception also tolerates others (seconds left out of a time, zone
without its colon, multi-values joined by a bar) and checks what a schema cannot: see the pages of the codes.
"""

import json
from typing import Any

from cepage.echanges.contrat.exports.commun import (
    codes_de,
    dus_hors_annulation,
    dus_partout,
    listes_liees,
    motif_json,
    notice,
)
from cepage.echanges.contrat.fiches import FICHES, VERSION
from cepage.echanges.contrat.modele import Champ, Fiche, Niveau, TypeChamp

NOM = f"cepage-envoi-{VERSION}.schema.json"
Schema = dict[str, Any]

_RENSEIGNE = {"$ref": "#/$defs/renseigne"}
_DATE = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
_MOIS = r"^(?:19|20)[0-9]{2}-(?:0[1-9]|1[0-2])$"
_INSTANT = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,9})?(?:Z|[+-][0-9]{2}:[0-9]{2})$"
# Twelve digits before the point; what is kept of the decimals depends on the type.
_DECIMALES = {TypeChamp.DECIMAL: 6, TypeChamp.MONTANT: 2}
_PLAFOND = 10**12


def json_schema() -> bytes:
    """The schema, indented, in UTF-8."""
    return (json.dumps(schema(), ensure_ascii=False, indent=2) + "\n").encode()


def schema() -> Schema:
    """The schema as a mapping; `#/$defs/fiche` is also the schema of one line of JSON Lines."""
    definitions: Schema = {
        "fiche": _fiche_quelconque(),
        "renseigne": {"description": "Une valeur présente.", "not": {"enum": [None, "", []]}},
    }
    for nom, codes in listes_liees().items():
        definitions[f"liste_{nom}"] = {"title": f"Liste « {nom} »", "enum": list(codes), "x-libelles": codes}
    definitions |= {nom: _fiche(fiche) for nom, fiche in FICHES.items()}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:cepage:contrat:{VERSION}:envoi",
        "title": "Envoi au point d'échange du conseil en évolution professionnelle",
        "description": (
            "Écriture canonique d'un envoi. En JSON Lines, chaque ligne suit « #/$defs/fiche ». "
            "Les règles entre fiches (dates, bons de commande, territoire…) sont contrôlées à la réception."
        ),
        "type": "object",
        "required": ["version", "lot", "emetteur", "sequence", "fiches"],
        "additionalProperties": False,
        "properties": {
            "version": {"description": "Version du contrat d'échange.", "const": VERSION},
            "lot": {"description": "Lot de l'accord-cadre.", "$ref": "#/$defs/liste_lot"},
            "emetteur": {"description": "Code de l'opérateur.", "type": "string", "pattern": "^[0-9A-Z]{2}$"},
            "sequence": {"description": "Numéro d'ordre de l'envoi.", "type": "integer", "minimum": 0},
            "fiches": {"description": "Les fiches, dans un ordre quelconque.", "type": "array",
                       "items": {"$ref": "#/$defs/fiche"}},
        },
        "$defs": definitions,
    }  # fmt: skip


def _fiche_quelconque() -> Schema:
    choix = [
        {
            "if": {"required": ["fiche"], "properties": {"fiche": {"const": nom}}},
            "then": {"$ref": f"#/$defs/{nom}"},
        }
        for nom in FICHES
    ]
    return {
        "type": "object",
        "required": ["fiche"],
        "properties": {"fiche": {"description": "Sorte de fiche.", "enum": list(FICHES)}},
        "allOf": choix,
    }


def _fiche(fiche: Fiche) -> Schema:
    definition: Schema = {
        "title": fiche.libelle,
        "description": f"Clé : {', '.join(fiche.cle)}.",
        "type": "object",
        "required": ["fiche", *dus_partout(fiche)],
        "additionalProperties": False,
        "properties": {
            "fiche": {"const": fiche.nom},
            **{champ.nom: _champ(fiche, champ) for champ in fiche.champs},
        },
    }
    if conditions := _conditions(fiche):
        definition["allOf"] = conditions
    return definition


def _conditions(fiche: Fiche) -> list[Schema]:
    """The fields due according to the fiche itself: nature, unit, closure, type of livrable, prestations."""
    conditions = []
    if dus := dus_hors_annulation(fiche):
        conditions.append({"if": _vigueur(), "then": _exiger(*dus)})
    for champ in fiche.champs:
        if champ.obligation.niveau is Niveau.CONDITION and (cas := _cas(champ)):
            conditions.append({"if": {"allOf": [_vigueur(), *cas]}, "then": _exiger(champ.nom)})
    return conditions


def _cas(champ: Champ) -> list[Schema]:
    cas: list[Schema] = []
    if champ.obligation.uos:
        cas.append(_parmi("uo", sorted(champ.obligation.uos)))
    if champ.obligation.types:
        cas.append(_parmi("type_livrable", sorted(champ.obligation.types)))
    if champ.obligation.a_la_cloture:
        cas.append(_exiger("date_cloture"))
    if champ.nom == "autoprescription":
        nommees = {"type": "array", "contains": {"not": {"const": "AUCUNE"}}}
        cas.append(
            {
                "required": ["prestations_complementaires"],
                "properties": {"prestations_complementaires": nommees},
            }
        )
    return cas


def _vigueur() -> Schema:
    return {"properties": {"nature": {"not": {"const": "A"}}}}


def _parmi(champ: str, valeurs: list[str]) -> Schema:
    return {"required": [champ], "properties": {champ: {"enum": valeurs}}}


def _exiger(*noms: str) -> Schema:
    return {"required": list(noms), "properties": dict.fromkeys(noms, _RENSEIGNE)}


def _champ(fiche: Fiche, champ: Champ) -> Schema:
    du = champ.nom in dus_partout(fiche)
    valeur = _valeur(champ)
    if champ.multiple:
        valeur = {"type": "array", "items": valeur}
    if du:
        valeur = {"allOf": [_RENSEIGNE, valeur]} if "$ref" not in valeur else valeur
    else:
        valeur = {"anyOf": [valeur, {"type": "null"}]}
    return {"title": champ.libelle, "description": notice(champ), **valeur}


def _valeur(champ: Champ) -> Schema:
    if champ.nomenclature and codes_de(champ):
        return {"$ref": f"#/$defs/liste_{champ.nomenclature}"}
    if champ.valeurs:
        return {"enum": list(champ.valeurs)}
    match champ.type:
        case TypeChamp.DATE:
            return {"type": "string", "format": "date", "pattern": _DATE}
        case TypeChamp.HORODATAGE:
            return {"type": "string", "format": "date-time", "pattern": _INSTANT}
        case TypeChamp.MOIS:
            return {"type": "string", "pattern": _MOIS}
        case TypeChamp.BOOLEEN:
            return {"enum": ["O", "N", True, False]}
        case TypeChamp.ENTIER | TypeChamp.DECIMAL | TypeChamp.MONTANT:
            return _nombre(champ)
    texte: Schema = {"type": "string"}
    if champ.longueur_min:
        texte["minLength"] = champ.longueur_min
    if champ.longueur_max is not None:
        texte["maxLength"] = champ.longueur_max
    if motif := motif_json(champ):
        texte["pattern"] = motif
    return texte


def _nombre(champ: Champ) -> Schema:
    """A number, or its text: reception reads the exact text of both."""
    entier = champ.type is TypeChamp.ENTIER
    nombre: Schema = {"type": "integer" if entier else "number", "exclusiveMaximum": _PLAFOND}
    if champ.minimum is not None:
        nombre["minimum"] = champ.minimum
    if champ.maximum is not None:
        nombre["maximum"] = champ.maximum
    signe = "" if champ.minimum is not None and champ.minimum >= 0 else "-?"
    chiffres = len(str(champ.maximum)) if champ.maximum is not None else 12
    decimales = "" if entier else rf"(?:\.[0-9]{{1,{_DECIMALES[champ.type]}}})?"
    texte = {"type": "string", "pattern": f"^{signe}[0-9]{{1,{chiffres}}}{decimales}$"}
    return {"anyOf": [nombre, texte]}
