"""Writing the file of an envoi: one archive, the same bytes for the same fiches."""

import csv
import hashlib
import io
import json
import os
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Protocol, TypeVar

from django.conf import settings

from cepage.echanges.contrat.fiches import FICHES, VERSION
from cepage.echanges.reception import preuves

# The date of a member is part of the bytes: it never changes.
_SANS_DATE = (1980, 1, 1, 0, 0, 0)


class ARediger(Protocol):
    """One fiche to be written: the text of its fields, the hash of its file (empty: none), its line once written."""

    fiche: str
    nature: str
    contenu: Mapping[str, str]
    piece: str
    ligne: int | None


Fiche = TypeVar("Fiche", bound=ARediger)


def _de_la_preuve(empreinte: str) -> bytes:
    return preuves.chemin(empreinte).read_bytes()


def repertoire() -> Path:
    """Where the files sent are kept."""
    return Path(settings.CEPAGE_DONNEES) / "envois_sortants"


def nom_du_fichier(emetteur: str, lot: str, le: datetime, sequence: int) -> str:
    """The contract's name of an envoi."""
    return f"CEP_{lot}_{emetteur}_{le:%Y%m%d}_{sequence}.zip"


def rediger(
    fiches: Iterable[Fiche],
    *,
    emetteur: str,
    lot: str,
    sequence: int,
    lire_piece: Callable[[str], bytes] = _de_la_preuve,
) -> bytes:
    """The archive of these fiches, and the first line of each in the file of its kind (set on `ligne`).

    `lire_piece` gives the bytes of a file by its hash.
    """
    par_sorte: dict[str, list[Fiche]] = {}
    for fiche in fiches:
        par_sorte.setdefault(fiche.fiche, []).append(fiche)
    membres = {f"{nom}.csv": _csv(nom, par_sorte[nom]) for nom in FICHES if nom in par_sorte}
    membres |= dict(_pieces(par_sorte.get("livrable", []), lire_piece))
    manifeste = {
        "version": VERSION,
        "lot": lot,
        "emetteur": emetteur,
        "sequence": sequence,
        "comptes": {nom: len(par_sorte[nom]) for nom in FICHES if nom in par_sorte},
        "empreintes": {nom: hashlib.sha256(octets).hexdigest() for nom, octets in membres.items()},
    }
    sortie = io.BytesIO()
    with zipfile.ZipFile(sortie, "w") as archive:
        for nom, octets in {"manifeste.json": json.dumps(manifeste).encode(), **membres}.items():
            archive.writestr(zipfile.ZipInfo(nom, _SANS_DATE), octets, zipfile.ZIP_DEFLATED)
    return sortie.getvalue()


def _csv(nom: str, fiches: list[Fiche]) -> bytes:
    sortie = io.StringIO()
    ecrivain = csv.DictWriter(sortie, FICHES[nom].noms, delimiter=";", lineterminator="\n", restval="")
    ecrivain.writeheader()
    ligne = 2
    for fiche in fiches:
        ecrivain.writerow(fiche.contenu)
        fiche.ligne = ligne
        # A text of several lines moves the following fiches down by as many.
        ligne += 1 + sum(valeur.count("\n") for valeur in fiche.contenu.values())
    return sortie.getvalue().encode()


def _pieces(livrables: list[Fiche], lire_piece: Callable[[str], bytes]) -> Iterator[tuple[str, bytes]]:
    for livrable in livrables:
        if livrable.piece and livrable.nature != "A":
            yield f"livrables/{livrable.contenu['nom_fichier']}", lire_piece(livrable.piece)


def deposer_sur_le_disque(nom: str, octets: bytes) -> Path:
    """Write the file whole or not at all, and make sure it is on disk."""
    repertoire().mkdir(parents=True, exist_ok=True)
    destination = repertoire() / nom
    provisoire = destination.with_name(f"{nom}.{os.getpid()}.part")
    with provisoire.open("wb") as flux:
        flux.write(octets)
        flux.flush()
        os.fsync(flux.fileno())
    provisoire.replace(destination)
    return destination
