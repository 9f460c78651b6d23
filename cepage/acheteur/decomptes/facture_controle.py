"""Judging a Factur-X file: schema, Schematron of the EN 16931 profile, and its amounts against the décompte."""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cache
from importlib.resources import files

from lxml import etree

from cepage.acheteur.decomptes.facture_xml import ESPACES

_SVRL = {"svrl": "http://purl.oclc.org/dsdl/svrl"}
TAILLE_MAX = 10_000_000


class FactureRefusee(ValueError):
    """The file is no acceptable invoice; `defauts` says what is wrong, one sentence each."""

    def __init__(self, defauts: list[str]) -> None:
        self.defauts = defauts
        super().__init__(" ".join(defauts))


@dataclass(frozen=True)
class FactureLue:
    """What a file says of itself."""

    numero: str
    siren: str
    net_ht: Decimal
    tva: Decimal
    ttc: Decimal


def extraire(octets: bytes) -> bytes:
    """The XML inside a Factur-X PDF, or the XML itself. Raises FactureRefusee."""
    if len(octets) > TAILLE_MAX:
        raise FactureRefusee(["Le fichier dépasse 10 Mo : déposez la facture seule."])
    if not octets.startswith(b"%PDF"):
        return octets
    from facturx import get_facturx_xml_from_pdf
    from pypdf.errors import PyPdfError

    try:
        _, xml = get_facturx_xml_from_pdf(octets, check_xsd=False, check_schematron=False)
    except (ValueError, PyPdfError, KeyError, TypeError):
        xml = None
    if not xml:
        raise FactureRefusee(["Ce PDF ne porte pas de facture Factur-X : joignez-y factur-x.xml, ou déposez le XML."])
    return bytes(xml)


def juger(xml: bytes) -> FactureLue:
    """Read an invoice that holds to the schema and to the Schematron. Raises FactureRefusee with every defect."""
    try:
        racine = etree.fromstring(xml, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False))
    except etree.XMLSyntaxError as erreur:
        raise FactureRefusee([f"Ce n'est pas du XML lisible : {erreur.msg}."]) from erreur
    schema = _schema()
    if not schema.validate(racine):
        raise FactureRefusee([f"Schéma, ligne {e.line} : {e.message}" for e in schema.error_log][:20])
    if defauts := schematron(xml):
        raise FactureRefusee(defauts)
    return _lire(racine)


def _lire(racine: etree._Element) -> FactureLue:
    def texte(chemin: str) -> str:
        trouves = racine.xpath(f"string({chemin})", namespaces=ESPACES)
        return str(trouves).strip()

    total = "//ram:SpecifiedTradeSettlementHeaderMonetarySummation"
    try:
        return FactureLue(
            numero=texte("//rsm:ExchangedDocument/ram:ID"),
            siren=texte("//ram:SellerTradeParty/ram:SpecifiedLegalOrganization/ram:ID"),
            net_ht=Decimal(texte(f"{total}/ram:TaxBasisTotalAmount")),
            tva=Decimal(texte(f"{total}/ram:TaxTotalAmount") or "0"),
            ttc=Decimal(texte(f"{total}/ram:GrandTotalAmount")),
        )
    except InvalidOperation as erreur:
        raise FactureRefusee(["Un des totaux n'est pas un nombre."]) from erreur


@cache
def _dossier() -> str:
    return str(files("facturx") / "xsd_and_schematron" / "facturx-en16931")


@cache
def _schema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(f"{_dossier()}/Factur-X_EN16931.xsd"))


def schematron(xml: bytes) -> list[str]:
    """The failed assertions of the official EN 16931 Schematron, in its own words; none: the file holds."""
    from saxonche import PySaxonProcessor

    with PySaxonProcessor(license=False) as processeur:
        feuille = processeur.new_xslt30_processor().compile_stylesheet(
            stylesheet_file=f"{_dossier()}/FACTUR-X_EN16931.xslt"
        )
        noeud = processeur.parse_xml(xml_text=xml.decode("utf-8"))
        rapport = feuille.transform_to_string(xdm_node=noeud)
    resultat = etree.fromstring(rapport.encode())
    return [
        f"{echec.get('id') or ''} {' '.join(''.join(echec.itertext()).split())}".strip()
        for echec in resultat.iterfind(".//svrl:failed-assert", _SVRL)
    ]
