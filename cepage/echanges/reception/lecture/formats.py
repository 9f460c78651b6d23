"""Tell the format of a file by its content first, its name second."""

from __future__ import annotations

import json

from cepage.echanges.reception.lecture.modeles import Limites, Source, illisible

_AUTRES = {
    b"%PDF": "PDF",
    b"\x1f\x8b": "gzip",
    b"7z\xbc\xaf": "7z",
    b"Rar!": "RAR",
    b"\xd0\xcf\x11\xe0": "document bureautique ancien",
    b"\x7fELF": "programme",
    b"MZ\x90": "programme",
    b"\x89PNG": "image",
    b"\xff\xd8\xff": "image",
    b"PAR1": "Parquet",
    b"SQLite": "SQLite",
}
_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")


def reconnaitre_format(source: Source, limites: Limites) -> str:
    """`zip`, `json`, `jsonl`, `xml` or `csv`; raises E-FIC-002 for a known foreign format."""
    with source.ouvrir() as flux:
        tete = flux.read(64 * 1024)
        extension = source.nom.lower().rsplit(".", 1)[-1]
        if tete.startswith(_ZIP):
            return "zip"
        if extension == "zip":
            raise illisible("E-FIC-010", fichier=source.nom, detail="ce n'est pas une archive ZIP")
        for signature, quoi in _AUTRES.items():
            if tete.startswith(signature):
                raise illisible("E-FIC-002", fichier=source.nom, detail=f" ({quoi})")
        corps = tete.removeprefix(b"\xef\xbb\xbf").lstrip(b" \t\r\n")
        if corps.startswith(b"<"):
            return "xml"
        if corps.startswith(b"["):
            raise illisible("E-FIC-028", fichier=source.nom, detail="il commence par une liste et non par un objet")
        if not corps.startswith(b"{"):
            if extension in ("jsonl", "ndjson"):
                return "jsonl"
            if extension in ("json", "xml"):
                return extension
            return "csv"
        if extension in ("jsonl", "ndjson"):
            return "jsonl"
        while b"\n" not in corps and len(corps) < limites.longueur_enregistrement:
            bloc = flux.read(64 * 1024)
            if not bloc:
                break
            corps += bloc
    return "jsonl" if _est_une_fiche(corps.split(b"\n", 1)[0]) else "json"


def _est_une_fiche(ligne: bytes) -> bool:
    if b'"fiche"' not in ligne:
        return False
    try:
        valeur = json.loads(ligne)
    except (ValueError, RecursionError):
        return False
    return isinstance(valeur, dict) and "fiche" in valeur and "fiches" not in valeur
