"""« Only my rejected lines »: the header and the refused records, byte for byte from the kept proof."""

import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from cepage.echanges.reception import preuves
from cepage.echanges.reception.lecture import Limites
from cepage.echanges.reception.lecture.enregistrements import lire_enregistrement
from cepage.echanges.reception.models import Envoi

_BOM = b"\xef\xbb\xbf"
_ESSAIS = 200


class PreuveAbsente(Exception):
    """The bytes of the envoi, or this file of them, are not kept here."""


def est_un_csv(chemin: Path, fichier: str) -> bool:
    """True when the file of fiches `fichier` of the proof is a CSV (its name says it inside an archive)."""
    if not chemin.is_file():
        return False
    if zipfile.is_zipfile(chemin):
        return fichier.lower().endswith(".csv")
    with chemin.open("rb") as flux:
        tete = flux.read(256).removeprefix(_BOM).lstrip()
    return bool(tete) and not tete.startswith((b"{", b"[", b"<"))


def extraire(envoi: Envoi, fichier: str, lignes: frozenset[int]) -> Iterator[bytes]:
    """The header of the file, then the records that begin at these physical lines (the header being line 1).

    Raises PreuveAbsente at once; nothing is read of the database afterwards.
    """
    chemin = preuves.chemin(envoi.empreinte)
    if not est_un_csv(chemin, fichier):
        raise PreuveAbsente(f"Le fichier « {fichier} » n'est pas un CSV gardé avec cet envoi.")
    if zipfile.is_zipfile(chemin):
        with zipfile.ZipFile(chemin) as archive:
            if fichier not in archive.namelist():
                raise PreuveAbsente(f"L'archive ne contient pas « {fichier} ».")
        return _d_une_archive(chemin, fichier, lignes)
    return _d_un_fichier(chemin, lignes)


def _d_une_archive(chemin: Path, fichier: str, lignes: frozenset[int]) -> Iterator[bytes]:
    with zipfile.ZipFile(chemin) as archive, archive.open(fichier) as flux:
        yield from _choisir(flux, lignes)


def _d_un_fichier(chemin: Path, lignes: frozenset[int]) -> Iterator[bytes]:
    with chemin.open("rb") as flux:
        yield from _choisir(flux, lignes)


def _choisir(flux: IO[bytes], lignes: frozenset[int]) -> Iterator[bytes]:
    for numero, enregistrement in _enregistrements(flux):
        if numero == 1 or numero in lignes:
            yield enregistrement if enregistrement.endswith(b"\n") else enregistrement + b"\n"


def _enregistrements(flux: IO[bytes]) -> Iterator[tuple[int, bytes]]:
    """Each record with the number of its first physical line, cut as the reading of envois cuts them."""
    limite = Limites().longueur_enregistrement
    numero = 1
    attente: list[bytes] = []
    while brute := attente.pop(0) if attente else flux.readline():
        lues, texte = [brute], brute
        if b'"' in brute:
            texte, lues, attente = _entre_guillemets(flux, brute, attente, limite)
        yield numero, texte
        numero += len(lues)


def _entre_guillemets(
    flux: IO[bytes], brute: bytes, attente: list[bytes], limite: int
) -> tuple[bytes, list[bytes], list[bytes]]:
    """The record that begins with `brute` and its lines; the lines read beyond it wait."""
    lues = [brute]
    total, essais = len(brute), 0
    while True:
        # Only a line with a quote can close what is open.
        if b'"' in lues[-1]:
            essais += 1
            lu = lire_enregistrement(b"".join(lues).removeprefix(_BOM), 0)
            if lu is not None and lu.champs is not None:
                return b"".join(lues), lues, attente
        suivante = attente.pop(0) if attente else flux.readline()
        if not suivante or total > limite or essais > _ESSAIS:
            # A quote that nothing closes: the reading gives up this physical line alone.
            reste = [*lues[1:], *([suivante] if suivante else []), *attente]
            return brute, [brute], reste
        lues.append(suivante)
        total += len(suivante)
