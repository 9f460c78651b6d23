"""Where the readers find their lists: the packaged files, then the dated lists imported since.

A list is known by its name (`communes`, or a table of `nomenclatures`). The readers never see Django: the
application wires a provider at start-up, a callable that answers every imported set. It is asked again at
most once a minute, so that a list applied on one machine reaches every running process without a restart.
"""

import csv
import gzip
import io
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from importlib.resources import files
from time import monotonic

DELAI_RELECTURE_SECONDES = 60.0
# The lists of the contract hold from the first day of the first market; no fiche is older.
DEBUT_CONNU = date(2020, 1, 1)

Ligne = dict[str, str]

_journal = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Jeu:
    """One imported set of a list, in force from `debut`; the same fingerprint means the same content."""

    liste: str
    debut: date
    source: str
    empreinte: str
    lire: Callable[[], bytes] = field(repr=False, compare=False)


Fournisseur = Callable[[], Sequence[Jeu]]


class _Etat:
    """The provider and what it last answered; `generation` changes whenever the readers must read again."""

    fournisseur: Fournisseur | None = None
    jeux: tuple[Jeu, ...] = ()
    generation: int = 0
    relu_a: float | None = None


def definir_fournisseur(fournisseur: Fournisseur | None) -> None:
    """Set the source of imported lists, or none: the readers then answer from the packaged files only."""
    _Etat.fournisseur = fournisseur
    oublier()


def oublier() -> None:
    """Make every reader read again at its next call; called after a list was applied."""
    _Etat.relu_a = None
    _Etat.jeux = ()
    _Etat.generation += 1


def generation() -> int:
    """A number that changes when a list may have changed: the readers key their caches by it."""
    if _Etat.fournisseur is None:
        return _Etat.generation
    maintenant = monotonic()
    if _Etat.relu_a is not None and maintenant - _Etat.relu_a < DELAI_RELECTURE_SECONDES:
        return _Etat.generation
    _Etat.relu_a = maintenant  # set first: the provider may itself look something up
    try:
        jeux = tuple(_Etat.fournisseur())
    except Exception:
        # A reader must answer even when the base is away: the last known lists stand, and the log says so.
        _journal.warning("Listes importées illisibles ; les dernières listes connues restent.", exc_info=True)
        return _Etat.generation
    if jeux != _Etat.jeux:
        _Etat.jeux = jeux
        _Etat.generation += 1
    return _Etat.generation


def jeux(liste: str) -> list[Jeu]:
    """The imported sets of `liste`, oldest first; empty when only the packaged file exists."""
    generation()
    return sorted((j for j in _Etat.jeux if j.liste == liste), key=lambda j: j.debut)


def jeu_en_vigueur(liste: str, le: date | None = None) -> Jeu | None:
    """The imported set in force on `le` (the newest when None), or None while the packaged file rules."""
    retenus = [j for j in jeux(liste) if le is None or j.debut <= le]
    return retenus[-1] if retenus else None


def lire_csv(contenu: bytes) -> list[Ligne]:
    """Rows of a UTF-8 CSV as dictionaries; a byte-order mark is accepted, and any usual separator."""
    texte = contenu.decode("utf-8-sig")
    entete = texte.split("\n", 1)[0]
    separateur = max(",;\t", key=entete.count)
    return list(csv.DictReader(io.StringIO(texte), delimiter=separateur))


def octets_livres(fichier: str) -> bytes:
    """Content of a packaged file, decompressed when its name ends in `.gz`."""
    chemin = files(__package__).joinpath("donnees", *fichier.split("/"))
    octets = chemin.read_bytes()
    return gzip.decompress(octets) if fichier.endswith(".gz") else octets


@lru_cache(maxsize=64)
def lignes_livrees(fichier: str) -> tuple[Ligne, ...]:
    """Rows of a packaged CSV, read once per process; do not modify them."""
    return tuple(lire_csv(octets_livres(fichier)))
