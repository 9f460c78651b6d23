"""Documents as accessible, archivable PDF files: `produire(Document(…), le=…)`."""

from cepage.fondations.socle.pdf.contenu import (
    MENTION_MEDIATEUR,
    Bloc,
    Document,
    Encadre,
    Fiche,
    Liste,
    Logo,
    Paragraphe,
    PieceJointe,
    Rubrique,
    Saut,
    Tableau,
)
from cepage.fondations.socle.pdf.production import DocumentImpossible, produire

__all__ = [
    "MENTION_MEDIATEUR",
    "Bloc",
    "Document",
    "DocumentImpossible",
    "Encadre",
    "Fiche",
    "Liste",
    "Logo",
    "Paragraphe",
    "PieceJointe",
    "Rubrique",
    "Saut",
    "Tableau",
    "produire",
]
