"""Producing the file: PDF/UA-1 and PDF/A at once, tagged, in French, its font inside.

`typst` lays out one fixed template; the document comes to it as data.
"""

import json
import threading
from datetime import datetime
from functools import cache
from pathlib import Path

import typst

from cepage.fondations.socle.pdf.contenu import Document
from cepage.fondations.socle.pdf.texte import POLICES, imprimables

GABARIT = Path(__file__).resolve().parent / "document.typ"
_FIL = threading.local()


class DocumentImpossible(Exception):
    """The document cannot be laid out; the message says what to change."""


def produire(document: Document, *, le: datetime) -> bytes:
    """The PDF of `document`, dated `le` (aware): PDF/UA-1 and PDF/A-2a, or PDF/A-3a when it carries files.

    The same document at the same instant gives the same bytes. Raises DocumentImpossible when an image cannot be
    read, or headings skip a level.
    """
    if le.tzinfo is None:
        raise ValueError("La date d'un document porte son fuseau.")
    donnees = imprimables(document.en_donnees())
    try:
        produit = _compositeur().compile(
            format="pdf",
            sys_inputs={"document": json.dumps(donnees, ensure_ascii=False)},
            pdf_standards=["ua-1", "a-3a" if document.pieces else "a-2a"],
            timestamp=int(le.timestamp()),
        )
    except typst.TypstError as erreur:
        raise DocumentImpossible(
            f"Le document « {document.titre} » ne peut pas être mis en page : {erreur.message}. "
            "Vérifiez son logo, ses pièces jointes et l'ordre de ses titres."
        ) from erreur
    if not isinstance(produit, bytes):
        raise DocumentImpossible(f"Le document « {document.titre} » n'a donné aucun fichier.")
    return produit


def _compositeur() -> typst.Compiler:
    """The compiler of this thread: it keeps the template parsed and the fonts read."""
    compositeur: typst.Compiler | None = getattr(_FIL, "compositeur", None)
    if compositeur is None:
        compositeur = typst.Compiler(str(GABARIT), root=str(GABARIT.parent), font_paths=_polices())
        _FIL.compositeur = compositeur
    return compositeur


@cache
def _polices() -> typst.Fonts:
    """The fonts of the package, and no other: a document is the same on every machine."""
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(POLICES)])
