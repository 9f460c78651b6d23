"""What the reading gives and takes: limits, manifest, attached files, anomalies, the refusal of a file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, Literal

from cepage.echanges.reception.lecture.codes import CODES

Schema = Mapping[str, Mapping[str, bool]]
"""Fiche name → field name → does the field accept several values."""

Progres = Callable[[int, int], None]
"""Called with (bytes read, total bytes)."""

Gravite = Literal["bloquant", "avertissement"]

MARQUE_FORME_FAUSSE = "\x1a"
"""First character of a value whose JSON or XML shape is wrong (object, nested list, repeated simple field).

No format of the contract accepts it, so the validator refuses the value; the anomaly E-FIC-106 says why."""


@dataclass(frozen=True, slots=True)
class Limites:
    """Bounds of what is read; sizes in bytes. Beyond one of them the file is refused whole."""

    octets: int = 20 * 2**30
    ratio: int = 200
    membres: int = 200_000
    longueur_enregistrement: int = 2**20
    profondeur: int = 16
    manifeste: int = 64 * 2**20
    anomalies: int = 10_000


@dataclass(frozen=True, slots=True)
class AnomalieLecture:
    """One anomaly found while reading; `bloquant` means the line was not kept (or its field not readable)."""

    code: str
    gravite: Gravite
    message: str
    remede: str
    clause: str
    fichier: str
    ligne: int | None = None
    fiche: str | None = None
    champ: str | None = None
    valeur: str | None = None


class EnvoiIllisible(Exception):
    """The file is refused whole; `code` is one of `codes.CODES`."""

    def __init__(self, code: str, message: str, remede: str, clause: str) -> None:
        super().__init__(f"{code} : {message} {remede}")
        self.code = code
        self.message = message
        self.remede = remede
        self.clause = clause


def illisible(code: str, **details: object) -> EnvoiIllisible:
    """Build the refusal of `code` with its French sentence; missing details are written empty."""
    texte = CODES[code]
    valeurs = _Details(details)
    return EnvoiIllisible(code, texte.message.format_map(valeurs), texte.remede.format_map(valeurs), texte.clause)


class _Details(dict[str, Any]):
    def __init__(self, details: Mapping[str, object]) -> None:
        super().__init__({nom: _lisible(valeur) for nom, valeur in details.items()})

    def __missing__(self, cle: str) -> str:
        return ""


def _lisible(valeur: object) -> object:
    if isinstance(valeur, str):
        propre = "".join(c if c.isprintable() else "�" for c in valeur)
        return propre if len(propre) <= 300 else propre[:300] + "…"
    return valeur


@dataclass(frozen=True, slots=True)
class Manifeste:
    """Heading of an envoi: from manifeste.json, or from the heading of a JSON or XML document."""

    version: str | None
    lot: str | None
    emetteur: str | None
    sequence: int | None
    comptes: Mapping[str, int] = field(default_factory=dict)
    empreintes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Piece:
    """A file of `livrables/`: its name without the folder, SHA-256 (hexadecimal), size in bytes."""

    nom: str
    sha256: str
    taille: int
    _ouvrir: Callable[[], BinaryIO]

    def ouvrir(self) -> BinaryIO:
        """Open the content as a binary stream; the caller closes it."""
        return self._ouvrir()


@dataclass(frozen=True, slots=True)
class Source:
    """A readable file: bare, or member of an archive; may be opened as often as needed."""

    nom: str
    taille: int
    ouvrir: Callable[[], BinaryIO]


def source_fichier(chemin: Path, nom: str) -> Source:
    """The `Source` of a plain file on disk, known to the sender as `nom`."""

    def ouvrir() -> BinaryIO:
        return chemin.open("rb")

    return Source(nom, chemin.stat().st_size, ouvrir)


class Anomalies:
    """Anomalies found so far: each once, whatever the number of readings, bounded by code."""

    def __init__(self, limite: int) -> None:
        self._limite = limite
        self._vues: set[tuple[object, ...]] = set()
        self._par_code: dict[str, int] = {}
        self.liste: list[AnomalieLecture] = []

    def ajouter(
        self,
        code: str,
        *,
        fichier: str,
        ligne: int | None = None,
        fiche: str | None = None,
        champ: str | None = None,
        valeur: str | None = None,
        **details: object,
    ) -> None:
        """Record an anomaly; past the limit of one code a single W-FIC-003 tells that more exist."""
        cle = (code, fichier, ligne, fiche, champ)
        if cle in self._vues:
            return
        nombre = self._par_code.get(code, 0)
        if nombre > self._limite:
            return
        self._par_code[code] = nombre + 1
        if nombre == self._limite:
            self.ajouter("W-FIC-003", fichier=fichier, champ=code, valeur=code, limite=self._limite)
            return
        self._vues.add(cle)
        texte = CODES[code]
        valeurs = _Details(
            {
                "fichier": fichier,
                "ligne": ligne,
                "fiche": fiche,
                "champ": champ,
                "valeur": valeur or "",
                **details,
            }
        )
        self.liste.append(
            AnomalieLecture(
                code=code,
                gravite="avertissement" if code.startswith("W") else "bloquant",
                message=texte.message.format_map(valeurs),
                remede=texte.remede.format_map(valeurs),
                clause=texte.clause,
                fichier=fichier,
                ligne=ligne,
                fiche=fiche,
                champ=champ,
                valeur=None if valeur is None else valeur[:300],
            )
        )
