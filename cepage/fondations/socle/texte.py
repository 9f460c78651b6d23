"""Texts to compare: what a person types never has the case nor the accents of what is kept."""

import unicodedata


def cle_de_recherche(texte: str) -> str:
    """The text without case nor accents."""
    decompose = unicodedata.normalize("NFKD", texte.replace("œ", "oe").replace("Œ", "oe"))
    return "".join(c for c in decompose if not unicodedata.combining(c)).casefold()


def contient_les_mots(texte: str, cherche: str) -> bool:
    """True when every word of `cherche` is in `texte`, case, accents and order aside; False when there is no word."""
    mots, entier = cle_de_recherche(cherche).split(), cle_de_recherche(texte)
    return bool(mots) and all(mot in entier for mot in mots)
