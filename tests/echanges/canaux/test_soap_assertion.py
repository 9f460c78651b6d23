"""The InterOPS assertion: what an authority says of the signer of a message, and every way it is refused."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree
from pytest_django import Settings

from cepage.echanges.canaux.acces.certificats import ESSAI, CertificatRefuse, joindre
from cepage.echanges.canaux.acces.enums import Usage
from cepage.echanges.canaux.soap.espaces import DS, SAML
from cepage.echanges.canaux.soap.interops.autorite_d_essai import AutoriteDEssai, autorite_d_essai
from cepage.fondations.socle import horloge
from tests.echanges.canaux.conftest import LE, Serrurier
from tests.echanges.canaux.outils import TOUTES
from tests.echanges.canaux.outils_soap import demander, faute, rendu
from tests.echanges.canaux.signataire import NOMS, Identite, Signataire, enveloppe, identite

N = NOMS | {"saml": SAML}


@pytest.fixture
def autorite(ouvrir: Serrurier, settings: Settings, tmp_path: Path) -> AutoriteDEssai:
    """A trial authority bound to a key of AB's sandbox."""
    settings.CEPAGE_DATE = LE.isoformat()
    settings.CEPAGE_DONNEES = tmp_path
    cle = ouvrir(*TOUTES, bac_a_sable=True).cle
    autorite = autorite_d_essai(cle.identifiant, le=horloge.reelle())
    joindre(cle, autorite.pem, le=LE, usage=Usage.ASSERTION, entite=autorite.entite)
    return autorite


@pytest.fixture
def inconnu() -> Signataire:
    """A client whose own certificate is bound to no key."""
    return Signataire(identite("Serveur d'un opérateur"))


def emettre(autorite: AutoriteDEssai, qui: Identite, *profils: str, **options: Any) -> Any:
    options = {"le": horloge.reelle()} | options
    return autorite.emettre(qui.certificat, profils or ("CEP_DEPOT",), **options)


def resigner(autorite: AutoriteDEssai, assertion: Any, changer: Callable[[Any], None]) -> Any:
    """The same assertion, changed then signed again by its authority: its signature is right."""
    changer(assertion)
    ancienne = assertion.find("ds:Signature", N)
    assertion.replace(ancienne, etree.Element(f"{{{DS}}}Signature", Id="placeholder"))
    return autorite.signer(assertion)


def test_une_assertion_ouvre_la_cle_de_son_autorite(autorite: AutoriteDEssai, inconnu: Signataire) -> None:
    faute(demander(inconnu, enveloppe("lireAcces")), "certificat-inconnu")
    inconnu.assertion = emettre(autorite, inconnu.qui)
    acces = rendu(demander(inconnu, enveloppe("lireAcces")))
    actions = [a.text for a in acces.iterfind("c:action", N)]
    assert actions == ["contrat.lire", "envoi.deposer", "envoi.lire"]
    # It lasts: another message may carry it.
    rendu(demander(inconnu, enveloppe("listerEnvois")))


def test_les_profils_bornent_les_actions(autorite: AutoriteDEssai, inconnu: Signataire) -> None:
    inconnu.assertion = emettre(autorite, inconnu.qui, "CEP_LECTURE", "PROFIL_INCONNU")
    rendu(demander(inconnu, enveloppe("listerEnvois")))
    faute(demander(inconnu, enveloppe("suivreDepot", depot=str(UUID(int=0)))), "action-refusee")


def test_une_assertion_a_usage_unique_ne_sert_qu_une_fois(autorite: AutoriteDEssai, inconnu: Signataire) -> None:
    inconnu.assertion = emettre(autorite, inconnu.qui, usage_unique=True)
    rendu(demander(inconnu, enveloppe("lireAcces")))
    detail = faute(demander(inconnu, enveloppe("lireAcces")), "message-rejoue")
    assert "assertion" in detail.findtext("c:detail", namespaces=N)


def _conditions(assertion: Any) -> Any:
    return assertion.find("saml:Conditions", N)


def autre_audience(assertion: Any) -> None:
    _conditions(assertion).find("saml:AudienceRestriction/saml:Audience", N).text = "urn:autre:service"


def sans_audience(assertion: Any) -> None:
    _conditions(assertion).remove(_conditions(assertion).find("saml:AudienceRestriction", N))


def sans_fin(assertion: Any) -> None:
    del _conditions(assertion).attrib["NotOnOrAfter"]


def sans_fuseau(assertion: Any) -> None:
    _conditions(assertion).set("NotBefore", "2022-06-02T06:00:00")


def trop_longue(assertion: Any) -> None:
    _conditions(assertion).set("NotOnOrAfter", (horloge.reelle() + timedelta(days=2)).isoformat())


def sans_conditions(assertion: Any) -> None:
    assertion.remove(_conditions(assertion))


def au_porteur(assertion: Any) -> None:
    assertion.find(".//saml:SubjectConfirmation", N).set("Method", "urn:oasis:names:tc:SAML:2.0:cm:bearer")


def d_un_autre_certificat(assertion: Any) -> None:
    autre = identite("Autre").certificat.public_bytes(Encoding.PEM).decode()
    donnees = assertion.find("saml:Subject", N)
    donnees.find(".//ds:X509Certificate", N).text = "".join(autre.splitlines()[1:-1])


def confirmation_perimee(assertion: Any) -> None:
    fin = horloge.reelle() - timedelta(hours=1)
    assertion.find(".//saml:SubjectConfirmationData", N).set("NotOnOrAfter", fin.isoformat())


def saml_1(assertion: Any) -> None:
    assertion.set("Version", "1.1")


@pytest.mark.parametrize(
    "changer",
    [
        autre_audience,
        sans_audience,
        sans_fin,
        sans_fuseau,
        trop_longue,
        sans_conditions,
        au_porteur,
        d_un_autre_certificat,
        confirmation_perimee,
        saml_1,
    ],
    ids=lambda changer: changer.__name__,
)
def test_une_assertion_bien_signee_mais_fausse(
    changer: Callable[[Any], None], autorite: AutoriteDEssai, inconnu: Signataire
) -> None:
    inconnu.assertion = resigner(autorite, emettre(autorite, inconnu.qui), lambda _: None)
    rendu(demander(inconnu, enveloppe("lireAcces")))
    inconnu.assertion = resigner(autorite, emettre(autorite, inconnu.qui), changer)
    faute(demander(inconnu, enveloppe("lireAcces")), "assertion-refusee")


@pytest.mark.parametrize("decalage", [timedelta(hours=-2), timedelta(hours=1)])
def test_une_assertion_hors_de_ses_dates(decalage: timedelta, autorite: AutoriteDEssai, inconnu: Signataire) -> None:
    inconnu.assertion = emettre(autorite, inconnu.qui, le=horloge.reelle() + decalage)
    faute(demander(inconnu, enveloppe("lireAcces")), "assertion-refusee")


def test_une_assertion_changee_apres_sa_signature(autorite: AutoriteDEssai, inconnu: Signataire) -> None:
    inconnu.assertion = emettre(autorite, inconnu.qui, "CEP_LECTURE")
    inconnu.assertion.find(".//saml:AttributeValue", N).text = "CEP_DEPOT"
    faute(demander(inconnu, enveloppe("lireAcces")), "assertion-refusee")


def test_une_assertion_d_une_autorite_inconnue(autorite: AutoriteDEssai, inconnu: Signataire) -> None:
    fausse = AutoriteDEssai("urn:autre", autorite.cle, autorite.certificat)
    inconnu.assertion = emettre(fausse, inconnu.qui)
    faute(demander(inconnu, enveloppe("lireAcces")), "assertion-refusee")


def test_une_assertion_signee_par_un_autre_que_son_autorite(autorite: AutoriteDEssai, inconnu: Signataire) -> None:
    autre = autorite_d_essai("autre", le=horloge.reelle())
    inconnu.assertion = emettre(AutoriteDEssai(autorite.entite, autre.cle, autre.certificat), inconnu.qui)
    faute(demander(inconnu, enveloppe("lireAcces")), "assertion-refusee")


def test_une_assertion_emballee_dans_une_autre(autorite: AutoriteDEssai, inconnu: Signataire) -> None:
    vraie = emettre(autorite, inconnu.qui, "CEP_LECTURE")
    fausse = etree.fromstring(etree.tostring(vraie))
    fausse.set("ID", "_fausse")
    fausse.find(".//saml:AttributeValue", N).text = "CEP_DEPOT"
    fausse.find("ds:Signature", N).append(vraie)
    inconnu.assertion = fausse
    faute(demander(inconnu, enveloppe("lireAcces")), "signature-invalide")


def test_l_assertion_d_un_autre_ne_sert_a_rien(autorite: AutoriteDEssai, inconnu: Signataire) -> None:
    voleur = Signataire(identite("Voleur"), assertion=emettre(autorite, inconnu.qui))
    faute(demander(voleur, enveloppe("lireAcces")), "assertion-refusee")


def test_une_autorite_d_essai_n_ouvre_que_le_bac_a_sable(ouvrir: Serrurier) -> None:
    reelle = ouvrir(*TOUTES).cle
    with pytest.raises(CertificatRefuse, match="bac à sable"):
        joindre(reelle, identite("Essai").pem, le=LE, usage=Usage.ASSERTION, entite=f"{ESSAI}x")
