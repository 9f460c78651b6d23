"""Great volumes: bounded memory and time, measured in a process of its own."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.echanges.lecture.outils import ENTETE, NOM_ZIP

pytestmark = pytest.mark.epreuve

_PROGRAMME = """
import resource, sys
from pathlib import Path
from cepage.echanges.reception.lecture import EnvoiIllisible
from tests.echanges.lecture.outils import OBLIGATOIRES, SCHEMA
from cepage.echanges.reception.lecture import ouvrir
chemin, nom = Path(sys.argv[1]), sys.argv[2]
try:
    envoi = ouvrir(chemin, nom=nom, schema=SCHEMA, champs_obligatoires=OBLIGATOIRES,
                   repertoire=chemin.parent / "brouillon")
    resultat = sum(lot.height for fiche in envoi.fiches() for lot in envoi.lots_de_lignes(fiche))
except EnvoiIllisible as refus:
    resultat = refus.code
print(resultat, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""


def _mesurer(chemin: Path, nom: str, secondes: int) -> tuple[str, int]:
    sortie = subprocess.run(
        [sys.executable, "-c", _PROGRAMME, str(chemin), nom],
        capture_output=True,
        text=True,
        timeout=secondes,
        check=True,
        cwd=Path(__file__).parents[3],
    ).stdout.split()
    return sortie[0], int(sortie[1])


def _repeter(chemin: Path, debut: bytes, motif: bytes, fois: int, fin: bytes = b"") -> None:
    bloc = motif * 10_000
    with chemin.open("wb") as flux:
        flux.write(debut)
        for _ in range(fois // 10_000):
            flux.write(bloc)
        flux.write(fin)


_TETE = b"nature;horodatage;numero_dossier;date_interaction;duree_minutes\n"
_LIGNE = b"C;2021-03-05T10:00:00+01:00;AB210321000001;2021-03-05;30\n"
_JSON = (
    b'{"fiche":"interaction","nature":"C","horodatage":"2021-03-05T10:00:00+01:00","numero_dossier":"AB210321000001"}'
)
_XML = b"<interaction><nature>C</nature><numero_dossier>AB210321000001</numero_dossier></interaction>"
CAS = {
    "csv": ("interaction.csv", _TETE, _LIGNE, 10_000_000, b"", "10000000"),
    "csv a guillemets": ("interaction.csv", _TETE, b'"C";h;"1";"a\nb";\n', 3_000_000, b"", "3000000"),
    "csv de lignes courtes": ("interaction.csv", _TETE, b"C;h\n", 3_000_000, b"", "0"),
    "csv de guillemets ouverts": ("interaction.csv", _TETE, b'C;h;"1;d;5\n', 300_000, b"", "0"),
    "jsonl": ("e.jsonl", b"", _JSON + b"\n", 3_000_000, b"", "3000000"),
    "jsonl mauvais": ("e.jsonl", b"", b"{mauvais\n", 1_000_000, b"", "0"),
    "json": ("e.json", b'{"fiches":[', _JSON + b",", 3_000_000, _JSON + b"]}", "3000001"),
    "xml": ("e.xml", b"<envoi>", _XML, 2_000_000, b"</envoi>", "2000000"),
    "xml sans fiche": ("e.xml", b"<envoi>", b"<a/>", 5_000_000, b"</envoi>", "E-FIC-006"),
    "ligne de 2 Go": ("interaction.csv", _TETE, b"0123456789" * 20, 10_000_000, b"", "E-FIC-006"),
    "json sans fin": (
        "e.json",
        b'{"fiches":[{"a":"',
        b"0123456789" * 10,
        10_000_000,
        b"",
        "E-FIC-006",
    ),
    "json de blancs": ("e.json", b'{"fiches":[', b" " * 100, 5_000_000, b"]}", "0"),
}


@pytest.mark.parametrize("cas", CAS)
def test_memoire_et_temps_bornes(tmp_path: Path, cas: str) -> None:
    nom, debut, motif, fois, fin, attendu = CAS[cas]
    chemin = tmp_path / "depot"
    _repeter(chemin, debut, motif, fois, fin)
    resultat, memoire = _mesurer(chemin, nom, 600)
    assert resultat == attendu
    assert memoire < 700


def test_bombe_de_zip_refusee_sans_decompresser(tmp_path: Path) -> None:
    chemin = tmp_path / "depot"
    with zipfile.ZipFile(chemin, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("manifeste.json", str(ENTETE))
        with archive.open("interaction.csv", "w") as membre:
            for _ in range(1000):
                membre.write(bytes(2**20))
    resultat, memoire = _mesurer(chemin, NOM_ZIP, 30)
    assert resultat == "E-FIC-018"
    assert memoire < 300
