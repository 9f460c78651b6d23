"""Scratch store: the fiches of a JSON or XML document, sorted by type into Arrow files on disk."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import polars as pl

from cepage.echanges.reception.lecture.modeles import Schema


class Reserve:
    """Frames by type of fiche, written once and read as often as needed."""

    def __init__(self, dossier: Path, schema: Schema) -> None:
        self._dossier = dossier
        self._schema = schema
        self._fichiers: dict[str, list[tuple[Path, int]]] = {}

    def fiches(self) -> list[str]:
        """Types of fiche stored."""
        return list(self._fichiers)

    def taille(self, fiche: str) -> int:
        """Bytes stored on disk for a type of fiche."""
        return sum(taille for _, taille in self._fichiers.get(fiche, []))

    def deposer(self, fiche: str, lot: pl.DataFrame) -> None:
        """Store a frame of `fiche`; its columns are brought to the contract's, in the contract's order."""
        if lot.height == 0:
            return
        self._dossier.mkdir(parents=True, exist_ok=True)
        fichiers = self._fichiers.setdefault(fiche, [])
        chemin = self._dossier / f"{fiche}-{len(fichiers):06}.arrow"
        lot.select(
            "_ligne",
            "_fichier",
            *(
                pl.col(champ) if champ in lot.columns else pl.lit(None, pl.String).alias(champ)
                for champ in self._schema[fiche]
            ),
        ).write_ipc(chemin, compression="lz4")
        fichiers.append((chemin, chemin.stat().st_size))

    def lots(self, fiche: str, progres: Callable[[int], None]) -> Iterator[pl.DataFrame]:
        """Stored frames in the order of the document; `progres` receives the bytes read so far."""
        lus = 0
        for chemin, taille in self._fichiers.get(fiche, []):
            lot = pl.read_ipc(chemin)
            lus += taille
            progres(lus)
            yield lot
