"""The same fiches in each format of the contract of exchange."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Mapping
from typing import Any
from xml.sax.saxutils import escape

from cepage.echanges.conformite.fiches import PIECES, Envoi, Fiche, empreinte
from cepage.echanges.contrat.fiches import FICHES


def en_csv(nom: str, fiches: list[Fiche]) -> bytes:
    """One kind of fiche as the contract's CSV."""
    sortie = io.StringIO()
    ecrivain = csv.DictWriter(sortie, FICHES[nom].noms, delimiter=";", lineterminator="\n", restval="")
    ecrivain.writeheader()
    ecrivain.writerows(fiches)
    return sortie.getvalue().encode()


def en_zip(
    envoi: Envoi,
    sequence: int,
    *,
    lot: str = "08",
    emetteur: str = "AB",
    pieces: Mapping[str, bytes] = PIECES,
) -> bytes:
    """The envoi with its manifest and, when it has livrables, their files."""
    membres = {f"{nom}.csv": en_csv(nom, fiches) for nom, fiches in envoi.items()}
    if "livrable" in envoi:
        membres |= {f"livrables/{nom}": octets for nom, octets in pieces.items()}
    return assembler(membres, {n: len(f) for n, f in envoi.items()}, sequence, lot=lot, emetteur=emetteur)


def assembler(
    membres: Mapping[str, bytes],
    comptes: Mapping[str, int],
    sequence: int,
    *,
    lot: str = "08",
    emetteur: str = "AB",
) -> bytes:
    """A ZIP of these members and its manifest."""
    manifeste = {
        "version": "1.0",
        "lot": lot,
        "emetteur": emetteur,
        "sequence": sequence,
        "comptes": dict(comptes),
        "empreintes": {nom: empreinte(octets) for nom, octets in membres.items()},
    }
    sortie = io.BytesIO()
    with zipfile.ZipFile(sortie, "w") as archive:
        # Without the hour at which it is written, the same fiches always make the same bytes.
        archive.writestr(zipfile.ZipInfo("manifeste.json"), json.dumps(manifeste))
        for nom, octets in membres.items():
            archive.writestr(zipfile.ZipInfo(nom), octets)
    return sortie.getvalue()


def _valeurs(nom: str, fiche: Fiche) -> dict[str, Any]:
    multiples = {champ.nom for champ in FICHES[nom].champs if champ.multiple}
    return {champ: v.split("|") if champ in multiples else v for champ, v in fiche.items()}


def en_json(envoi: Envoi, sequence: int, *, emetteur: str = "AB") -> bytes:
    """One JSON document."""
    fiches = [{"fiche": nom, **_valeurs(nom, f)} for nom, lignes in envoi.items() for f in lignes]
    tete = {"version": "1.0", "lot": "08", "emetteur": emetteur, "sequence": sequence}
    return json.dumps({**tete, "fiches": fiches}).encode()


def en_jsonl(envoi: Envoi) -> bytes:
    """One fiche a line."""
    lignes = [{"fiche": nom, **_valeurs(nom, f)} for nom, fiches in envoi.items() for f in fiches]
    return "".join(json.dumps(ligne, ensure_ascii=False) + "\n" for ligne in lignes).encode()


def en_xml(envoi: Envoi, sequence: int, *, emetteur: str = "AB") -> bytes:
    """One XML document; several values of a field are repeated elements."""
    morceaux = [f'<envoi version="1.0" lot="08" emetteur="{emetteur}" sequence="{sequence}">']
    for nom, fiches in envoi.items():
        for fiche in fiches:
            morceaux.append(f"<{nom}>")
            for champ, valeur in _valeurs(nom, fiche).items():
                for v in valeur if isinstance(valeur, list) else [valeur]:
                    morceaux.append(f"<{champ}>{escape(v)}</{champ}>")
            morceaux.append(f"</{nom}>")
    return ("\n".join(morceaux) + "</envoi>").encode()
