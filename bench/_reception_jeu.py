"""The fiches of the reception bench: one generated set, copied under other numbers up to the size asked for."""

import csv
import hashlib
import io
import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from cepage.echanges.contrat.fiches import FICHES

LOT, OPERATEUR = "08", "AB"
ENVOI = f"CEP_{LOT}_{OPERATEUR}_20211231_0001.zip"
DOSSIERS = 130_000
COPIEES = ("beneficiaire", "unite_oeuvre", "interaction")
COPIES_AU_PLUS = 48
_DOSSIER = re.compile(OPERATEUR + r"(\d{4}(?:00|01|21|22))\d\d(\d{4})")
_PERSONNE = re.compile(OPERATEUR + r"-\d\d(\d{6})")
_BON = re.compile(r"(-UO(?:00|01|2\.1|2\.2)-)(\d\d)")


def preparer(dossier: Path, dossiers: int, copies: int) -> int:
    """Write the same fiches as a ZIP of CSV, JSON Lines and XML, and the orders; returns how many fiches.

    Of a person who came several times, the last fiche alone is kept: one envoi says each thing once.
    """
    if copies > COPIES_AU_PLUS:
        raise ValueError(f"au plus {COPIES_AU_PLUS} copies")
    jeu = dossier / "jeu"
    commande = f"jeu generer --lots 1 --mois 24 --dossiers {dossiers} --graine 42 --periode mois --sans-pieces"
    subprocess.run(
        [sys.executable, "-m", "cepage.config.ligne_de_commande", *commande.split(), "--sortie", str(jeu)],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    bases = _rassembler(jeu)
    comptes = _ecrire(dossier, bases, copies)
    _en_zip(dossier, comptes)
    commandes = (jeu / "commandes.csv").read_text(encoding="utf-8")
    entete, _, corps = commandes.partition("\n")
    (dossier / "commandes.csv").write_text(
        entete + "\n" + "".join(_copie(corps, rang) for rang in range(copies)), encoding="utf-8"
    )
    return sum(comptes.values())


def _rassembler(jeu: Path) -> dict[str, tuple[str, list[str]]]:
    """Header and lines of each kind of fiche, all the envois together."""
    membres: dict[str, tuple[str, list[str]]] = {}
    for envoi in sorted(jeu.glob("CEP_*.zip")):
        with zipfile.ZipFile(envoi) as archive:
            for nom in (n for n in archive.namelist() if n.endswith(".csv")):
                entete, *lignes = archive.read(nom).decode().splitlines()
                membres.setdefault(nom.removesuffix(".csv"), (entete, []))[1].extend(lignes)
    entete, lignes = membres["beneficiaire"]
    place = entete.split(";").index("identifiant_beneficiaire")
    membres["beneficiaire"] = (entete, list({ligne.split(";")[place]: ligne for ligne in lignes}.values()))
    return membres


def _copie(texte: str, rang: int) -> str:
    """The same lines under the numbers of copy `rang`: dossiers, people, orders."""
    texte = _DOSSIER.sub(rf"{OPERATEUR}\g<1>{rang:02d}\g<2>", texte)
    texte = _PERSONNE.sub(rf"{OPERATEUR}-{rang:02d}\g<1>", texte)
    return _BON.sub(lambda trouve: f"{trouve[1]}{int(trouve[2]) + 2 * rang:02d}", texte)


def _ecrire(dossier: Path, bases: dict[str, tuple[str, list[str]]], copies: int) -> dict[str, int]:
    comptes = {}
    formes: dict[str, Callable[[str, str, list[str]], Iterator[str]]] = {"jsonl": _en_json, "xml": _en_xml}
    for nom, (entete, lignes) in bases.items():
        repetitions = copies if nom in COPIEES else 1
        comptes[nom] = len(lignes) * repetitions
        with (dossier / f"{nom}.csv").open("w", encoding="utf-8", newline="") as flux:
            flux.write(entete + "\n")
            corps = "\n".join(lignes) + "\n"
            for rang in range(repetitions):
                flux.write(_copie(corps, rang))
    for extension, forme in formes.items():
        with (dossier / f"envoi.{extension}").open("w", encoding="utf-8") as flux:
            if extension == "xml":
                flux.write(f'<envoi version="1.0" lot="{LOT}" emetteur="{OPERATEUR}" sequence="1">\n')
            for nom, (entete, lignes) in bases.items():
                corps = "".join(forme(nom, entete, lignes))
                for rang in range(copies if nom in COPIEES else 1):
                    flux.write(_copie(corps, rang))
            if extension == "xml":
                flux.write("</envoi>\n")
    return comptes


def _valeurs(nom: str, entete: str, lignes: list[str]) -> Iterator[dict[str, Any]]:
    multiples = {c.nom for c in FICHES[nom].champs if c.multiple}
    for ligne in csv.DictReader(io.StringIO("\n".join([entete, *lignes])), delimiter=";"):
        yield {k: (v.split("|") if k in multiples else v) for k, v in ligne.items() if k and v}


def _en_json(nom: str, entete: str, lignes: list[str]) -> Iterator[str]:
    for valeurs in _valeurs(nom, entete, lignes):
        yield json.dumps({"fiche": nom, **valeurs}, ensure_ascii=False) + "\n"


def _en_xml(nom: str, entete: str, lignes: list[str]) -> Iterator[str]:
    for valeurs in _valeurs(nom, entete, lignes):
        champs = (
            f"<{cle}>{escape(v)}</{cle}>"
            for cle, valeur in valeurs.items()
            for v in (valeur if isinstance(valeur, list) else [valeur])
        )
        yield f"<{nom}>{''.join(champs)}</{nom}>\n"


def _en_zip(dossier: Path, comptes: dict[str, int]) -> None:
    empreintes = {}
    for nom in comptes:
        with (dossier / f"{nom}.csv").open("rb") as flux:
            empreintes[f"{nom}.csv"] = hashlib.file_digest(flux, "sha256").hexdigest()
    manifeste = {
        "version": "1.0",
        "lot": LOT,
        "emetteur": OPERATEUR,
        "sequence": 1,
        "comptes": comptes,
        "empreintes": empreintes,
    }
    with zipfile.ZipFile(dossier / ENVOI, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("manifeste.json", json.dumps(manifeste))
        for nom in empreintes:
            archive.write(dossier / nom, nom)
