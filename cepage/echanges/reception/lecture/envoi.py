"""Open an envoi whatever its format, and give its fiches as frames of text in constant memory."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from pathlib import Path

import polars as pl

from cepage.echanges.reception.lecture.archive import Archive
from cepage.echanges.reception.lecture.formats import reconnaitre_format
from cepage.echanges.reception.lecture.inspection import controler_texte
from cepage.echanges.reception.lecture.lecture_csv import LecteurCsv
from cepage.echanges.reception.lecture.lecture_json import lire_document, lire_lignes
from cepage.echanges.reception.lecture.lecture_xml import lire_xml
from cepage.echanges.reception.lecture.manifeste import confronter_nom
from cepage.echanges.reception.lecture.modeles import (
    AnomalieLecture,
    Anomalies,
    Limites,
    Manifeste,
    Piece,
    Progres,
    Schema,
    Source,
    illisible,
    source_fichier,
)
from cepage.echanges.reception.lecture.reserve import Reserve


class EnvoiLu:
    """An envoi that can be read: what it says of itself, its attached files and its fiches.

    `format`: zip, csv, json, jsonl or xml. `avertissements` grows while the fiches are read: it is
    complete once `lots_de_lignes` has been exhausted for every type of `fiches()`.
    """

    def __init__(
        self,
        format_: str,
        *,
        schema: Schema,
        champs_obligatoires: Mapping[str, frozenset[str]],
        limites: Limites,
        repertoire: Path,
    ) -> None:
        self.format = format_
        self.manifeste: Manifeste | None = None
        self.pieces: dict[str, Piece] = {}
        self.taille_totale = 0
        self._schema = schema
        self._obligatoires = champs_obligatoires
        self._limites = limites
        self._anomalies = Anomalies(limites.anomalies)
        self._csv: dict[str, list[tuple[LecteurCsv, int]]] = {}
        self._reserve = Reserve(repertoire / f"lecture-{uuid.uuid4().hex}", schema)

    @property
    def avertissements(self) -> list[AnomalieLecture]:
        """Anomalies found so far, blocking (the line is not kept) or not, each once."""
        return self._anomalies.liste

    def fiches(self) -> list[str]:
        """Types of fiche present, in the order of the contract (an empty CSV counts as present)."""
        presentes = set(self._csv) | set(self._reserve.fiches())
        return [fiche for fiche in self._schema if fiche in presentes]

    def lots_de_lignes(
        self, fiche: str, taille: int = 100_000, progres: Progres | None = None
    ) -> Iterator[pl.DataFrame]:
        """Frames of at most `taille` rows: `_ligne`, `_fichier`, then every field of the contract as text.

        `_ligne` is the physical line where the record starts (CSV, JSON Lines; header = 1) or the rank of
        the fiche in the document (JSON, XML). `_ligne` and `_fichier` together name a record. May be
        called again, in any order. Raises EnvoiIllisible when the file turns out to be unreadable.
        """
        if taille < 1:
            raise ValueError("taille must be at least 1")
        total = 0
        for lot in _regrouper(self._tous(fiche, progres), taille):
            total += lot.height
            yield lot
        self._comparer_compte(fiche, total)

    def _tous(self, fiche: str, progres: Progres | None) -> Iterator[pl.DataFrame]:
        lecteurs = self._csv.get(fiche, [])
        octets = sum(taille for _, taille in lecteurs) + self._reserve.taille(fiche)
        deja = 0

        def avancer(lus: int) -> None:
            if progres is not None:
                progres(min(deja + lus, octets), octets)

        for lecteur, taille in lecteurs:
            yield from lecteur.lots(avancer)
            deja += taille
        yield from self._reserve.lots(fiche, avancer)

    def _comparer_compte(self, fiche: str, nombre: int) -> None:
        if self.manifeste is None or fiche not in self.manifeste.comptes:
            return
        refusees = sum(1 for a in self.avertissements if a.fiche == fiche and a.code in _LIGNES_PERDUES)
        attendu = self.manifeste.comptes[fiche]
        if nombre + refusees != attendu and refusees < self._limites.anomalies:
            self._anomalies.ajouter(
                "W-FIC-002", fichier="manifeste.json", fiche=fiche, attendu=attendu, nombre=nombre + refusees
            )

    def _ajouter(self, source: Source, format_: str, progres: Progres | None) -> None:
        """Take in one file of fiches."""
        if source.taille == 0:
            raise illisible("E-FIC-001", fichier=source.nom)
        controler_texte(source, self._limites, lignes=format_ in ("csv", "jsonl"))
        if format_ == "csv":
            lecteur = LecteurCsv(
                source,
                schema=self._schema,
                champs_obligatoires=self._obligatoires,
                limites=self._limites,
                anomalies=self._anomalies,
            )
            self._csv.setdefault(lecteur.fiche, []).append((lecteur, source.taille))
            return
        lire = {"json": lire_document, "jsonl": lire_lignes, "xml": lire_xml}[format_]
        tete = lire(source, self._schema, self._limites, self._anomalies, self._reserve, progres)
        if self.manifeste is None and tete is not None:
            self.manifeste = tete


_LIGNES_PERDUES = frozenset({"E-FIC-101", "E-FIC-102", "E-FIC-103", "E-FIC-104"})


def ouvrir(
    chemin: Path,
    *,
    nom: str,
    schema: Schema,
    champs_obligatoires: Mapping[str, frozenset[str]],
    limites: Limites | None = None,
    repertoire: Path,
    progres: Progres | None = None,
) -> EnvoiLu:
    """Open the envoi stored at `chemin`, named `nom` by its sender.

    `schema`: the contract (fiche → field → multiple). `champs_obligatoires`: columns a CSV cannot lack.
    `repertoire`: scratch directory, deleted by the caller after the last reading. Raises EnvoiIllisible
    with a stable code when the file is refused whole (CCTP annexe 3 §1).
    """
    limites = limites or Limites()
    taille = chemin.stat().st_size
    if taille == 0:
        raise illisible("E-FIC-001", fichier=nom)
    if taille > limites.octets:
        raise illisible("E-FIC-003", fichier=nom, taille=taille, limite=limites.octets)
    source = source_fichier(chemin, nom)
    format_ = reconnaitre_format(source, limites)
    envoi = EnvoiLu(
        format_,
        schema=schema,
        champs_obligatoires=champs_obligatoires,
        limites=limites,
        repertoire=repertoire,
    )
    if format_ != "zip":
        envoi.taille_totale = taille
        envoi._ajouter(source, format_, progres)
        return envoi
    archive = Archive(chemin, nom, limites)
    envoi.manifeste = archive.manifeste
    envoi.pieces = archive.pieces
    confronter_nom(nom, archive.manifeste, envoi._anomalies)
    for membre in archive.sources:
        envoi.taille_totale += membre.taille
        interieur = "csv" if membre.nom.lower().endswith(".csv") else reconnaitre_format(membre, limites)
        envoi._ajouter(membre, interieur, progres)
    for fiche, attendu in archive.manifeste.comptes.items():
        if attendu and fiche not in envoi.fiches():
            envoi._anomalies.ajouter("W-FIC-002", fichier="manifeste.json", fiche=fiche, attendu=attendu, nombre=0)
    return envoi


def _regrouper(lots: Iterator[pl.DataFrame], taille: int) -> Iterator[pl.DataFrame]:
    """Frames of exactly `taille` rows but the last, from frames of any size."""
    attente: list[pl.DataFrame] = []
    hauteur = 0
    for lot in lots:
        attente.append(lot)
        hauteur += lot.height
        if hauteur < taille:
            continue
        tout = pl.concat(attente, rechunk=False)
        debut = 0
        while hauteur - debut >= taille:
            yield tout.slice(debut, taille).rechunk()
            debut += taille
        attente = [tout.slice(debut)] if debut < hauteur else []
        hauteur -= debut
    if attente:
        yield pl.concat(attente)
