"""A file joined apart from its message: both ways to sign it, read by blocks, nothing kept of what is refused."""

from typing import Any

import pytest
from lxml import etree
from pytest_django import Settings

from cepage.echanges.canaux.depots.services import repertoire
from cepage.echanges.canaux.soap import mtom
from cepage.echanges.reception.models import Envoi
from cepage.fondations.socle.portee import portee_totale
from tests.echanges.canaux.outils_soap import accuse_en_dict, demander, faute, poster, rendu
from tests.echanges.canaux.signataire import (
    GENRE_PAQUET,
    NOMS,
    XOP,
    Signataire,
    enveloppe,
    fichier,
    joint,
    paquet,
)
from tests.echanges.reception.fabrique import en_zip, parcours


def envoyer(corps: bytes, genre: str = GENRE_PAQUET) -> Any:
    return poster(corps, genre=genre)


def signe_comme_envoye(ab: Signataire, octets: bytes) -> Any:
    return ab.signer(joint(octets))


def signe_avec_le_fichier_dedans(ab: Signataire, octets: bytes) -> Any:
    """Signed as XOP says (§5): with the base64 of the file in its place, then the file is taken out."""
    racine = ab.signer(fichier(octets))
    element = racine.find(".//c:fichier", NOMS)
    element.text = None
    etree.SubElement(element, f"{{{XOP}}}Include", nsmap={"xop": XOP}, href="cid:fichier%40client")
    return racine


FACONS = [signe_comme_envoye, signe_avec_le_fichier_dedans]


@pytest.mark.parametrize("signer", FACONS)
def test_un_fichier_joint_entre(signer: Any, ab: Signataire) -> None:
    octets = en_zip(parcours(), 1)
    avant = set(repertoire().iterdir())
    accuse = accuse_en_dict(rendu(envoyer(paquet(signer(ab, octets), octets))).find("c:accuse", NOMS))
    assert accuse["statut"] == "accepte", accuse
    dedans = accuse_en_dict(rendu(demander(ab, fichier(octets))).find("c:accuse", NOMS))
    assert dedans == accuse
    assert set(repertoire().iterdir()) == avant


@pytest.mark.parametrize(("signer", "code"), [(FACONS[0], "empreinte-differente"), (FACONS[1], "signature-invalide")])
def test_un_fichier_joint_change_en_route(signer: Any, code: str, ab: Signataire) -> None:
    octets = en_zip(parcours(), 1)
    avant = set(repertoire().iterdir())
    faute(envoyer(paquet(signer(ab, octets), octets[:-1] + b"?")), code)
    assert set(repertoire().iterdir()) == avant
    with portee_totale():
        assert not Envoi.objects.exists()


def test_un_gros_fichier_joint_attend_son_controle(ab: Signataire, settings: Settings) -> None:
    settings.CEPAGE_SEUIL_IMMEDIAT = 10
    octets = en_zip(parcours(), 1)
    depot = rendu(envoyer(paquet(signe_comme_envoye(ab, octets), octets))).find("c:depot", NOMS)
    attendu = repertoire() / depot.findtext("c:depot", namespaces=NOMS)
    assert attendu.read_bytes() == octets


def test_un_fichier_trop_gros_ne_reste_pas(ab: Signataire, settings: Settings) -> None:
    settings.CEPAGE_TAILLE_MAXIMALE = 10
    avant = set(repertoire().iterdir())
    faute(envoyer(paquet(signe_comme_envoye(ab, b"x" * 11), b"x" * 11)), "message-trop-gros")
    assert set(repertoire().iterdir()) == avant


def test_rien_n_est_ecrit_sans_signature(ab: Signataire, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cepage.echanges.canaux.soap.views.ecrite", lambda *_: pytest.fail("écrit sans signature"))
    racine = signe_comme_envoye(ab, b"x")
    valeur = racine.find(".//ds:SignatureValue", NOMS)
    valeur.text = ("B" if valeur.text[0] == "A" else "A") + valeur.text[1:]
    faute(envoyer(paquet(racine, b"x")), "signature-invalide")


@pytest.mark.parametrize("signer", FACONS)
def test_un_corps_change_est_refuse(signer: Any, ab: Signataire) -> None:
    racine = signer(ab, b"x")
    racine.find(".//c:lot", NOMS).text = "09"
    avant = set(repertoire().iterdir())
    faute(envoyer(paquet(racine, b"x")), "signature-invalide")
    assert set(repertoire().iterdir()) == avant


@pytest.mark.parametrize(
    ("deformer", "mot"),
    [
        (lambda octets: octets.replace(b"\r\n--limite-1--", b""), "avant sa fin"),
        (lambda octets: b"bonjour" + octets, "précède"),
        (lambda octets: octets.replace(b"<fichier@client>", b"<autre@client>"), "xop:Include nomme"),
        (lambda octets: octets.replace(b"<racine@client>", b"<feuille@client>"), "start"),
        (lambda octets: octets.replace(b"Encoding: binary", b"Encoding: base64"), "encodée"),
        (lambda octets: octets.replace(b"application/xop+xml", b"text/html"), "enveloppe"),
        (
            lambda octets: octets.replace(b"limite-1--", b"limite-1\r\nContent-ID: <b>\r\n\r\nplus\r\n--limite-1--"),
            "nommée par",
        ),
        (lambda octets: octets.replace(b"limite-1\r\n", b"limite-1xx\r\n", 1), "suivie d'autre chose"),
        (lambda octets: octets.replace(b"Content-ID", b"X: " + b"x" * 9000 + b"\r\nContent-ID", 1), "trop longs"),
    ],
)
def test_un_paquet_mal_fait_dit_pourquoi(deformer: Any, mot: str, ab: Signataire) -> None:
    octets = en_zip(parcours(), 1)
    detail = faute(envoyer(deformer(paquet(signe_comme_envoye(ab, octets), octets))), "message-illisible")
    assert mot in detail.findtext("c:detail", namespaces=NOMS)


def test_un_fichier_nomme_et_absent(ab: Signataire) -> None:
    faute(poster(etree.tostring(signe_comme_envoye(ab, b"x"))), "demande-invalide")


def test_un_fichier_joint_a_qui_n_en_veut_pas(ab: Signataire) -> None:
    racine = ab.signer(enveloppe("lireAcces"))
    assert "nommée par" in faute(envoyer(paquet(racine, b"x")), "message-illisible").findtext(
        "c:detail", namespaces=NOMS
    )


def test_sans_limite_lisible(ab: Signataire) -> None:
    faute(envoyer(b"x", "multipart/related"), "message-illisible")


@pytest.mark.parametrize("pas", [1, 2, 7, 64, 1 << 20])
def test_les_blocs_se_recollent_ou_que_l_on_coupe(pas: int) -> None:
    contenu = b"\r\n--limite-" * 3 + bytes(range(256)) * 4 + b"\r\n"
    brut = paquet(etree.Element("x"), contenu)
    place = 0

    def lire(taille: int) -> bytes:
        nonlocal place
        bloc = brut[place : place + min(pas, taille)]
        place += len(bloc)
        return bloc

    lu = mtom.Paquet(lire, {"boundary": "limite-1"})
    assert lu.racine() == b"<x/>"
    assert b"".join(lu.piece("cid:fichier%40client")) == contenu


def test_la_memoire_ne_suit_pas_la_taille() -> None:
    """However long the file, what is held is a block and a limit."""
    debut, fin = paquet(etree.Element("x"), b"|").split(b"|")
    blocs = iter([debut, *[b"y" * (1 << 18)] * 64, fin])
    lu = mtom.Paquet(lambda taille: next(blocs, b""), {"boundary": "limite-1"})
    lu.racine()
    tenus = [max(len(bloc), len(lu._tampon)) for bloc in lu.piece("cid:fichier%40client")]
    assert len(tenus) >= 64
    assert max(tenus) < 2 << 18
