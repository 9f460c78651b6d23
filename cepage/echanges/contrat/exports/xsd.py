"""XML Schema 1.0 of an envoi in XML: fields in the dictionary's order, repeated elements for multi-values.

XML Schema 1.0 knows no condition: a field due only at some moment is optional here and says so in its
documentation; reception checks it.
"""

from typing import Any

from lxml import etree

from cepage.echanges.contrat.exports.commun import codes_de, dus_partout, listes_liees, motif_xsd, notice
from cepage.echanges.contrat.fiches import FICHES, VERSION
from cepage.echanges.contrat.modele import Champ, Fiche, TypeChamp

NOM = f"cepage-envoi-{VERSION}.xsd"

_XS = "http://www.w3.org/2001/XMLSchema"
_XML = "http://www.w3.org/XML/1998/namespace"
_LIBELLES = {"C": "création", "M": "modification", "A": "annulation", "O": "oui", "N": "non"}
_INSTANT = r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?(Z|[+\-][0-9]{2}:[0-9]{2})"
_FORMES = {
    TypeChamp.DATE: ("xs:date", r"[0-9]{4}-[0-9]{2}-[0-9]{2}"),
    TypeChamp.HORODATAGE: ("xs:dateTime", _INSTANT),
    TypeChamp.MOIS: ("xs:gYearMonth", r"(19|20)[0-9]{2}-[0-9]{2}"),
    TypeChamp.ENTIER: ("xs:integer", r"-?[0-9]{1,12}"),
    TypeChamp.DECIMAL: ("xs:decimal", r"-?[0-9]{1,12}(\.[0-9]{1,6})?"),
    TypeChamp.MONTANT: ("xs:decimal", r"-?[0-9]{1,12}(\.[0-9]{1,2})?"),
}


def xsd() -> bytes:
    """The schema, indented, in UTF-8."""
    racine = etree.Element(f"{{{_XS}}}schema", nsmap={"xs": _XS}, version=VERSION)
    _documenter(
        racine,
        f"Contrat d'échange du conseil en évolution professionnelle, version {VERSION}. Un champ à plusieurs "
        "valeurs se répète. Les obligations qui dépendent d'un autre champ sont contrôlées à la réception.",
    )
    for nom, codes in listes_liees().items():
        _enumeration(_sous(racine, "simpleType", name=f"liste_{nom}"), codes, f"Liste « {nom} ».")
    _enumeration(_sous(racine, "simpleType", name="booleen"), dict.fromkeys("ON", ""), "Oui ou non.")
    for fiche in FICHES.values():
        _fiche(racine, fiche)
    _envoi(racine)
    contenu: bytes = etree.tostring(racine, encoding="UTF-8", xml_declaration=True, pretty_print=True)
    return contenu


def _sous(parent: Any, balise: str, **attributs: str) -> Any:
    return etree.SubElement(parent, f"{{{_XS}}}{balise}", **attributs)


def _documenter(parent: Any, texte: str) -> None:
    documentation = _sous(_sous(parent, "annotation"), "documentation")
    documentation.set(f"{{{_XML}}}lang", "fr")
    documentation.text = texte


def _enumeration(simple: Any, codes: dict[str, str], texte: str) -> None:
    if texte:
        _documenter(simple, texte)
    restriction = _sous(simple, "restriction", base="xs:string")
    for code, libelle in codes.items():
        valeur = _sous(restriction, "enumeration", value=code)
        _documenter(valeur, libelle or _LIBELLES.get(code, code))


def _envoi(racine: Any) -> None:
    element = _sous(racine, "element", name="envoi")
    _documenter(element, "Un envoi : les fiches d'un lot et d'un émetteur, dans un ordre quelconque.")
    complexe = _sous(element, "complexType")
    choix = _sous(complexe, "choice", minOccurs="0", maxOccurs="unbounded")
    for fiche in FICHES.values():
        _sous(choix, "element", name=fiche.nom, type=f"fiche_{fiche.nom}")
    _sous(complexe, "attribute", name="version", type="xs:string", use="required", fixed=VERSION)
    _sous(complexe, "attribute", name="lot", type="liste_lot", use="required")
    emetteur = _sous(complexe, "attribute", name="emetteur", use="required")
    restriction = _sous(_sous(emetteur, "simpleType"), "restriction", base="xs:string")
    _sous(restriction, "pattern", value="[0-9A-Z]{2}")
    _sous(complexe, "attribute", name="sequence", type="xs:nonNegativeInteger", use="required")


def _fiche(racine: Any, fiche: Fiche) -> None:
    complexe = _sous(racine, "complexType", name=f"fiche_{fiche.nom}")
    _documenter(complexe, f"{fiche.libelle}. Clé : {', '.join(fiche.cle)}.")
    suite = _sous(complexe, "sequence")
    dus = dus_partout(fiche)
    for champ in fiche.champs:
        element = _sous(suite, "element", name=champ.nom, minOccurs="1" if champ.nom in dus else "0")
        if champ.multiple:
            element.set("maxOccurs", "unbounded")
        _documenter(element, notice(champ))
        _type(element, champ, du=champ.nom in dus)


def _type(element: Any, champ: Champ, *, du: bool) -> None:
    """The type of the element: a named list, a constrained scalar or a constrained text."""
    if champ.type is TypeChamp.BOOLEEN:
        element.set("type", "booleen")
        return
    if champ.nomenclature and codes_de(champ):
        element.set("type", f"liste_{champ.nomenclature}")
        return
    simple = _sous(element, "simpleType")
    if champ.valeurs:
        _enumeration(simple, codes_de(champ), "")
        return
    base, motif = _FORMES.get(champ.type, ("xs:string", motif_xsd(champ)))
    restriction = _sous(simple, "restriction", base=base)
    longueur_min = max(champ.longueur_min, 1 if du and base == "xs:string" else 0)
    facettes = {
        "minLength": longueur_min or None,
        "maxLength": champ.longueur_max,
        "minInclusive": champ.minimum,
        "maxInclusive": champ.maximum,
        "pattern": motif,
    }
    for facette, valeur in facettes.items():
        if valeur is not None:
            _sous(restriction, facette, value=str(valeur))
