"""The answers of the service: each written in the namespace of the WSDL, in the order of its schema."""

from collections.abc import Mapping
from typing import Any

from lxml import etree

from cepage.echanges.canaux.depots.enums import Etat
from cepage.echanges.canaux.depots.models import Depot
from cepage.echanges.canaux.soap.espaces import ECHANGE, SOAP, nom
from cepage.echanges.reception.accuse import CHAMPS_ANOMALIE, Accuse, texte_xml
from cepage.echanges.reception.models import Envoi
from cepage.fondations.referentiels.nomenclatures import Code


def reponse(operation: str) -> Any:
    """The element of the answer of an operation, to be filled."""
    return etree.Element(nom(ECHANGE, f"{operation}Reponse"), nsmap={None: ECHANGE})


def en_enveloppe(element: Any) -> bytes:
    """The answer, in its envelope."""
    enveloppe = etree.Element(nom(SOAP, "Envelope"), nsmap={"env": SOAP})
    etree.SubElement(enveloppe, nom(SOAP, "Body")).append(element)
    return bytes(etree.tostring(enveloppe, xml_declaration=True, encoding="UTF-8"))


def champ(parent: Any, local: str, valeur: object) -> None:
    """A simple element; None writes nothing."""
    if valeur is None:
        return
    texte = str(valeur).lower() if isinstance(valeur, bool) else str(valeur)
    etree.SubElement(parent, nom(ECHANGE, local)).text = texte_xml(texte)


def _comptes(parent: Any, comptes: Mapping[str, Mapping[str, int]]) -> None:
    for fiche, compte in comptes.items():
        attributs = {"fiche": fiche} | {n: str(v) for n, v in compte.items()}
        etree.SubElement(parent, nom(ECHANGE, "compte"), attributs)


def accuse(parent: Any, recu: Accuse) -> None:
    """A receipt: what the other channels say, word for word."""
    element = etree.SubElement(parent, nom(ECHANGE, "accuse"))
    for local, valeur in recu.en_dict().items():
        if local not in ("comptes", "anomalies"):
            champ(element, local, valeur)
    _comptes(element, recu.comptes)
    for ligne in recu.anomalies:
        anomalie = etree.SubElement(element, nom(ECHANGE, "anomalie"))
        for local in CHAMPS_ANOMALIE:
            champ(anomalie, local, ligne[local])


def depot(parent: Any, lu: Depot) -> None:
    """Where a deposit is."""
    element = etree.SubElement(parent, nom(ECHANGE, "depot"))
    champ(element, "depot", lu.identifiant)
    for local in ("etat", "recus", "taille", "etape", "part"):
        champ(element, local, getattr(lu, local))
    champ(element, "envoi", lu.envoi or None)
    champ(element, "accusePret", lu.etat in (Etat.TRAITE, Etat.DEJA))
    champ(element, "trace", lu.trace)


def envoi(parent: Any, lu: Envoi, trace: str | None) -> None:
    """One envoi of a list."""
    element = etree.SubElement(parent, nom(ECHANGE, "envoi"))
    champ(element, "envoi", lu.identifiant)
    for local in ("nom_fichier", "empreinte", "taille", "lot", "canal", "mode", "statut"):
        champ(element, local, getattr(lu, local))
    champ(element, "recu_le", lu.recu_le.isoformat())
    champ(element, "total_anomalies", lu.total_anomalies)
    champ(element, "trace", trace)
    _comptes(element, lu.comptes)


def code(parent: Any, lu: Code) -> None:
    """One code of a list, with the dates between which it is in force."""
    element = etree.SubElement(parent, nom(ECHANGE, "code"))
    champ(element, "code", lu.code)
    champ(element, "libelle", lu.libelle)
    champ(element, "groupe", lu.groupe)
    champ(element, "debut", lu.debut.isoformat() if lu.debut else None)
    champ(element, "fin", lu.fin.isoformat() if lu.fin else None)
