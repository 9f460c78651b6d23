"""Complete portable dossiers: a ZIP of JSON Lines and files, every part with its hash, described by a manifest."""

import hashlib
import json
import shutil
import zipfile
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from django.db import connection, models, transaction

from cepage.echanges.envoi.enums import EtatFiche
from cepage.echanges.envoi.models import FicheSortante
from cepage.echanges.reception import preuves
from cepage.fondations.comptes.models import Personne
from cepage.fondations.socle.models import TransitionJournal
from cepage.fondations.socle.portee import fixer_emetteurs, portee_emetteurs
from cepage.operateur.dossiers import stockage
from cepage.operateur.dossiers.models import Compteur
from cepage.operateur.reversibilite import format as dossiers_portables
from cepage.operateur.reversibilite.format import (
    CHAMPS_PERSONNE,
    PERSONNES,
    SUIVIES,
    TABLES,
    TRANSITIONS,
    Table,
    ligne_de_transition,
    references,
)
from cepage.operateur.reversibilite.lisezmoi import lisez_moi

PAR_PAQUET = 1000
FICHIERS = {
    ("pieces", "empreinte_sha256"): "pieces",
    ("courriels", "empreinte_sha256"): "preuves",
    ("signatures", "empreinte_document"): "preuves",
    ("signatures", "empreinte_presentee"): "preuves",
}
"""The columns that name a file by its hash, and the folder it goes to."""


@dataclass
class Bilan:
    """What an archive holds; `absents` are files named by a line and found nowhere."""

    lignes: dict[str, int] = field(default_factory=dict)
    fichiers: int = 0
    absents: list[str] = field(default_factory=list)
    en_attente: int = 0

    @property
    def dossiers(self) -> int:
        """How many units of work."""
        return self.lignes.get("unites", 0)


@dataclass
class _Archive:
    """The archive being written, with the hash of each part and what the lines named."""

    zip: zipfile.ZipFile
    emetteur: str
    a: datetime
    parties: dict[str, dict[str, Any]] = field(default_factory=dict)
    vus: dict[str, set[int]] = field(default_factory=dict)
    nommes: dict[str, set[int]] = field(default_factory=dict)
    fichiers: dict[str, Path] = field(default_factory=dict)
    bilan: Bilan = field(default_factory=Bilan)

    def ecrire(self, nom: str, octets: bytes) -> None:
        """One small part."""
        self.zip.writestr(_entree(nom, self.a), octets)
        self.parties[nom] = {"sha256": hashlib.sha256(octets).hexdigest(), "octets": len(octets)}

    def lignes(self, nom: str, lignes: Iterator[dict[str, Any]]) -> None:
        """One table, line by line."""
        condense, combien, taille = hashlib.sha256(), 0, 0
        with self.zip.open(_entree(f"donnees/{nom}.jsonl", self.a), "w", force_zip64=True) as flux:
            for ligne in lignes:
                octets = json.dumps(ligne, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
                flux.write(octets)
                condense.update(octets)
                combien, taille = combien + 1, taille + len(octets)
        self.parties[f"donnees/{nom}.jsonl"] = {"sha256": condense.hexdigest(), "octets": taille, "lignes": combien}
        self.bilan.lignes[nom] = combien


def _entree(nom: str, a: datetime) -> zipfile.ZipInfo:
    entree = zipfile.ZipInfo(nom, date_time=a.timetuple()[:6])
    entree.compress_type = zipfile.ZIP_DEFLATED
    return entree


def exporter(emetteur: str, lots: Collection[str], vers: BinaryIO, *, a: datetime) -> Bilan:
    """Write in `vers` every dossier of these lots as of one instant of the base, with its files.

    What other people do meanwhile is not in it. Confidential notes never are.
    """
    with _instantane(emetteur), zipfile.ZipFile(vers, "w") as contenant:
        archive = _Archive(contenant, emetteur, a)
        for table in TABLES:
            archive.lignes(table.nom, _lire(archive, table, lots))
        archive.lignes(TRANSITIONS, _transitions(archive))
        archive.lignes(PERSONNES, _personnes(archive))
        _fichiers(archive)
        archive.ecrire("schema.json", _json(dossiers_portables.schema()))
        archive.ecrire("LISEZMOI.md", lisez_moi().encode())
        archive.bilan.en_attente = FicheSortante.objects.filter(
            emetteur=emetteur, lot__in=lots, etat=EtatFiche.EN_ATTENTE
        ).count()
        archive.zip.writestr(_entree("manifeste.json", a), _json(_manifeste(archive, lots)))
    return archive.bilan


def _instantane(emetteur: str) -> Any:
    """A scope in which every query sees the base as it was at the first; inside a transaction, that one's."""
    if connection.in_atomic_block:
        return portee_emetteurs([emetteur])
    return _Instantane(emetteur)


class _Instantane:
    def __init__(self, emetteur: str) -> None:
        self._emetteur = emetteur
        self._bloc = transaction.atomic()

    def __enter__(self) -> None:
        self._bloc.__enter__()
        with connection.cursor() as curseur:
            curseur.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        fixer_emetteurs([self._emetteur])

    def __exit__(self, *erreur: Any) -> None:
        self._bloc.__exit__(*erreur)


def _lire(archive: _Archive, table: Table, lots: Collection[str]) -> Iterator[dict[str, Any]]:
    lus: models.QuerySet[Any] = table.modele._default_manager.filter(emetteur=archive.emetteur)
    if table.lot:
        lus = lus.filter(**{f"{table.lot}__in": sorted(lots)})
    vises = list(references(table))
    vus = archive.vus.setdefault(table.nom, set())
    colonnes = [(colonne, dossier) for (nom, colonne), dossier in FICHIERS.items() if nom == table.nom]
    for objet in lus.order_by("pk").iterator(chunk_size=PAR_PAQUET):
        vus.add(objet.pk)
        for colonne, nom in vises:
            if nom == PERSONNES and (cle := getattr(objet, colonne)) is not None:
                archive.nommes.setdefault(PERSONNES, set()).add(cle)
        for colonne, dossier in colonnes:
            if empreinte := getattr(objet, colonne):
                archive.fichiers[f"fichiers/{dossier}/{empreinte}"] = _chemin(archive.emetteur, dossier, empreinte)
        yield dossiers_portables.ligne(table, objet)


def _chemin(emetteur: str, dossier: str, empreinte: str) -> Path:
    return stockage.chemin(emetteur, empreinte) if dossier == "pieces" else preuves.chemin(empreinte)


def _transitions(archive: _Archive) -> Iterator[dict[str, Any]]:
    """The changes of state of the lines written, and of no other."""
    suivies = TransitionJournal.objects.filter(emetteur=archive.emetteur, modele__in=SUIVIES).order_by("pk")
    for entree in suivies.iterator(chunk_size=PAR_PAQUET):
        if entree.objet.isdecimal() and int(entree.objet) in archive.vus.get(SUIVIES[entree.modele], ()):
            yield ligne_de_transition(entree)


def _personnes(archive: _Archive) -> Iterator[dict[str, Any]]:
    cles = sorted(archive.nommes.get(PERSONNES, ()))
    for debut in range(0, len(cles), PAR_PAQUET):
        paquet = Personne.objects.filter(pk__in=cles[debut : debut + PAR_PAQUET]).order_by("pk")
        yield from paquet.values(*CHAMPS_PERSONNE)


def _fichiers(archive: _Archive) -> None:
    for nom, chemin in sorted(archive.fichiers.items()):
        if not chemin.is_file():
            archive.bilan.absents.append(nom)
            continue
        with chemin.open("rb") as source, archive.zip.open(_entree(nom, archive.a), "w", force_zip64=True) as flux:
            shutil.copyfileobj(source, flux, 1 << 20)
        archive.parties[nom] = {"sha256": nom.rpartition("/")[2], "octets": chemin.stat().st_size}
        archive.bilan.fichiers += 1


def _manifeste(archive: _Archive, lots: Collection[str]) -> dict[str, Any]:
    compteurs = Compteur.objects.filter(emetteur=archive.emetteur).order_by("cle").values_list("cle", "valeur")
    return {
        "format": dossiers_portables.NOM,
        "version": dossiers_portables.VERSION,
        "emetteur": archive.emetteur,
        "lots": sorted(lots),
        "produit_le": archive.a.isoformat(),
        "dossiers": archive.bilan.dossiers,
        "fiches_non_transmises": archive.bilan.en_attente,
        "fichiers_absents": archive.bilan.absents,
        "compteurs": dict(compteurs),
        "parties": archive.parties,
    }


def _json(valeur: Any) -> bytes:
    return json.dumps(valeur, ensure_ascii=False, indent=2).encode() + b"\n"
