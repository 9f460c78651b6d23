"""What is checked on the files joined to livrables, and on opening hours."""

import io
import zipfile
from collections.abc import Callable, Mapping

import polars as pl
from pypdf import PdfReader
from pypdf.errors import PyPdfError

from cepage.echanges.contrat.constats import Regle
from cepage.echanges.reception.lecture import Piece

TAILLE_MAXIMALE = 50 * 2**20
_JOURS = r"(?:Mo|Tu|We|Th|Fr|Sa|Su|PH|SH)"
_JOUR_OU_PLAGE = rf"{_JOURS}(?:-{_JOURS})?"
_HEURE = r"(?:[01]\d|2[0-4]):[0-5]\d"
_PLAGES = rf"{_HEURE}-{_HEURE}(?:,\s?{_HEURE}-{_HEURE})*"
_REGLE = rf"(?:{_JOUR_OU_PLAGE}(?:,\s?{_JOUR_OU_PLAGE})*\s+)?(?:{_PLAGES}|off|closed)"
GRAMMAIRE_HORAIRES = rf"^(?:24/7|{_REGLE}(?:\s*[;,]\s*{_REGLE})*;?)$"


def regles_d_horaires() -> list[Regle]:
    """Opening hours must be readable: days, ranges of hours, closures (OpenStreetMap opening_hours)."""
    horaires = pl.col("horaires")
    return [
        Regle("E-IMP-011", horaires.is_not_null() & ~horaires.str.contains(GRAMMAIRE_HORAIRES), "horaires", horaires)
    ]


def joindre_les_pieces(
    lignes: pl.DataFrame, pieces: Mapping[str, Piece], deja_recue: Callable[[str], bool]
) -> pl.DataFrame:
    """Add `piece_venue`, `piece_fausse` (hash differs) and `piece_defaut` (why the file does not open)."""
    venues, fausses, defauts = [], [], []
    for nom, annoncee in lignes.select("nom_fichier", "empreinte_sha256").iter_rows():
        piece = pieces.get(nom)
        venues.append(piece is not None or (annoncee is not None and deja_recue(annoncee)))
        fausse = piece is not None and piece.sha256 != annoncee
        fausses.append(fausse)
        defauts.append(defaut(piece) if piece is not None and not fausse else None)
    return lignes.with_columns(
        pl.Series("piece_venue", venues, dtype=pl.Boolean),
        pl.Series("piece_fausse", fausses, dtype=pl.Boolean),
        pl.Series("piece_defaut", defauts, dtype=pl.String),
    )


def defaut(piece: Piece) -> str | None:
    """Why the file cannot be read as a PDF or an ODT; None when it can."""
    if piece.taille > TAILLE_MAXIMALE:
        return f"il dépasse {TAILLE_MAXIMALE // 2**20} Mo"
    with piece.ouvrir() as flux:
        contenu = flux.read()
    if piece.nom.lower().endswith(".odt"):
        return _defaut_odt(contenu)
    return defaut_pdf(contenu)


def defaut_pdf(contenu: bytes) -> str | None:
    """Why these bytes cannot be read as a PDF; None when they can."""
    if not contenu.startswith(b"%PDF-"):
        return "ce n'est pas un PDF"
    try:
        lecteur = PdfReader(io.BytesIO(contenu))
        if lecteur.is_encrypted:
            return "il est protégé par un mot de passe"
        return None if len(lecteur.pages) else "il n'a aucune page"
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError, OSError):
        return "le PDF est abîmé"


def _defaut_odt(contenu: bytes) -> str | None:
    try:
        with zipfile.ZipFile(io.BytesIO(contenu)) as archive:
            noms = archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError):
        return "ce n'est pas un document ODT"
    return None if "content.xml" in noms else "le document ODT n'a pas de contenu"
