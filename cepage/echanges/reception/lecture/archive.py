"""ZIP of an envoi: every member checked by its entry before a byte is decompressed, then by its SHA-256."""

from __future__ import annotations

import io
import stat
import struct
import unicodedata
import zipfile
import zlib
from pathlib import Path, PurePosixPath
from typing import IO, BinaryIO, cast

from cepage.echanges.reception.lecture.inspection import empreinte_sha256
from cepage.echanges.reception.lecture.manifeste import NOM_MANIFESTE, lire_manifeste
from cepage.echanges.reception.lecture.modeles import Limites, Manifeste, Piece, Source, illisible

DOSSIER_PIECES = "livrables/"
_EXTENSIONS = frozenset({".csv", ".json", ".jsonl", ".ndjson", ".xml"})
_ARCHIVES = frozenset({".zip", ".gz", ".tgz", ".bz2", ".xz", ".7z", ".rar", ".tar", ".zst", ".jar"})
_SIGNATURES_ARCHIVES = (b"PK\x03\x04", b"\x1f\x8b", b"7z\xbc\xaf\x27\x1c", b"Rar!", b"\xfd7zXZ\x00", b"BZh")
_PIECES_ZIP = frozenset({".odt", ".ods", ".odp", ".odg", ".odf", ".docx", ".xlsx", ".pptx", ".epub"})
_ENTREE = 46
_NOM_MAXIMAL = 400


class Archive:
    """A checked archive: its manifest, its files of fiches and its attached files."""

    def __init__(self, chemin: Path, nom: str, limites: Limites) -> None:
        """Check the whole archive; raises EnvoiIllisible (E-FIC-010 to 022, 031)."""
        self._chemin = chemin
        self._nom = nom
        self._limites = limites
        _compter_entrees(chemin, nom, limites)
        try:
            with zipfile.ZipFile(chemin) as archive:
                entrees = [e for e in archive.infolist() if not self._est_dossier(e)]
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, struct.error) as erreur:
            raise illisible("E-FIC-010", fichier=nom, detail=_cause(erreur)) from None
        self._controler(entrees)
        par_nom = {e.filename: e for e in entrees}
        if NOM_MANIFESTE not in par_nom:
            raise illisible("E-FIC-011", fichier=nom)
        self.manifeste: Manifeste = self._lire_manifeste(par_nom.pop(NOM_MANIFESTE))
        self._confronter(par_nom)
        self.sources: list[Source] = []
        self.pieces: dict[str, Piece] = {}
        for entree in par_nom.values():
            self._verifier(entree)

    def _est_dossier(self, entree: zipfile.ZipInfo) -> bool:
        self._controler_nom(entree)
        return entree.is_dir() and entree.file_size == 0

    def _controler_nom(self, entree: zipfile.ZipInfo) -> None:
        # `orig_filename` is what the archive says; `filename` is cut at the first NUL.
        nom = entree.orig_filename
        chemin = PurePosixPath(nom)
        if (
            not nom
            or len(nom) > _NOM_MAXIMAL
            or chemin.is_absolute()
            or ".." in chemin.parts
            or "\\" in nom
            or ":" in nom
            or any(unicodedata.category(c) == "Cc" for c in nom)
            or str(chemin) != nom.rstrip("/")
        ):
            raise illisible("E-FIC-014", fichier=nom)

    def _controler(self, entrees: list[zipfile.ZipInfo]) -> None:
        limites = self._limites
        vus: set[str] = set()
        total = 0
        for entree in entrees:
            nom = entree.filename
            genre = stat.S_IFMT(entree.external_attr >> 16)
            if genre not in (0, stat.S_IFREG):
                raise illisible("E-FIC-015", fichier=nom)
            cle = unicodedata.normalize("NFC", nom).casefold()
            if cle in vus:
                raise illisible("E-FIC-016", fichier=nom)
            vus.add(cle)
            if entree.flag_bits & 0x41:
                raise illisible("E-FIC-017", fichier=nom)
            if entree.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                raise illisible("E-FIC-031", fichier=nom)
            if PurePosixPath(nom).suffix.lower() in _ARCHIVES:
                raise illisible("E-FIC-019", fichier=nom)
            total += entree.file_size
            if entree.file_size > 2**20 and entree.file_size > limites.ratio * max(entree.compress_size, 1):
                raise illisible(
                    "E-FIC-018",
                    fichier=nom,
                    detail=f"{entree.file_size} octets pour {entree.compress_size} compressés",
                )
            if total > limites.octets:
                raise illisible("E-FIC-018", fichier=nom, detail=f"plus de {limites.octets} octets au total")
        fin = 0
        for entree in sorted(entrees, key=lambda e: e.header_offset):
            if entree.header_offset < fin:
                raise illisible("E-FIC-018", fichier=entree.filename, detail="entrées superposées")
            fin = entree.header_offset + 30 + entree.compress_size

    def _lire_manifeste(self, entree: zipfile.ZipInfo) -> Manifeste:
        if entree.file_size > self._limites.manifeste:
            raise illisible("E-FIC-012", fichier=self._nom, detail="il est trop volumineux")
        with self._source(entree).ouvrir() as flux:
            return lire_manifeste(self._nom, flux.read())

    def _confronter(self, membres: dict[str, zipfile.ZipInfo]) -> None:
        for nom in membres:
            piece = nom.startswith(DOSSIER_PIECES)
            if not piece and ("/" in nom or PurePosixPath(nom).suffix.lower() not in _EXTENSIONS):
                raise illisible("E-FIC-021", fichier=nom, detail="ni fichier de fiches, ni livrable")
            if nom not in self.manifeste.empreintes:
                raise illisible("E-FIC-021", fichier=nom, detail="le manifeste ne le déclare pas")
        for nom in self.manifeste.empreintes:
            if nom not in membres and nom != NOM_MANIFESTE:
                raise illisible("E-FIC-022", fichier=nom)

    def _verifier(self, entree: zipfile.ZipInfo) -> None:
        nom = entree.filename
        source = self._source(entree)
        piece = nom.startswith(DOSSIER_PIECES)
        with source.ouvrir() as flux:
            debut = flux.read(8)
        suffixe = PurePosixPath(nom).suffix.lower()
        if debut.startswith(_SIGNATURES_ARCHIVES) and not (piece and suffixe in _PIECES_ZIP):
            raise illisible("E-FIC-019", fichier=nom)
        empreinte = empreinte_sha256(source)
        attendue = self.manifeste.empreintes[nom]
        if empreinte != attendue:
            raise illisible("E-FIC-013", fichier=nom, recue=empreinte, attendue=attendue)
        if piece:
            court = nom.removeprefix(DOSSIER_PIECES)
            self.pieces[court] = Piece(court, empreinte, entree.file_size, source.ouvrir)
        else:
            self.sources.append(source)

    def _source(self, entree: zipfile.ZipInfo) -> Source:
        def ouvrir() -> BinaryIO:
            try:
                return cast(BinaryIO, io.BufferedReader(_Membre(self._chemin, entree), 256 * 1024))
            except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError) as erreur:
                raise illisible("E-FIC-010", fichier=entree.filename, detail=_cause(erreur)) from None

        return Source(entree.filename, entree.file_size, ouvrir)


class _Membre(io.RawIOBase):
    """A member read as a stream; damaged data is E-FIC-010; never gives more than announced."""

    def __init__(self, chemin: Path, entree: zipfile.ZipInfo) -> None:
        super().__init__()
        self._nom = entree.filename
        self._archive = zipfile.ZipFile(chemin)
        try:
            self._flux: IO[bytes] = self._archive.open(entree)
        except BaseException:
            self._archive.close()
            raise

    def readable(self) -> bool:
        return True

    def readinto(self, tampon: object) -> int:
        vue = memoryview(cast(bytearray, tampon)).cast("B")
        try:
            bloc = self._flux.read(len(vue))
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError) as erreur:
            raise illisible("E-FIC-010", fichier=self._nom, detail=_cause(erreur)) from None
        vue[: len(bloc)] = bloc
        return len(bloc)

    def close(self) -> None:
        if not self.closed:
            self._flux.close()
            self._archive.close()
        super().close()


def _cause(erreur: BaseException) -> str:
    if isinstance(erreur, zipfile.BadZipFile) and "CRC" in str(erreur):
        return "somme de contrôle fausse"
    if isinstance(erreur, EOFError | zlib.error):
        return "données compressées endommagées"
    return "structure ZIP endommagée"


def _compter_entrees(chemin: Path, nom: str, limites: Limites) -> None:
    """Read the end of the central directory alone: refuse before its entries are loaded in memory."""
    taille = chemin.stat().st_size
    with chemin.open("rb") as flux:
        flux.seek(max(0, taille - 65_557 - 20))
        queue = flux.read()
    position = queue.rfind(b"PK\x05\x06")
    if position < 0 or len(queue) - position < 22:
        raise illisible("E-FIC-010", fichier=nom, detail="fin d'archive absente, transfert incomplet")
    nombre, taille_annuaire = struct.unpack_from("<HI", queue, position + 10)
    if (nombre == 0xFFFF or taille_annuaire == 0xFFFFFFFF) and queue[
        max(position - 20, 0) : max(position - 16, 0)
    ] == b"PK\x06\x07":
        (debut,) = struct.unpack_from("<Q", queue, position - 12)
        with chemin.open("rb") as flux:
            flux.seek(min(debut, taille))
            fin64 = flux.read(56)
        if len(fin64) == 56 and fin64.startswith(b"PK\x06\x06"):
            nombre, taille_annuaire = struct.unpack_from("<QQ", fin64, 32)
    # A false count cannot hide entries: the directory's own size bounds them too.
    if nombre > limites.membres or taille_annuaire > limites.membres * (_ENTREE + _NOM_MAXIMAL):
        raise illisible("E-FIC-020", fichier=nom, nombre=nombre, limite=limites.membres)
