"""Finding a person by pieces of names: tolerant of accents, case, order, hyphens and one typing error.

Each word of a name is kept under its first letters and those letters less one: two words that differ by one added,
missing, wrong or swapped letter share a piece. Pieces are stored as hashes, read by equality, which row-level
security lets the database do with an index; a close look at the names then drops chance meetings.
"""

import unicodedata
import zlib
from collections.abc import Iterable

LETTRES = 7
"""Letters of a word that count: beyond, a name is already rare."""
DEBUT_MINIMAL = 3
"""A word typed so far is found from this many letters."""


def mots(texte: str) -> list[str]:
    """The words of a name: capital letters without accents; a hyphen or an apostrophe separates."""
    decompose = unicodedata.normalize("NFKD", texte.replace("œ", "oe").replace("Œ", "OE"))
    lettres = "".join(c if c.isalpha() else "" if unicodedata.combining(c) else " " for c in decompose)
    return lettres.upper().split()


def mots_d_un_nom(nom: str) -> list[str]:
    """The words of a name, and the name in one word when it has several: « Le Goff » is also asked as « Legoff »."""
    separes = mots(nom)
    return [*separes, "".join(separes)] if len(separes) > 1 else separes


def pieces(mot: str) -> set[str]:
    """The first letters of a word, and the same less one letter at each place."""
    debut = mot[:LETTRES]
    if len(debut) <= 2:
        return {debut}
    return {debut} | {debut[:i] + debut[i + 1 :] for i in range(len(debut))}


def _cle(piece: str) -> int:
    """A signed 32-bit hash."""
    valeur = zlib.crc32(piece.encode())
    return valeur - (1 << 32) if valeur >= 1 << 31 else valeur


def cles_du_mot(mot: str) -> list[int]:
    """The keys under which a typed word may be found."""
    return sorted(
        {_cle(p) for p in pieces(mot)} | ({_cle("^" + mot[:LETTRES])} if len(mot) >= DEBUT_MINIMAL else set())
    )


def cles_du_nom(*noms: str) -> list[int]:
    """The keys a person is kept under: the pieces and the beginnings of each word of their names."""
    trouvees: set[int] = set()
    for mot in {m for nom in noms for m in mots_d_un_nom(nom)}:
        trouvees |= {_cle(p) for p in pieces(mot)}
        trouvees |= {_cle("^" + mot[:n]) for n in range(DEBUT_MINIMAL, min(len(mot), LETTRES) + 1)}
    return sorted(trouvees)


def proches(un: str, autre: str) -> bool:
    """True when the words begin alike, or differ by one letter added, missing, wrong or swapped with its neighbour."""
    if un == autre or (len(un) >= DEBUT_MINIMAL and autre.startswith(un)):
        return True
    if abs(len(un) - len(autre)) > 1 or min(len(un), len(autre)) < DEBUT_MINIMAL:
        return False
    i = next((i for i, (a, b) in enumerate(zip(un, autre, strict=False)) if a != b), min(len(un), len(autre)))
    reste_un, reste_autre = un[i:], autre[i:]
    return (
        reste_un[1:] == reste_autre[1:]
        or reste_un[1:] == reste_autre
        or reste_un == reste_autre[1:]
        or (reste_un[:2] == reste_autre[:2][::-1] and reste_un[2:] == reste_autre[2:])
    )


def ressemblance(demandes: Iterable[str], noms: Iterable[str]) -> int | None:
    """How well the words asked fit the names: 2 a word when exact, 1 when close; None when one fits none."""
    presents = [m for nom in noms for m in mots_d_un_nom(nom)]
    total = 0
    for mot in demandes:
        if mot in presents:
            total += 2
        elif any(proches(mot, present) for present in presents):
            total += 1
        else:
            return None
    return total


def telephone_normalise(texte: str) -> str:
    """A phone number in E.164 (« +33639988830 »); a national French one takes +33. Empty when there is no digit."""
    chiffres = "".join(c for c in texte if c.isdigit())
    if not chiffres:
        return ""
    if texte.strip().startswith("+"):
        return "+" + chiffres
    if chiffres.startswith("00"):
        return "+" + chiffres[2:]
    return "+33" + chiffres[1:] if chiffres.startswith("0") else "+" + chiffres
