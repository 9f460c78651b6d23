"""The glossary: one concept, one word, read from docs/lexique.md (lines « - **terme** : définition. »)."""

import re
from functools import cache
from pathlib import Path

_PAQUET = Path(__file__).resolve().parent.parent
# In a checkout the glossary is in docs/; an installed package carries its own copy.
_EMPLACEMENTS = (_PAQUET.parent.parent.parent / "docs" / "lexique.md", _PAQUET / "lexique.md")
_LIGNE = re.compile(r"^- \*\*(?P<terme>[^*]+)\*\*\s*:\s*(?P<definition>.+)$")


@cache
def termes() -> dict[str, str]:
    """Every term, in lower case, and its definition."""
    fichier = next((chemin for chemin in _EMPLACEMENTS if chemin.is_file()), None)
    if fichier is None:
        raise FileNotFoundError(f"Le lexique est introuvable : {_EMPLACEMENTS[0]}.")
    lues = (_LIGNE.match(ligne) for ligne in fichier.read_text(encoding="utf-8").splitlines())
    return {m["terme"].strip().lower(): m["definition"].strip() for m in lues if m}


def definition(terme: str) -> str:
    """The definition of `terme`; raises KeyError when the glossary does not have it."""
    try:
        return termes()[terme.strip().lower()]
    except KeyError:
        raise KeyError(f"« {terme} » n'est pas dans docs/lexique.md : ajoutez-y sa définition.") from None
