"""Sending by SOAP: signed messages in, the same receipts as everywhere, faults that say how to mend."""

import base64

from lxml import etree
from pytest_django import Settings

from cepage.echanges.canaux.acces.certificats import joindre
from cepage.echanges.reception.models import Envoi
from cepage.fondations.socle.portee import portee_totale
from tests.echanges.canaux.conftest import LE, Serrurier, signataire_de
from tests.echanges.canaux.outils import TOUTES
from tests.echanges.canaux.outils_soap import accuse_en_dict, demander, faute, poster, rendu
from tests.echanges.canaux.signataire import NOMS, Signataire, enveloppe, fichier, identite, rsa_2048
from tests.echanges.reception.fabrique import en_csv, en_zip, parcours, personne

NOM = "CEP_08_AB_20220601_1.zip"


def test_un_fichier_entre_et_recoit_son_accuse(ab: Signataire) -> None:
    accuse = rendu(demander(ab, fichier(en_zip(parcours(), 1), nom=NOM))).find("c:accuse", NOMS)
    lu = accuse_en_dict(accuse)
    assert (lu["statut"], lu["anomalies"]) == ("accepte", [])
    with portee_totale():
        assert Envoi.objects.get().canal == "soap"
    relu = rendu(demander(ab, enveloppe("lireAccuse", envoi=lu["envoi"]))).find("c:accuse", NOMS)
    assert accuse_en_dict(relu) == lu
    liste = rendu(demander(ab, enveloppe("listerEnvois", lot="08")))
    assert liste.findtext("c:envoi/c:envoi", namespaces=NOMS) == lu["envoi"]
    assert liste.findtext("c:envoi/c:nom_fichier", namespaces=NOMS) == NOM


def test_les_memes_octets_dans_un_autre_message_recoivent_le_meme_accuse(ab: Signataire) -> None:
    octets = en_zip(parcours(), 1)
    premier, second = (etree.tostring(rendu(demander(ab, fichier(octets)))) for _ in range(2))
    assert premier == second
    with portee_totale():
        assert Envoi.objects.count() == 1


def test_une_cle_rsa_et_le_certificat_dans_x509data(ab: Signataire, ouvrir: Serrurier) -> None:
    qui = identite("Serveur RSA", cle=rsa_2048())
    joindre(ouvrir(*TOUTES).cle, qui.pem, le=LE)
    rendu(demander(Signataire(qui, jeton=False), enveloppe("lireAcces")))


def test_le_meme_message_ne_sert_qu_une_fois(ab: Signataire) -> None:
    message = etree.tostring(ab.signer(fichier(en_csv("beneficiaire", [personne()]))))
    rendu(poster(message))
    faute(poster(message), "message-rejoue")


def test_un_fichier_change_en_route(ab: Signataire) -> None:
    faux = fichier(en_csv("beneficiaire", [personne()]))
    faux.find(".//c:fichier", NOMS).text = base64.b64encode(b"autre").decode()
    faute(demander(ab, faux), "empreinte-differente")


def test_un_gros_fichier_attend_son_controle(ab: Signataire, settings: Settings) -> None:
    settings.CEPAGE_SEUIL_IMMEDIAT = 10
    depot = rendu(demander(ab, fichier(en_csv("beneficiaire", [personne()])))).find("c:depot", NOMS)
    assert depot.findtext("c:etat", namespaces=NOMS) == "en_attente"
    nom = depot.findtext("c:depot", namespaces=NOMS)
    faute(demander(ab, enveloppe("lireAccuse", depot=nom)), "en-cours")
    suivi = rendu(demander(ab, enveloppe("suivreDepot", depot=nom)))
    assert suivi.findtext("c:depot/c:accusePret", namespaces=NOMS) == "false"


def test_une_demande_mal_faite_dit_chaque_element(ab: Signataire) -> None:
    mal = fichier(b"x", lot="8", mode="vite", couleur="bleu")
    detail = faute(demander(ab, mal), "demande-invalide")
    assert {e.text for e in detail.iterfind("c:erreur/c:element", NOMS)} == {"lot", "mode", "couleur"}


def test_l_objet_d_un_autre_est_introuvable(ab: Signataire, ouvrir: Serrurier) -> None:
    envoi = rendu(demander(ab, fichier(en_zip(parcours(), 1)))).findtext("c:accuse/c:envoi", namespaces=NOMS)
    from tests.personnes import operateur

    operateur("CD", "02")
    cd = signataire_de(ouvrir, *TOUTES, emetteur="CD")
    faute(demander(cd, enveloppe("lireAccuse", envoi=envoi)), "inconnu")
    assert len(rendu(demander(cd, enveloppe("listerEnvois")))) == 0
