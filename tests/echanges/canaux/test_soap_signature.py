"""Signature wrapping, one variant at a time: a true signature never lets in what it does not cover.

Each variant begins with a message that the service accepts (the witness), and turns it so that the signature still
verifies somewhere while another Body, or another Timestamp, stands where the application reads.
"""

import base64
import copy
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from lxml import etree

from cepage.echanges.canaux.acces.certificats import joindre, retirer
from cepage.echanges.canaux.acces.services import revoquer
from cepage.echanges.canaux.soap.fautes import Faute
from cepage.echanges.canaux.soap.fraicheur import exiger_frais
from cepage.echanges.reception.models import Envoi
from cepage.fondations.socle.portee import portee_totale
from tests.echanges.canaux.conftest import LE, Serrurier
from tests.echanges.canaux.outils_soap import demander, faute, poster, rendu
from tests.echanges.canaux.signataire import (
    DS,
    NOMS,
    SOAP,
    WSU,
    D,
    Signataire,
    _instant,
    enveloppe,
    fichier,
    identite,
)
from tests.echanges.reception.fabrique import en_csv, personne

ID = f"{{{WSU}}}Id"


def autre_corps(*, identifiant: str = "") -> Any:
    """The Body an attacker wants read: another file."""
    corps = copy.deepcopy(fichier(en_csv("beneficiaire", [personne(prenom="Mallory")])).find("env:Body", NOMS))
    if identifiant:
        corps.set(ID, identifiant)
    return corps


def parties(racine: Any) -> tuple[Any, Any, Any]:
    return racine.find("env:Header", NOMS), racine.find("env:Header/wsse:Security", NOMS), racine.find("env:Body", NOMS)


def corps_signe_dans_un_en_tete(racine: Any) -> None:
    """1. The signed Body moves into a header that nobody reads; another takes its place."""
    entete, _, corps = parties(racine)
    etree.SubElement(entete, "{urn:x}Emballage").append(corps)
    racine.append(autre_corps())


def deux_corps_de_meme_identifiant(racine: Any) -> None:
    """2. The other Body carries the identifier of the signed one, which hides in a header."""
    entete, _, corps = parties(racine)
    identifiant = corps.get(ID)
    etree.SubElement(entete, "{urn:x}Emballage").append(corps)
    racine.append(autre_corps(identifiant=identifiant))


def corps_signe_dans_l_autre_corps(racine: Any) -> None:
    """3. The signed Body goes inside the other one, after its request."""
    _, _, corps = parties(racine)
    autre = autre_corps()
    racine.replace(corps, autre)
    autre.append(corps)


def corps_signe_dans_l_objet_de_la_signature(racine: Any) -> None:
    """4. The signed Body hides in the ds:Object of its own signature."""
    _, securite, corps = parties(racine)
    racine.replace(corps, autre_corps())
    etree.SubElement(securite.find("ds:Signature", NOMS), f"{{{DS}}}Object").append(corps)


def deux_corps(racine: Any) -> None:
    """5. Two Bodies side by side: one is signed, the first one would be read."""
    racine.insert(1, autre_corps())


def horodatage_signe_deplace(racine: Any) -> None:
    """6. The signed Timestamp moves away and a younger one takes its place: an old message would live again."""
    entete, securite, _ = parties(racine)
    horodatage = securite.find("wsu:Timestamp", NOMS)
    jeune = copy.deepcopy(horodatage)
    del jeune.attrib[ID]
    jeune.find("wsu:Created", NOMS).text = _instant(datetime.now(UTC))
    securite.replace(horodatage, jeune)
    etree.SubElement(entete, "{urn:x}Emballage").append(horodatage)


def deux_en_tetes_de_securite(racine: Any) -> None:
    """7. The signature stays in a first security header; the second has its own Timestamp and no true signature."""
    entete, securite, corps = parties(racine)
    second = copy.deepcopy(securite)
    for element in second.iter(etree.Element):
        element.attrib.pop(ID, None)
    entete.append(second)
    etree.SubElement(entete, "{urn:x}Emballage").append(corps)
    racine.append(autre_corps())


def identifiant_d_un_autre_nom(racine: Any) -> None:
    """8. Another attribute of identifier (`ID`) gives the other Body the signed one's name."""
    entete, _, corps = parties(racine)
    autre = autre_corps()
    autre.set("ID", corps.get(ID))
    etree.SubElement(entete, "{urn:x}Emballage").append(corps)
    racine.append(autre)


def enveloppe_dans_l_enveloppe(racine: Any) -> None:
    """9. The whole signed envelope goes inside the Body of another."""
    entete, _, corps = parties(racine)
    dedans = etree.Element(f"{{{SOAP}}}Envelope")
    dedans.append(copy.deepcopy(entete))
    dedans.append(corps)
    for element in dedans[0].iter(etree.Element):
        element.attrib.pop(ID, None)
    autre = autre_corps()
    autre.append(dedans)
    racine.append(autre)


def demande_ajoutee_au_corps_signe(racine: Any) -> None:
    """10. A second request is added before the signed one, in the signed Body."""
    _, _, corps = parties(racine)
    corps.insert(0, autre_corps()[0])


def signature_dans_la_demande(racine: Any) -> None:
    """11. The signature and the signed Body go together into the request of another Body."""
    _, securite, corps = parties(racine)
    autre = autre_corps()
    autre[0].append(copy.deepcopy(securite.find("ds:Signature", NOMS)))
    racine.replace(corps, autre)
    autre[0].append(corps)


VARIANTES = [
    corps_signe_dans_un_en_tete,
    deux_corps_de_meme_identifiant,
    corps_signe_dans_l_autre_corps,
    corps_signe_dans_l_objet_de_la_signature,
    deux_corps,
    horodatage_signe_deplace,
    deux_en_tetes_de_securite,
    identifiant_d_un_autre_nom,
    enveloppe_dans_l_enveloppe,
    demande_ajoutee_au_corps_signe,
    signature_dans_la_demande,
]


@pytest.mark.parametrize("tourner", VARIANTES, ids=lambda variante: variante.__name__)
def test_un_message_emballe_est_refuse(tourner: Callable[[Any], None], ab: Signataire) -> None:
    racine = ab.signer(fichier(en_csv("beneficiaire", [personne()])))
    temoin = etree.tostring(racine)
    tourner(racine)
    reponse = poster(etree.tostring(racine))
    assert reponse.status_code == 400, reponse.content
    code = etree.fromstring(reponse.content).findtext(".//c:probleme/c:code", namespaces=NOMS)
    assert code in ("signature-invalide", "message-illisible"), reponse.content.decode()
    with portee_totale():
        assert not Envoi.objects.exists()
    # The same message, left as it was signed, enters: the variant was refused for its wrapping.
    rendu(poster(temoin))


def test_ce_que_la_signature_couvre_est_exige(ab: Signataire) -> None:
    for couverts in (("corps",), ("horodatage",), ("corps", "corps"), ("corps", "horodatage", "corps")):
        ab.couverts = couverts
        faute(demander(ab, enveloppe("lireAcces")), "signature-invalide")


@pytest.mark.parametrize(
    "transformation",
    [
        "http://www.w3.org/2000/09/xmldsig#enveloped-signature",
        "http://www.w3.org/2000/09/xmldsig#base64",
        "http://www.w3.org/TR/1999/REC-xpath-19991116",
        "http://www.w3.org/TR/1999/REC-xslt-19991116",
        "http://www.w3.org/TR/2001/REC-xml-c14n-20010315",
    ],
)
def test_une_transformation_de_plus_est_refusee(transformation: str, ab: Signataire) -> None:
    ab.transformation = transformation
    faute(demander(ab, enveloppe("lireAcces")), "signature-invalide")


def test_une_reference_au_document_entier_est_refusee(ab: Signataire) -> None:
    racine = ab.signer(enveloppe("lireAcces"))
    racine.find(".//ds:Reference", NOMS).set("URI", "")
    faute(poster(etree.tostring(racine)), "signature-invalide")


def test_un_commentaire_ne_coupe_pas_une_valeur(ab: Signataire) -> None:
    """exc-c14n leaves comments out: the signature would hold, and half of the value would be read."""
    message = etree.tostring(ab.signer(enveloppe("lireAccuse", envoi="08-12")))
    faute(poster(message.replace(b"08-12", b"08<!-- -->-12")), "message-illisible")


def test_un_certificat_inconnu_compte_contre_son_adresse(ab: Signataire, settings: Any) -> None:
    settings.CEPAGE_CADENCE_ECHECS = 2
    inconnu = Signataire(identite("Inconnu"))
    for _ in range(2):
        faute(demander(inconnu, enveloppe("lireAcces")), "certificat-inconnu")
    refus = demander(ab, enveloppe("lireAcces"))
    faute(refus, "cadence")
    assert int(refus.headers["Retry-After"]) > 0


def test_la_cle_privee_d_un_autre_ne_signe_pas_pour_ce_certificat(ab: Signataire) -> None:
    ab.qui.cle = identite("Autre").cle
    faute(demander(ab, enveloppe("lireAcces")), "signature-invalide")


def test_deux_certificats_donnes_sont_refuses(ab: Signataire) -> None:
    racine = ab.signer(enveloppe("lireAcces"))
    racine.find(".//ds:KeyInfo", NOMS).append(
        D.X509Data(D.X509Certificate(identite("Autre").der64), D.X509Certificate(identite("Tiers").der64))
    )
    faute(poster(etree.tostring(racine)), "signature-invalide")


def test_sha_1_est_refuse(ab: Signataire) -> None:
    racine = ab.signer(enveloppe("lireAcces"))
    racine.find(".//ds:DigestMethod", NOMS).set("Algorithm", "http://www.w3.org/2000/09/xmldsig#sha1")
    faute(poster(etree.tostring(racine)), "signature-invalide")


def test_un_certificat_perime_est_refuse(ab: Signataire, ouvrir: Serrurier) -> None:
    # Valid on the day it is bound (the clock of the tests), out of date by the machine's.
    qui = identite("Ancien", fin=LE + timedelta(days=30))
    joindre(ouvrir("contrat.lire").cle, qui.pem, le=LE)
    detail = faute(demander(Signataire(qui), enveloppe("lireAcces")), "signature-invalide")
    assert "valable" in detail.findtext("c:detail", namespaces=NOMS)


@pytest.mark.parametrize(
    ("cree", "duree", "juste"),
    [
        (timedelta(0), timedelta(minutes=5), True),
        (timedelta(minutes=-12), timedelta(minutes=10), True),
        (timedelta(minutes=4), timedelta(minutes=5), True),
        (timedelta(minutes=6), timedelta(minutes=5), False),
        (timedelta(minutes=-16), timedelta(minutes=10), False),
        (timedelta(0), timedelta(minutes=11), False),
        (timedelta(0), timedelta(minutes=-1), False),
        (timedelta(days=-1), timedelta(days=2), False),
    ],
)
def test_l_horodatage_est_de_ce_moment(cree: timedelta, duree: timedelta, juste: bool, ab: Signataire) -> None:
    ab.cree, ab.duree = datetime.now(UTC) + cree, duree
    reponse = demander(ab, enveloppe("lireAcces"))
    if juste:
        rendu(reponse)
    else:
        faute(reponse, "message-perime")


@pytest.mark.parametrize("forme", ["2022-06-02T06:00:00", "hier", ""])
def test_un_horodatage_sans_fin_ou_sans_fuseau(forme: str) -> None:
    horodatage = etree.Element("x")
    etree.SubElement(horodatage, f"{{{WSU}}}Created").text = forme
    with pytest.raises(Faute):
        exiger_frais(horodatage, le=LE)


# --- who may enter ---


def test_l_adresse_l_action_et_la_fin_de_la_cle(ab: Signataire, ouvrir: Serrurier) -> None:
    for options, code in (({"adresses": ["203.0.113.7"]}, "adresse-refusee"), ({}, "action-refusee")):
        qui = identite(code)
        joindre(ouvrir("envoi.lire", **options).cle, qui.pem, le=LE)
        faute(demander(Signataire(qui), enveloppe("lireAcces")), code)


def test_une_cle_revoquee_et_un_certificat_retire(ab: Signataire, ouvrir: Serrurier) -> None:
    un, deux = identite("Un"), identite("Deux")
    revoquee = ouvrir("contrat.lire").cle
    joindre(revoquee, un.pem, le=LE)
    revoquer(revoquee, le=LE, par=None)
    faute(demander(Signataire(un), enveloppe("lireAcces")), "cle-revoquee")
    retirer(joindre(ouvrir("contrat.lire").cle, deux.pem, le=LE), le=LE)
    faute(demander(Signataire(deux), enveloppe("lireAcces")), "certificat-inconnu")


def test_la_cadence_d_une_cle(ab: Signataire, settings: Any) -> None:
    settings.CEPAGE_CADENCE_CLE = 1
    assert rendu(demander(ab, enveloppe("lireAcces"))) is not None
    faute(demander(ab, enveloppe("lireAcces")), "cadence")


# --- the parser ---


@pytest.mark.parametrize(
    ("octets", "code"),
    [
        (b" ", "message-illisible"),
        (b"bonjour", "message-illisible"),
        (b"<a", "message-illisible"),
        (b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "message-illisible"),
        (b"<?xml version='1.0'?><!doctype a SYSTEM 'file:///etc/passwd'><a/>", "message-illisible"),
        ("<a>é</a>".encode("utf-16"), "message-illisible"),
        (b"<a><?php x?></a>", "message-illisible"),
        (b"<a>" * 300 + b"</a>" * 300, "message-illisible"),
        (b"<a>" + b"x" * (3 << 20) + b"</a>", "message-trop-gros"),
        (b"<a/>", "version"),
        (b'<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body/></e:Envelope>', "version"),
    ],
)
def test_un_message_illisible_dit_pourquoi(octets: bytes, code: str, db: None) -> None:
    faute(poster(octets), code, 500 if code == "version" else 400)


def test_un_en_tete_obligatoire_inconnu(ab: Signataire) -> None:
    racine = ab.signer(enveloppe("lireAcces"))
    ailleurs = etree.SubElement(racine.find("env:Header", NOMS), "{urn:x}Transaction")
    ailleurs.set(f"{{{SOAP}}}mustUnderstand", "1")
    faute(poster(etree.tostring(racine)), "entete-inconnu", 500)


def test_une_operation_inconnue_ou_une_autre_action(ab: Signataire) -> None:
    faute(demander(ab, enveloppe("effacerTout")), "operation-inconnue")
    racine = etree.tostring(ab.signer(enveloppe("lireAcces")))
    genre = 'application/soap+xml; charset=utf-8; action="urn:cepage:point-d-echange:1#deposerEnvoi"'
    faute(poster(racine, genre=genre), "operation-inconnue")


def test_un_message_qui_n_est_pas_signe(ab: Signataire) -> None:
    faute(poster(etree.tostring(enveloppe("lireAcces"))), "signature-absente")
    racine = ab.signer(enveloppe("lireAcces"))
    securite = racine.find(".//wsse:Security", NOMS)
    securite.remove(securite.find("ds:Signature", NOMS))
    faute(poster(etree.tostring(racine)), "signature-absente")


def test_un_autre_type_et_une_autre_methode(client: Any, db: None) -> None:
    faute(poster(b"<a/>", genre="text/xml"), "type-inconnu", 415)
    refus = client.put("/soap/v1")
    faute(refus, "methode", 405)
    assert refus.headers["Allow"] == "GET, POST"


def test_un_jeton_qui_n_est_pas_un_certificat(ab: Signataire) -> None:
    racine = ab.signer(enveloppe("lireAcces"))
    racine.find(".//wsse:BinarySecurityToken", NOMS).text = base64.b64encode(b"rien").decode()
    faute(poster(etree.tostring(racine)), "signature-invalide")


def test_un_jeton_hors_de_l_en_tete_de_securite(ab: Signataire) -> None:
    racine = ab.signer(enveloppe("lireAcces"))
    racine.find("env:Header", NOMS).append(racine.find(".//wsse:BinarySecurityToken", NOMS))
    faute(poster(etree.tostring(racine)), "signature-invalide")
