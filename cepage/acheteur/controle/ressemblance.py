"""How near two texts are: shingles of words, MinHash to find candidates, the exact share of common shingles to keep.

Pure: texts in, pairs out. A signal for the person who reads, never a verdict.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from datasketch import MinHash, MinHashLSH

from cepage.acheteur.controle.precontroles import sans_accent

PERMUTATIONS = 128
_MARGE = 0.1
"""Candidates are taken from a lower estimate than the threshold, since MinHash only estimates."""
_MOT = re.compile(r"[a-z0-9]+")


@dataclass(frozen=True, order=True)
class Paire:
    """Two texts, by their keys in order, and the share of their shingles that both have (0 to 1)."""

    un: str
    autre: str
    part: float


def suites_de_mots(texte: str, longueur: int) -> frozenset[str]:
    """Every run of `longueur` words, accents, case and punctuation left aside; none for a shorter text."""
    mots = _MOT.findall(sans_accent(texte))
    return frozenset(" ".join(mots[i : i + longueur]) for i in range(len(mots) - longueur + 1))


def part_commune(une: frozenset[str], autre: frozenset[str]) -> float:
    """Jaccard's share of two sets; 0 when both are empty."""
    reunies = len(une | autre)
    return len(une & autre) / reunies if reunies else 0.0


def textes_proches(textes: Mapping[str, str], vises: Iterable[str], *, seuil: float, longueur: int) -> list[Paire]:
    """The pairs of which one text at least is in `vises` and whose common share reaches `seuil`, sorted.

    Linear in the number of texts: only candidates that share a band of their signature are compared.
    """
    suites = {cle: s for cle, texte in textes.items() if (s := suites_de_mots(texte, longueur))}
    index = MinHashLSH(threshold=max(0.1, seuil - _MARGE), num_perm=PERMUTATIONS)
    signatures = {cle: _signature(s) for cle, s in suites.items()}
    for cle, signature in signatures.items():
        index.insert(cle, signature)
    paires = set()
    for cle in vises:
        for autre in index.query(signatures[cle]) if cle in signatures else ():
            part = part_commune(suites[cle], suites[autre])
            if autre != cle and part >= seuil:
                un, second = sorted((cle, str(autre)))
                paires.add(Paire(un, second, round(part, 3)))
    return sorted(paires)


def _signature(suites: frozenset[str]) -> MinHash:
    signature = MinHash(num_perm=PERMUTATIONS)
    signature.update_batch([s.encode() for s in suites])
    return signature
