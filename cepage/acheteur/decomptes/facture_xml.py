"""The invoice as CII XML of the EN 16931 profile (Factur-X): from a décompte, amounts and references included."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from lxml import etree

RSM = "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100"
RAM = "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100"
UDT = "urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100"
ESPACES = {"rsm": RSM, "ram": RAM, "udt": UDT}
PROFIL = "urn:cen.eu:en16931:2017"
FACTURE = "380"


@dataclass(frozen=True)
class Partie:
    """The seller or the buyer: name, SIREN, VAT number (empty: none), address in France."""

    nom: str
    siren: str
    tva: str
    adresse: str
    code_postal: str
    ville: str


@dataclass(frozen=True)
class LigneFacturee:
    """A line: what, how many, at what price, hence its amount."""

    libelle: str
    quantite: int
    prix: Decimal
    reference: str

    @property
    def montant(self) -> Decimal:
        """Quantity times price: exact, a price having two decimals."""
        return self.prix * self.quantite


@dataclass(frozen=True)
class Ajustement:
    """An amount added to (charge) or taken from (allowance) the lines, with its reason; always positive."""

    montant: Decimal
    motif: str
    charge: bool


@dataclass(frozen=True)
class Contenu:
    """All that an invoice says."""

    numero: str
    emise_le: date
    echeance: date
    vendeur: Partie
    acheteur: Partie
    iban: str
    marche: str
    decompte: str
    debut: date
    fin: date
    lignes: tuple[LigneFacturee, ...]
    ajustements: tuple[Ajustement, ...]
    taux_tva: Decimal
    net_ht: Decimal
    tva: Decimal
    ttc: Decimal


def ecrire(contenu: Contenu) -> bytes:
    """The XML, in the order of the schema."""
    racine = etree.Element(f"{{{RSM}}}CrossIndustryInvoice", nsmap=ESPACES)
    cadre = _dans(_dans(racine, "rsm:ExchangedDocumentContext"), "ram:GuidelineSpecifiedDocumentContextParameter")
    _dans(cadre, "ram:ID", PROFIL)
    document = _dans(racine, "rsm:ExchangedDocument")
    _dans(document, "ram:ID", contenu.numero)
    _dans(document, "ram:TypeCode", FACTURE)
    _date(document, "ram:IssueDateTime", contenu.emise_le)
    note = _dans(document, "ram:IncludedNote")
    _dans(note, "ram:Content", f"Décompte {contenu.decompte}")
    transaction = _dans(racine, "rsm:SupplyChainTradeTransaction")
    for rang, ligne in enumerate(contenu.lignes, start=1):
        _ligne(transaction, rang, ligne, contenu.taux_tva)
    _accord(transaction, contenu)
    livraison = _dans(transaction, "ram:ApplicableHeaderTradeDelivery")
    _date(_dans(livraison, "ram:ActualDeliverySupplyChainEvent"), "ram:OccurrenceDateTime", contenu.fin)
    _reglement(transaction, contenu)
    return bytes(etree.tostring(racine, xml_declaration=True, encoding="UTF-8", pretty_print=True))


def _dans(parent: etree._Element, nom: str, texte: str | None = None, **attributs: str) -> etree._Element:
    prefixe, _, local = nom.partition(":")
    element = etree.SubElement(parent, f"{{{ESPACES[prefixe]}}}{local}", attrib=attributs)
    element.text = texte
    return element


def _date(parent: etree._Element, nom: str, jour: date) -> None:
    _dans(_dans(parent, nom), "udt:DateTimeString", f"{jour:%Y%m%d}", format="102")


def _montant(valeur: Decimal) -> str:
    return f"{valeur:.2f}"


def _categorie(taux: Decimal) -> str:
    """S: standard rate; E: exempt."""
    return "S" if taux else "E"


def _taxe(parent: etree._Element, nom: str, taux: Decimal) -> etree._Element:
    taxe = _dans(parent, nom)
    _dans(taxe, "ram:TypeCode", "VAT")
    _dans(taxe, "ram:CategoryCode", _categorie(taux))
    _dans(taxe, "ram:RateApplicablePercent", _montant(taux))
    return taxe


def _ligne(parent: etree._Element, rang: int, ligne: LigneFacturee, taux: Decimal) -> None:
    element = _dans(parent, "ram:IncludedSupplyChainTradeLineItem")
    _dans(_dans(element, "ram:AssociatedDocumentLineDocument"), "ram:LineID", str(rang))
    produit = _dans(element, "ram:SpecifiedTradeProduct")
    _dans(produit, "ram:SellerAssignedID", ligne.reference)
    _dans(produit, "ram:Name", ligne.libelle)
    prix = _dans(_dans(element, "ram:SpecifiedLineTradeAgreement"), "ram:NetPriceProductTradePrice")
    _dans(prix, "ram:ChargeAmount", _montant(ligne.prix))
    _dans(_dans(element, "ram:SpecifiedLineTradeDelivery"), "ram:BilledQuantity", str(ligne.quantite), unitCode="C62")
    reglement = _dans(element, "ram:SpecifiedLineTradeSettlement")
    _taxe(reglement, "ram:ApplicableTradeTax", taux)
    total = _dans(reglement, "ram:SpecifiedTradeSettlementLineMonetarySummation")
    _dans(total, "ram:LineTotalAmount", _montant(ligne.montant))


def _accord(parent: etree._Element, contenu: Contenu) -> None:
    accord = _dans(parent, "ram:ApplicableHeaderTradeAgreement")
    for nom, partie in (("ram:SellerTradeParty", contenu.vendeur), ("ram:BuyerTradeParty", contenu.acheteur)):
        _partie(_dans(accord, nom), partie)
    _dans(_dans(accord, "ram:ContractReferencedDocument"), "ram:IssuerAssignedID", contenu.marche)


def _partie(element: etree._Element, partie: Partie) -> None:
    _dans(element, "ram:Name", partie.nom)
    _dans(_dans(element, "ram:SpecifiedLegalOrganization"), "ram:ID", partie.siren, schemeID="0002")
    adresse = _dans(element, "ram:PostalTradeAddress")
    _dans(adresse, "ram:PostcodeCode", partie.code_postal)
    _dans(adresse, "ram:LineOne", partie.adresse)
    _dans(adresse, "ram:CityName", partie.ville)
    _dans(adresse, "ram:CountryID", "FR")
    if partie.tva:
        _dans(_dans(element, "ram:SpecifiedTaxRegistration"), "ram:ID", partie.tva, schemeID="VA")


def _reglement(parent: etree._Element, contenu: Contenu) -> None:
    reglement = _dans(parent, "ram:ApplicableHeaderTradeSettlement")
    _dans(reglement, "ram:PaymentReference", contenu.numero)
    _dans(reglement, "ram:InvoiceCurrencyCode", "EUR")
    if contenu.iban:
        moyen = _dans(reglement, "ram:SpecifiedTradeSettlementPaymentMeans")
        _dans(moyen, "ram:TypeCode", "30")
        _dans(_dans(moyen, "ram:PayeePartyCreditorFinancialAccount"), "ram:IBANID", contenu.iban)
    taxe = _dans(reglement, "ram:ApplicableTradeTax")
    _dans(taxe, "ram:CalculatedAmount", _montant(contenu.tva))
    _dans(taxe, "ram:TypeCode", "VAT")
    if not contenu.taux_tva:
        _dans(taxe, "ram:ExemptionReason", "Exonération de TVA")
    _dans(taxe, "ram:BasisAmount", _montant(contenu.net_ht))
    _dans(taxe, "ram:CategoryCode", _categorie(contenu.taux_tva))
    _dans(taxe, "ram:RateApplicablePercent", _montant(contenu.taux_tva))
    periode = _dans(reglement, "ram:BillingSpecifiedPeriod")
    _date(periode, "ram:StartDateTime", contenu.debut)
    _date(periode, "ram:EndDateTime", contenu.fin)
    for ajustement in contenu.ajustements:
        element = _dans(reglement, "ram:SpecifiedTradeAllowanceCharge")
        _dans(_dans(element, "ram:ChargeIndicator"), "udt:Indicator", "true" if ajustement.charge else "false")
        _dans(element, "ram:ActualAmount", _montant(ajustement.montant))
        _dans(element, "ram:Reason", ajustement.motif)
        _taxe(element, "ram:CategoryTradeTax", contenu.taux_tva)
    _date(_dans(reglement, "ram:SpecifiedTradePaymentTerms"), "ram:DueDateDateTime", contenu.echeance)
    _totaux(reglement, contenu)


def _totaux(reglement: etree._Element, contenu: Contenu) -> None:
    zero = Decimal("0.00")
    charges = sum((a.montant for a in contenu.ajustements if a.charge), start=zero)
    remises = sum((a.montant for a in contenu.ajustements if not a.charge), start=zero)
    total = _dans(reglement, "ram:SpecifiedTradeSettlementHeaderMonetarySummation")
    _dans(total, "ram:LineTotalAmount", _montant(sum((li.montant for li in contenu.lignes), start=zero)))
    _dans(total, "ram:ChargeTotalAmount", _montant(charges))
    _dans(total, "ram:AllowanceTotalAmount", _montant(remises))
    _dans(total, "ram:TaxBasisTotalAmount", _montant(contenu.net_ht))
    _dans(total, "ram:TaxTotalAmount", _montant(contenu.tva), currencyID="EUR")
    _dans(total, "ram:GrandTotalAmount", _montant(contenu.ttc))
    _dans(total, "ram:DuePayableAmount", _montant(contenu.ttc))
