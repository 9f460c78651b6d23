"""Hostile and broken files: always a stable code, never anything else."""

from __future__ import annotations

import io
import re
import stat
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from cepage.echanges.reception.lecture import CODES, EnvoiIllisible
from tests.echanges.lecture.outils import (
    ENTETE,
    NOM_ZIP,
    ecrire_csv,
    ecrire_json,
    ecrire_xml,
    ecrire_zip,
    lire,
    tout_lire,
)

TETE = b"nature;horodatage;numero_dossier;date_interaction\n"
FICHES = [("interaction", {"nature": "C", "numero_dossier": str(i)}) for i in range(50)]
CSV = ecrire_csv("interaction", FICHES)
JSON = ecrire_json(FICHES)
XML = ecrire_xml(FICHES)
BON = {"interaction.csv": CSV}


def _entree(nom: str, *, mode: int = 0, octets: bytes = b"x") -> bytes:
    """An archive whose second entry has a raw name and mode."""
    sortie = io.BytesIO()
    with zipfile.ZipFile(sortie, "w") as archive:
        archive.writestr("manifeste.json", b"{}")
        info = zipfile.ZipInfo(nom)
        info.filename = nom
        info.external_attr = mode << 16
        archive.writestr(info, octets)
    return sortie.getvalue()


def _doublon() -> bytes:
    contenu = ecrire_zip({"interaction.csv": CSV, "interactioN.csv": CSV})
    return contenu


def _bombe(nom: str = "interaction.csv") -> bytes:
    return ecrire_zip({nom: TETE + b"0" * (30 * 2**20)})


def _chiffre() -> bytes:
    contenu = bytearray(ecrire_zip(BON))
    for trouve in re.finditer(rb"PK\x01\x02", bytes(contenu)):
        contenu[trouve.start() + 8] |= 1
    return bytes(contenu)


def _altere() -> bytes:
    contenu = bytearray(ecrire_zip(BON))
    debut = contenu.find(b"interaction.csv") + 20
    contenu[debut : debut + 8] = b"\xff" * 8
    return bytes(contenu)


def _superpose() -> bytes:
    contenu = bytearray(ecrire_zip(BON))
    centraux = [t.start() for t in re.finditer(rb"PK\x01\x02", bytes(contenu))]
    contenu[centraux[1] + 42 : centraux[1] + 46] = contenu[centraux[0] + 42 : centraux[0] + 46]
    return bytes(contenu)


def _faux_nombre(nombre: int) -> bytes:
    contenu = bytearray(ecrire_zip(BON))
    fin = contenu.rfind(b"PK\x05\x06")
    struct.pack_into("<HH", contenu, fin + 8, nombre, nombre)
    return bytes(contenu)


def _annuaire_immense() -> bytes:
    contenu = bytearray(ecrire_zip(BON))
    fin = contenu.rfind(b"PK\x05\x06")
    struct.pack_into("<I", contenu, fin + 12, 0x7FFFFFFF)
    return bytes(contenu)


def _bzip2() -> bytes:
    sortie = io.BytesIO()
    with zipfile.ZipFile(sortie, "w", zipfile.ZIP_BZIP2) as archive:
        archive.writestr("manifeste.json", b"{}")
    return sortie.getvalue()


def _manifeste(**change: object) -> bytes:
    valeurs = {**ENTETE, "comptes": {}, "empreintes": {}, **change}
    return ecrire_zip({}, manifeste={k: v for k, v in valeurs.items() if v is not None})


def _rires() -> bytes:
    entites = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 10))
    return f'<!DOCTYPE envoi [<!ENTITY l0 "lol">{entites}]><envoi>&l9;</envoi>'.encode()


_DEBUT = b'{"version":"1.0","lot":"08","emetteur":"AB","sequence":1,"fiches":'
_LOT_XML = b'<envoi lot="08" emetteur="AB" sequence="1">'

CAS: dict[str, tuple[str, bytes | Callable[[], bytes], str]] = {
    "vide": ("interaction.csv", b"", "E-FIC-001"),
    "zip vide d'octets": (NOM_ZIP, b"", "E-FIC-001"),
    "blancs": ("interaction.csv", b"\n", "E-FIC-001"),
    "bom seul": ("interaction.csv", b"\xef\xbb\xbf", "E-FIC-001"),
    "pdf": ("interaction.csv", b"%PDF-1.7 ...", "E-FIC-002"),
    "gzip": ("e.csv", b"\x1f\x8b\x08\x00", "E-FIC-002"),
    "7z": ("e.csv", b"7z\xbc\xaf\x27\x1c", "E-FIC-002"),
    "doc ancien": ("e.csv", b"\xd0\xcf\x11\xe0\xa1\xb1", "E-FIC-002"),
    "image": ("e.csv", b"\x89PNG\r\n\x1a\n", "E-FIC-002"),
    "binaire": ("interaction.csv", bytes(range(1, 256)) * 40, "E-FIC-004"),
    "utf16 petit": ("interaction.csv", TETE.decode().encode("utf-16"), "E-FIC-004"),
    "utf16 grand": ("interaction.csv", b"\xfe\xff" + TETE.decode().encode("utf-16-be"), "E-FIC-004"),
    "utf16 sans marque": ("interaction.csv", TETE.decode().encode("utf-16-le"), "E-FIC-005"),
    "latin1": ("interaction.csv", TETE + "C;h;1;été\n".encode("latin-1"), "E-FIC-004"),
    "utf8 coupe": ("interaction.csv", TETE + "C;h;1;é".encode()[:-1], "E-FIC-004"),
    "surlong": ("interaction.csv", TETE + b"C;h;1;\xc0\x80\n", "E-FIC-004"),
    "substitut": ("interaction.csv", TETE + b"C;h;1;\xed\xa0\x80\n", "E-FIC-004"),
    "nul": ("interaction.csv", TETE + b"C;h;1;a\0b\n", "E-FIC-005"),
    "nul json": ("e.json", _DEBUT + b"[\0]}", "E-FIC-005"),
    "ligne immense": ("interaction.csv", TETE + b"C;h;1;" + b"x" * 3_000_000 + b"\n", "E-FIC-006"),
    "en-tete immense": ("interaction.csv", b"x" * 3_000_000, "E-FIC-006"),
    "jsonl immense": (
        "e.jsonl",
        b'{"fiche":"interaction","nature":"' + b"x" * 3_000_000 + b'"}\n',
        "E-FIC-006",
    ),
    "json immense": (
        "e.json",
        _DEBUT + b'[{"fiche":"interaction","nature":"' + b"x" * 3_000_000 + b'"}]}',
        "E-FIC-006",
    ),
    "xml immense": (
        "e.xml",
        _LOT_XML + b"<interaction><nature>" + b"x" * 3_000_000 + b"</nature></interaction></envoi>",
        "E-FIC-006",
    ),
    "type inconnu": ("e.csv", b"a;b;c\n1;2;3\n", "E-FIC-007"),
    "virgules": ("e.csv", b"nature,horodatage,numero_dossier\n", "E-FIC-007"),
    "guillemet d'en-tete": ("interaction.csv", b'"nature;horodatage\nC;h\n', "E-FIC-007"),
    "colonne absente": ("interaction.csv", b"nature;horodatage\nC;h\n", "E-FIC-008"),
    "virgules nom connu": ("interaction.csv", TETE.replace(b";", b","), "E-FIC-008"),
    "colonne double": ("interaction.csv", TETE.strip() + b";nature\n", "E-FIC-009"),
    "zip qui n'en est pas un": (NOM_ZIP, b"bonjour", "E-FIC-010"),
    "zip tronque": (NOM_ZIP, ecrire_zip(BON)[:-30], "E-FIC-010"),
    "zip coupe en deux": (NOM_ZIP, ecrire_zip(BON)[:100], "E-FIC-010"),
    "zip altere": (NOM_ZIP, _altere, "E-FIC-010"),
    "zip sans manifeste": (NOM_ZIP, ecrire_zip(BON, sans_manifeste=True), "E-FIC-011"),
    "zip sans entree": (NOM_ZIP, ecrire_zip({}, sans_manifeste=True), "E-FIC-011"),
    "manifeste mal forme": (NOM_ZIP, ecrire_zip({}, manifeste=b"{"), "E-FIC-012"),
    "manifeste liste": (NOM_ZIP, ecrire_zip({}, manifeste=b"[]"), "E-FIC-012"),
    "manifeste profond": (NOM_ZIP, ecrire_zip({}, manifeste=b"[" * 100_000), "E-FIC-012"),
    "manifeste latin1": (NOM_ZIP, ecrire_zip({}, manifeste=b'{"lot":"\xe9"}'), "E-FIC-012"),
    "manifeste sans lot": (NOM_ZIP, _manifeste(lot=None), "E-FIC-012"),
    "manifeste sequence texte": (NOM_ZIP, _manifeste(sequence="a"), "E-FIC-012"),
    "manifeste comptes faux": (NOM_ZIP, _manifeste(comptes={"interaction": -1}), "E-FIC-012"),
    "manifeste empreinte fausse": (NOM_ZIP, _manifeste(empreintes={"a": "zz"}), "E-FIC-012"),
    "empreinte differente": (
        NOM_ZIP,
        ecrire_zip(BON, manifeste={**ENTETE, "comptes": {}, "empreintes": {"interaction.csv": "0" * 64}}),
        "E-FIC-013",
    ),
    "remontee": (NOM_ZIP, _entree("../passwd.csv"), "E-FIC-014"),
    "remontee cachee": (NOM_ZIP, _entree("livrables/../../x.pdf"), "E-FIC-014"),
    "absolu": (NOM_ZIP, _entree("/etc/x.csv"), "E-FIC-014"),
    "lecteur": (NOM_ZIP, _entree("C:x.csv"), "E-FIC-014"),
    "oblique inverse": (NOM_ZIP, _entree("livrables\\x.pdf"), "E-FIC-014"),
    "retour dans le nom": (NOM_ZIP, _entree("a\nb.csv"), "E-FIC-014"),
    "nom immense": (NOM_ZIP, _entree("a" * 5000 + ".csv"), "E-FIC-014"),
    "lien": (NOM_ZIP, _entree("livrables/x.pdf", mode=stat.S_IFLNK | 0o777), "E-FIC-015"),
    "tube": (NOM_ZIP, _entree("livrables/x.pdf", mode=stat.S_IFIFO | 0o777), "E-FIC-015"),
    "doublon": (NOM_ZIP, _doublon, "E-FIC-016"),
    "chiffre": (NOM_ZIP, _chiffre, "E-FIC-017"),
    "bombe": (NOM_ZIP, _bombe, "E-FIC-018"),
    "bombe en piece": (NOM_ZIP, lambda: _bombe("livrables/x.pdf"), "E-FIC-018"),
    "superpose": (NOM_ZIP, _superpose, "E-FIC-018"),
    "zip dans le zip": (NOM_ZIP, ecrire_zip({"livrables/x.zip": ecrire_zip({})}), "E-FIC-019"),
    "zip deguise": (NOM_ZIP, ecrire_zip({"livrables/x.pdf": ecrire_zip({})}), "E-FIC-019"),
    "gzip deguise": (NOM_ZIP, ecrire_zip({"livrables/x.pdf": b"\x1f\x8b\x08\x00"}), "E-FIC-019"),
    "annuaire immense": (NOM_ZIP, _annuaire_immense, "E-FIC-020"),
    "inattendu": (NOM_ZIP, ecrire_zip({"lisezmoi.txt": b"x"}), "E-FIC-021"),
    "dossier inattendu": (NOM_ZIP, ecrire_zip({"autres/interaction.csv": CSV}), "E-FIC-021"),
    "non declare": (
        NOM_ZIP,
        ecrire_zip(BON, manifeste={**ENTETE, "comptes": {"x": 1}, "empreintes": {"b.csv": "0" * 64}}),
        "E-FIC-021",
    ),
    "declare absent": (
        NOM_ZIP,
        ecrire_zip({}, manifeste={**ENTETE, "comptes": {"x": 1}, "empreintes": {"b.csv": "0" * 64}}),
        "E-FIC-022",
    ),
    "nom contredit": ("CEP_09_AB_20210305_12.zip", ecrire_zip(BON), "E-FIC-023"),
    "bzip2": (NOM_ZIP, _bzip2, "E-FIC-031"),
    "membre vide": (NOM_ZIP, ecrire_zip({"interaction.csv": b""}), "E-FIC-001"),
    "json tronque": ("e.json", JSON[:-40], "E-FIC-024"),
    "json coupe court": ("e.json", JSON[:20], "E-FIC-024"),
    "json sans accolade finale": ("e.json", JSON[:-1], "E-FIC-024"),
    "json suivi": ("e.json", JSON + b"x", "E-FIC-024"),
    "json deux documents": ("e.json", JSON + JSON, "E-FIC-024"),
    "json virgule": ("e.json", _DEBUT + b'[{"fiche":"interaction"},]}', "E-FIC-024"),
    "json texte": ("e.json", b"bonjour", "E-FIC-024"),
    "json profond": ("e.json", _DEBUT + b"[" * 500_000, "E-FIC-025"),
    "json fiche profonde": (
        "e.json",
        _DEBUT + b'[{"fiche":"interaction","nature":' + b"[" * 40 + b"]" * 40 + b"}]}",
        "E-FIC-025",
    ),
    "json entete profond": ("e.json", b'{"lot":' + b'{"a":' * 100_000, "E-FIC-025"),
    "json liste": ("e.json", b"[]", "E-FIC-028"),
    "json sans fiches": ("e.json", b'{"lot":"08"}', "E-FIC-028"),
    "json vide": ("e.json", b"{}", "E-FIC-028"),
    "json fiches objet": ("e.json", _DEBUT + b"{}}", "E-FIC-028"),
    "json fiches deux fois": ("e.json", b'{"fiches":[],"fiches":[]}', "E-FIC-028"),
    "json lot nombre": ("e.json", b'{"lot":[8],"fiches":[]}', "E-FIC-030"),
    "json sequence": ("e.json", b'{"sequence":"1.5","fiches":[]}', "E-FIC-030"),
    "xml tronque": ("e.xml", XML[:-30], "E-FIC-026"),
    "xml seul": ("e.xml", b"<", "E-FIC-026"),
    "xml mal ferme": ("e.xml", _LOT_XML + b"<interaction></envoi>", "E-FIC-026"),
    "xml deux racines": ("e.xml", XML + b"<a/>", "E-FIC-026"),
    "xml binaire": ("e.xml", _LOT_XML + b"\x01\x02</envoi>", "E-FIC-026"),
    "xml caractere interdit": ("e.xml", _LOT_XML + b"&#1;</envoi>", "E-FIC-026"),
    "xml profond": ("e.xml", _LOT_XML + b"<a>" * 5000 + b"</a>" * 5000 + b"</envoi>", "E-FIC-025"),
    "xxe": (
        "e.xml",
        b'<!DOCTYPE e [<!ENTITY x SYSTEM "file:///etc/passwd">]><envoi><interaction><nature>&x;</nature>'
        b"</interaction></envoi>",
        "E-FIC-027",
    ),
    "dtd externe": ("e.xml", b'<!DOCTYPE envoi SYSTEM "http://127.0.0.1:9/x.dtd"><envoi/>', "E-FIC-027"),
    "dtd apres commentaire": (
        "e.xml",
        b"<?xml version='1.0'?><!--" + b"c" * 100_000 + b'--><!DOCTYPE envoi [<!ENTITY a "b">]><envoi/>',
        "E-FIC-027",
    ),
    "rires": ("e.xml", _rires, "E-FIC-027"),
    "entite inconnue": ("e.xml", _LOT_XML + b"<interaction>&x;</interaction></envoi>", "E-FIC-026"),
    "xml latin1 declare": ("e.xml", b"<?xml version='1.0' encoding='ISO-8859-1'?><envoi/>", "E-FIC-004"),
    "xml utf16": ("e.xml", "<?xml version='1.0' encoding='utf-16'?><envoi/>".encode("utf-16"), "E-FIC-004"),
    "xml racine": ("e.xml", b"<autre><interaction/></autre>", "E-FIC-029"),
    "xml sequence": ("e.xml", b'<envoi sequence="x"/>', "E-FIC-030"),
    "html": ("e.csv", b"<!DOCTYPE html><html></html>", "E-FIC-027"),
}


@pytest.mark.parametrize("cas", CAS)
def test_fichier_hostile_refuse_avec_son_code(tmp_path: Path, cas: str) -> None:
    nom, contenu, code = CAS[cas]
    octets = contenu() if callable(contenu) else contenu
    with pytest.raises(EnvoiIllisible) as refus:
        tout_lire(lire(tmp_path, nom, octets))
    assert refus.value.code == code
    assert refus.value.message.endswith(".")
    assert not re.search(r"\{\w*\}", refus.value.message)
    assert refus.value.remede
    assert refus.value.clause == CODES[code].clause


def test_limites_de_taille_et_de_membres(tmp_path: Path) -> None:
    for contenu, limites, code in [
        (CSV, {"octets": 100}, "E-FIC-003"),
        (ecrire_zip(BON), {"membres": 1}, "E-FIC-020"),
        (ecrire_zip({"interaction.csv": CSV * 40}), {"octets": 10_000}, "E-FIC-018"),
        (ecrire_zip(BON), {"manifeste": 10}, "E-FIC-012"),
    ]:
        nom = "interaction.csv" if contenu is CSV else NOM_ZIP
        with pytest.raises(EnvoiIllisible) as refus:
            lire(tmp_path, nom, contenu, **limites)
        assert refus.value.code == code


def test_encodage_dit_la_ligne_et_l_octet(tmp_path: Path) -> None:
    with pytest.raises(EnvoiIllisible) as refus:
        lire(tmp_path, "interaction.csv", TETE + b"C;h;1;ok\nC;h;2;\xe9t\xe9\n")
    assert f"octet {len(TETE) + 9 + 7}, ligne 3" in refus.value.message
    assert "Windows-1252" in refus.value.message


def test_nombre_de_fichiers_mensonger(tmp_path: Path) -> None:
    envoi = lire(tmp_path, NOM_ZIP, _faux_nombre(1))
    assert tout_lire(envoi)["interaction"].height == 50


def test_chaque_code_a_sa_phrase_et_est_atteint() -> None:
    for code, texte in CODES.items():
        assert re.fullmatch(r"[EW]-FIC-\d{3}", code)
        assert texte.message.endswith(".")
        assert texte.remede.endswith(".")
        assert texte.clause
    refus = {code for code in CODES if code.startswith("E-FIC-0")}
    atteints = {code for _, _, code in CAS.values()} | {"E-FIC-003", "E-FIC-020"}
    assert refus == atteints
