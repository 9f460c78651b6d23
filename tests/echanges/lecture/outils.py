"""Builders of envois in the five formats, from the same fiches."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import polars as pl

from cepage.echanges.reception.lecture import EnvoiLu, Limites, ouvrir

SCHEMA: dict[str, dict[str, bool]] = {
    "beneficiaire": {
        "nature": False,
        "horodatage": False,
        "identifiant_beneficiaire": False,
        "nom_naissance": False,
        "statut": True,
    },
    "unite_oeuvre": {
        "nature": False,
        "horodatage": False,
        "numero_dossier": False,
        "uo": False,
        "description_service": False,
        "types_service": True,
        "autoprescription": True,
        "projet_reconversion_cpir": False,
    },
    "interaction": {
        "nature": False,
        "horodatage": False,
        "numero_dossier": False,
        "date_interaction": False,
        "duree_minutes": False,
    },
}
OBLIGATOIRES = {
    "beneficiaire": frozenset({"nature", "horodatage"}),
    "unite_oeuvre": frozenset({"nature", "horodatage", "numero_dossier"}),
    "interaction": frozenset({"nature", "horodatage", "numero_dossier", "date_interaction"}),
}
ENTETE = {"version": "1.0", "lot": "08", "emetteur": "AB", "sequence": 12}
NOM_ZIP = "CEP_08_AB_20210305_12.zip"

Fiche = tuple[str, Mapping[str, Any]]


def en_texte(valeur: Any) -> str:
    """Text of a value in CSV or XML."""
    if valeur is None:
        return ""
    if isinstance(valeur, bool):
        return "O" if valeur else "N"
    if isinstance(valeur, list):
        return "|".join(en_texte(v) for v in valeur)
    return str(valeur)


def ecrire_csv(fiche: str, fiches: Sequence[Fiche], *, guillemets: int = csv.QUOTE_MINIMAL) -> bytes:
    sortie = io.StringIO()
    ecrivain = csv.writer(sortie, delimiter=";", quoting=guillemets, lineterminator="\n")  # type: ignore[arg-type]
    champs = list(SCHEMA[fiche])
    ecrivain.writerow(champs)
    for nom, valeurs in fiches:
        if nom == fiche:
            ecrivain.writerow([en_texte(valeurs.get(c)) for c in champs])
    return sortie.getvalue().encode()


def ecrire_json(fiches: Sequence[Fiche], **options: Any) -> bytes:
    lignes = [{"fiche": nom, **valeurs} for nom, valeurs in fiches]
    return json.dumps({**ENTETE, "fiches": lignes}, **options).encode()


def ecrire_jsonl(fiches: Sequence[Fiche], **options: Any) -> bytes:
    return "".join(json.dumps({"fiche": n, **v}, **options) + "\n" for n, v in fiches).encode()


def ecrire_xml(fiches: Sequence[Fiche], *, fin: str = "\n") -> bytes:
    attributs = " ".join(f'{nom}="{valeur}"' for nom, valeur in ENTETE.items())
    morceaux = [f'<?xml version="1.0" encoding="UTF-8"?>{fin}<envoi {attributs}>{fin}']
    for nom, valeurs in fiches:
        morceaux.append(f"<{nom}>")
        for champ, valeur in valeurs.items():
            for v in valeur if isinstance(valeur, list) else [valeur]:
                texte = escape(en_texte(v)).replace("\r", "&#13;")
                morceaux.append(f"<{champ}>{texte}</{champ}>")
        morceaux.append(f"</{nom}>{fin}")
    morceaux.append("</envoi>")
    return "".join(morceaux).encode()


def ecrire_zip(
    membres: Mapping[str, bytes],
    *,
    comptes: Mapping[str, int] | None = None,
    manifeste: Mapping[str, Any] | bytes | None = None,
    sans_manifeste: bool = False,
) -> bytes:
    sortie = io.BytesIO()
    contenu: Any = manifeste
    if contenu is None:
        empreintes = {nom: hashlib.sha256(octets).hexdigest() for nom, octets in membres.items()}
        contenu = {**ENTETE, "comptes": dict(comptes or {}), "empreintes": empreintes}
    with zipfile.ZipFile(sortie, "w", zipfile.ZIP_DEFLATED) as archive:
        if not sans_manifeste:
            octets = contenu if isinstance(contenu, bytes) else json.dumps(contenu).encode()
            archive.writestr("manifeste.json", octets)
        for nom, octets in membres.items():
            archive.writestr(nom, octets)
    return sortie.getvalue()


def lire(tmp: Path, nom: str, contenu: bytes, **limites: int) -> EnvoiLu:
    """Write `contenu` and open it under `nom`."""
    chemin = tmp / "depot"
    chemin.write_bytes(contenu)
    return ouvrir(
        chemin,
        nom=nom,
        schema=SCHEMA,
        champs_obligatoires=OBLIGATOIRES,
        limites=Limites(**limites),
        repertoire=tmp / "brouillon",
    )


def cadre(envoi: EnvoiLu, fiche: str, taille: int = 100_000) -> pl.DataFrame:
    """All rows of a type of fiche."""
    lots = list(envoi.lots_de_lignes(fiche, taille))
    schema = {"_ligne": pl.Int64, "_fichier": pl.String, **dict.fromkeys(SCHEMA[fiche], pl.String)}
    return pl.concat(lots) if lots else pl.DataFrame(schema=schema)


def tout_lire(envoi: EnvoiLu) -> dict[str, pl.DataFrame]:
    return {fiche: cadre(envoi, fiche) for fiche in envoi.fiches()}
