"""Files that are broken or hostile: each is refused whole, with its code, and harms nothing."""

from __future__ import annotations

import io
import json
import stat
import zipfile

from cepage.echanges.conformite.ecriture import en_csv, en_json, en_xml, en_zip
from cepage.echanges.conformite.fiches import personne
from cepage.echanges.conformite.scenarios import Anomalie, Attendu, Etape, Scenario

_ENVOI = {"beneficiaire": [personne()]}
_CSV = en_csv("beneficiaire", _ENVOI["beneficiaire"])
_TETE = _CSV.split(b"\n", 1)[0] + b"\n"


def scenarios(emetteur: str) -> list[Scenario]:
    """One scenario per file."""
    return [
        Scenario(f"hostile-{nom}", "hostile", titre, (_etape(fichier, octets, code),), codes=frozenset({code}))
        for nom, titre, fichier, octets, code in _fichiers(emetteur)
    ]


def _etape(fichier: str, octets: bytes, code: str) -> Etape:
    attendu = Attendu(statut="refuse", anomalies=(Anomalie(code, "bloquant"),), codes=frozenset({code}))
    return Etape(fichier, octets, attendu)


def _fichiers(emetteur: str) -> list[tuple[str, str, str, bytes, str]]:
    nom_zip = f"CEP_08_{emetteur}_20220601_9000.zip"
    bon = en_zip(_ENVOI, 9000, emetteur=emetteur)
    json_, xml = en_json(_ENVOI, 9001, emetteur=emetteur), en_xml(_ENVOI, 9002, emetteur=emetteur)
    tete_xml = f'<envoi version="1.0" lot="08" emetteur="{emetteur}" sequence="1">'.encode()
    profond = tete_xml + b"<a>" * 5000 + b"</a>" * 5000 + b"</envoi>"
    latin = _TETE + "C;été\n".encode("latin-1")
    return [
        ("vide", "Un fichier vide", "beneficiaire.csv", b"", "E-FIC-001"),
        ("pdf", "Un PDF à la place d'un CSV", "beneficiaire.csv", b"%PDF-1.7 ...", "E-FIC-002"),
        ("gzip", "Un fichier gzip", "beneficiaire.csv", b"\x1f\x8b\x08\x00", "E-FIC-002"),
        ("latin1", "Un encodage qui n'est pas UTF-8", "beneficiaire.csv", latin, "E-FIC-004"),
        ("nul", "Un octet nul", "beneficiaire.csv", _TETE + b"C;a\0b\n", "E-FIC-005"),
        ("ligne-immense", "Une ligne de trois mégaoctets", "beneficiaire.csv", _TETE + b"x" * 3_000_000, "E-FIC-006"),
        ("type-inconnu", "Une sorte de fiche inconnue", "divers.csv", b"a;b;c\n1;2;3\n", "E-FIC-007"),
        ("colonne-absente", "Une colonne obligatoire absente", "beneficiaire.csv", b"nature\nC\n", "E-FIC-008"),
        ("colonne-double", "Une colonne en double", "beneficiaire.csv", _TETE.strip() + b";nature\n", "E-FIC-009"),
        ("zip-faux", "Un ZIP qui n'en est pas un", nom_zip, b"bonjour", "E-FIC-010"),
        ("zip-coupe", "Un ZIP coupé", nom_zip, bon[:-30], "E-FIC-010"),
        ("zip-sans-manifeste", "Un ZIP sans manifeste", nom_zip, _zip({"beneficiaire.csv": _CSV}), "E-FIC-011"),
        ("manifeste-faux", "Un manifeste mal formé", nom_zip, _zip({"manifeste.json": b"{"}), "E-FIC-012"),
        ("empreinte-fausse", "Une empreinte contredite", nom_zip, _contredit(emetteur), "E-FIC-013"),
        ("remontee", "Un chemin qui remonte", nom_zip, _avec(emetteur, "../passwd.csv"), "E-FIC-014"),
        ("lien", "Un lien symbolique", nom_zip, _avec(emetteur, "livrables/x.pdf", stat.S_IFLNK), "E-FIC-015"),
        ("bombe", "Une bombe de compression", nom_zip, _bombe(emetteur), "E-FIC-018"),
        ("zip-dans-zip", "Un ZIP dans un ZIP", nom_zip, _avec(emetteur, "livrables/x.zip", octets=bon), "E-FIC-019"),
        ("inattendu", "Un fichier inattendu", nom_zip, _avec(emetteur, "lisezmoi.txt"), "E-FIC-021"),
        ("json-coupe", "Un JSON coupé", "envoi.json", json_[:-40], "E-FIC-024"),
        ("json-profond", "Un JSON trop profond", "envoi.json", json_[:-2] + b"," + b"[" * 500_000, "E-FIC-025"),
        ("json-sans-fiches", "Un JSON sans fiches", "envoi.json", b'{"lot":"08"}', "E-FIC-028"),
        ("xml-coupe", "Un XML coupé", "envoi.xml", xml[:-20], "E-FIC-026"),
        ("xxe", "Une entité externe", "envoi.xml", _xxe(), "E-FIC-027"),
        ("xml-autre-racine", "Une autre racine", "envoi.xml", b"<autre><beneficiaire/></autre>", "E-FIC-029"),
        ("xml-profond", "Un XML trop profond", "envoi.xml", profond, "E-FIC-025"),
    ]  # fmt: skip


def _zip(membres: dict[str, bytes], modes: dict[str, int] | None = None) -> bytes:
    sortie = io.BytesIO()
    with zipfile.ZipFile(sortie, "w", zipfile.ZIP_DEFLATED) as archive:
        for nom, octets in membres.items():
            entree = zipfile.ZipInfo(nom)
            entree.compress_type = zipfile.ZIP_DEFLATED
            entree.external_attr = (modes or {}).get(nom, 0) << 16
            archive.writestr(entree, octets)
    return sortie.getvalue()


def _manifeste(emetteur: str, **change: object) -> bytes:
    return json.dumps(
        {
            "version": "1.0",
            "lot": "08",
            "emetteur": emetteur,
            "sequence": 9000,
            "comptes": {},
            "empreintes": {},
            **change,
        }
    ).encode()


def _avec(emetteur: str, nom: str, genre: int = 0, octets: bytes = b"x") -> bytes:
    return _zip({"manifeste.json": _manifeste(emetteur), nom: octets}, {nom: genre | 0o777 if genre else 0})


def _contredit(emetteur: str) -> bytes:
    manifeste = _manifeste(emetteur, empreintes={"beneficiaire.csv": "0" * 64})
    return _zip({"manifeste.json": manifeste, "beneficiaire.csv": _CSV})


def _bombe(emetteur: str) -> bytes:
    return _zip({"manifeste.json": _manifeste(emetteur), "beneficiaire.csv": _TETE + b"0" * (30 * 2**20)})


def _xxe() -> bytes:
    return (
        b'<!DOCTYPE e [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
        b"<envoi><beneficiaire><nature>&x;</nature></beneficiaire></envoi>"
    )
