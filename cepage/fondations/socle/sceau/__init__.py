"""The organisation's seal on a PDF: `sceller_pdf`, `verifier_pdf`."""

from cepage.fondations.socle.sceau.apposition import SceauImpossible, Scelle, sceller_pdf
from cepage.fondations.socle.sceau.autorite import SceauMalConfigure, autorite
from cepage.fondations.socle.sceau.verification import Etat, Verdict, verifier_pdf

__all__ = [
    "Etat",
    "SceauImpossible",
    "SceauMalConfigure",
    "Scelle",
    "Verdict",
    "autorite",
    "sceller_pdf",
    "verifier_pdf",
]
