"""The scan of a signed paper: a PDF that opens, is not protected, and runs nothing."""

import io
from collections.abc import Iterator
from typing import Any

import pypdf
from pypdf.errors import PyPdfError

from cepage.fondations.socle import antivirus
from cepage.operateur.dossiers.services import ActeRefuse
from cepage.operateur.livrables.services import refus

_ACTIONS = frozenset({"/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToR"})


def verifier(octets: bytes) -> None:
    """Raise ActeRefuse when the file is not a PDF one can open, is protected, acts, or carries a virus."""
    try:
        lu = pypdf.PdfReader(io.BytesIO(octets))
        actif = lu.is_encrypted or any(_agit(porteur) for porteur in _porteurs(lu))
        pages = 0 if lu.is_encrypted else len(lu.pages)
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as erreur:
        raise ActeRefuse(refus.FICHIER_ILLISIBLE) from erreur
    if actif:
        raise ActeRefuse(refus.FICHIER_ACTIF)
    if not octets.startswith(b"%PDF-") or pages == 0:
        raise ActeRefuse(refus.FICHIER_ILLISIBLE)
    try:
        antivirus.inspecter(octets)
    except antivirus.FichierDouteux as doute:
        raise ActeRefuse(refus.fichier_douteux(doute)) from doute


def _porteurs(lu: pypdf.PdfReader) -> Iterator[Any]:
    """The catalogue, its names, the pages and what is drawn on them: where an action may hang."""
    racine = lu.root_object
    yield racine
    if "/Names" in racine:
        yield racine["/Names"].get_object()
    for page in lu.pages:
        yield page
        for annotation in page.get("/Annots", ()):
            yield annotation.get_object()


def _agit(porteur: Any) -> bool:
    if "/AA" in porteur or "/JavaScript" in porteur:
        return True
    actions = [porteur[cle].get_object() for cle in ("/A", "/OpenAction") if cle in porteur]
    return any(isinstance(a, dict) and a.get("/S") in _ACTIONS for a in actions)
