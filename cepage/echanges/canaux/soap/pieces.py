"""The file of a request: on this disk from its first block to its judge, whether it came inside or joined apart."""

import hashlib
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from cepage.echanges.canaux.depots.services import repertoire
from cepage.echanges.canaux.soap.fautes import Faute
from cepage.echanges.canaux.soap.signature import Attente


@dataclass(frozen=True)
class Piece:
    """A whole file, its size in bytes and its SHA-256."""

    chemin: Path
    taille: int
    empreinte: str


@contextmanager
def ecrite(blocs: Iterable[bytes], attente: Attente | None = None) -> Iterator[Piece]:
    """Write these blocks and give the file, which goes with the context. Raises Faute."""
    chemin = repertoire() / f"soap-{uuid.uuid4()}"
    try:
        yield _ecrire(chemin, blocs, attente)
    finally:
        chemin.unlink(missing_ok=True)


def _ecrire(chemin: Path, blocs: Iterable[bytes], attente: Attente | None) -> Piece:
    taille, hachage = 0, hashlib.sha256()
    with chemin.open("wb") as flux:
        for bloc in blocs:
            taille += len(bloc)
            if taille > settings.CEPAGE_TAILLE_MAXIMALE:
                raise Faute(
                    "message-trop-gros",
                    f"Le fichier dépasse {settings.CEPAGE_TAILLE_MAXIMALE} octets.",
                    "Coupez-le en plusieurs envois.",
                )
            hachage.update(bloc)
            if attente is not None:
                attente.ajouter(bloc)
            flux.write(bloc)
    if attente is not None:
        attente.exiger()
    return Piece(chemin, taille, hachage.hexdigest())
