"""A whole generated set: only its seeded errors are refused, each with its code; no cut of it changes the register."""

import io
import itertools
import json
import zipfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from csv import DictReader
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import NamedTuple

import pytest
from django.db import transaction
from pytest_django import Settings

from cepage.acheteur.marche.services import importer
from cepage.acheteur.registre.selectors import empreinte
from cepage.echanges.reception.accuse import Accuse
from cepage.echanges.reception.services import Depot, recevoir
from cepage.fondations.socle.portee import portee_totale
from demo.generation import Demande, generer
from tests.echanges.reception.fabrique import assembler

GRAINE = 42
RECU_LE = datetime(2024, 1, 15, 6, tzinfo=UTC)
Refusee = tuple[str, str, int]


class Ligne(NamedTuple):
    """One fiche of an envoi, as its CSV line; the file of a livrable comes with it."""

    lot: str
    emetteur: str
    fiche: str
    texte: str
    piece: tuple[str, bytes] | None


@dataclass
class Jeu:
    """A generated set: its files in the order they were sent, and the seeded errors by place."""

    repertoire: Path
    envois: list[Path]
    semees: dict[Refusee, str]
    entetes: dict[str, str] = field(default_factory=dict)


@dataclass
class Passage:
    """What a whole sending left: the register's hash, the receipts, and the fiches refused by kind."""

    empreinte: str
    accuses: list[Accuse]

    @property
    def comptes(self) -> Counter[str]:
        """Fiches accepted, refused and already known, by kind."""
        total: Counter[str] = Counter()
        for accuse in self.accuses:
            for fiche, compte in accuse.comptes.items():
                total.update({f"{fiche} {genre}": nombre for genre, nombre in compte.items()})
        return total


def preparer(repertoire: Path, *, dossiers: int, mois: int, periode: str) -> Jeu:
    """Generate the set and read which errors it says it seeded."""
    generer(Demande(lots=2, mois=mois, dossiers=dossiers, graine=GRAINE, sortie=repertoire, periode=periode))
    with (repertoire / "erreurs.csv").open(encoding="utf-8") as flux:
        semees = {(e["envoi"], e["fichier"], int(e["ligne"])): e["code"] for e in DictReader(flux, delimiter=";")}
    envois = sorted(repertoire.glob("CEP_*.zip"), key=lambda f: (f.name.split("_")[3], f.name))
    return Jeu(repertoire, envois, semees)


@contextmanager
def registre_vide(jeu: Jeu, settings: Settings, donnees: Path) -> Iterator[None]:
    """The market of the set and nothing received; all is undone at the end."""
    ancien, settings.CEPAGE_DONNEES = settings.CEPAGE_DONNEES, donnees
    try:
        with transaction.atomic():
            importer(jeu.repertoire / "titulaires.csv")
            importer(jeu.repertoire / "commandes.csv")
            yield
            transaction.set_rollback(True)
    finally:
        settings.CEPAGE_DONNEES = ancien


def envoyer(chemins: Iterable[Path]) -> Passage:
    """Receive these files one after the other."""
    accuses = [
        recevoir(Depot(chemin, chemin.name.split("_")[1], RECU_LE + timedelta(seconds=rang)))
        for rang, chemin in enumerate(chemins)
    ]
    with portee_totale():
        return Passage(empreinte(), accuses)


def refusees(jeu: Jeu, passage: Passage) -> dict[Refusee, set[str]]:
    """Codes that refuse, by (envoi, file, line)."""
    trouvees: dict[Refusee, set[str]] = defaultdict(set)
    for chemin, accuse in zip(jeu.envois, passage.accuses, strict=True):
        for a in accuse.anomalies:
            if a["gravite"] == "bloquant":
                trouvees[chemin.name, a["fichier"], a["ligne"]].add(a["code"])
    return trouvees


# --- the same fiches, cut and ordered otherwise ---


def lire(jeu: Jeu, chemin: Path) -> list[Ligne]:
    """Every fiche of one envoi."""
    lignes = []
    with zipfile.ZipFile(chemin) as archive:
        tete = json.loads(archive.read("manifeste.json"))
        for membre in archive.namelist():
            if not membre.endswith(".csv"):
                continue
            fiche = membre.removesuffix(".csv")
            entete, *corps = archive.read(membre).decode().splitlines()
            jeu.entetes[fiche] = entete
            for texte in corps:
                piece = None
                if fiche == "livrable":
                    nom = next(DictReader(io.StringIO(f"{entete}\n{texte}"), delimiter=";"))["nom_fichier"]
                    piece = (nom, archive.read(f"livrables/{nom}"))
                lignes.append(Ligne(tete["lot"], tete["emetteur"], fiche, texte, piece))
    return lignes


def ecrire(jeu: Jeu, lignes: list[Ligne], sortie: Path, rang: int) -> Path:
    """One envoi with these fiches, all of one lot."""
    lot, emetteur = lignes[0].lot, lignes[0].emetteur
    par_fiche: dict[str, list[str]] = defaultdict(list)
    pieces = {}
    for ligne in lignes:
        par_fiche[ligne.fiche].append(ligne.texte)
        if ligne.piece is not None:
            pieces[f"livrables/{ligne.piece[0]}"] = ligne.piece[1]
    membres = {
        f"{fiche}.csv": ("\n".join([jeu.entetes[fiche], *corps]) + "\n").encode() for fiche, corps in par_fiche.items()
    }
    octets = assembler(membres | pieces, {f: len(c) for f, c in par_fiche.items()}, rang, lot=lot, emetteur=emetteur)
    chemin = sortie / f"CEP_{lot}_{emetteur}_20240115_{rang}.zip"
    chemin.write_bytes(octets)
    return chemin


def couper(jeu: Jeu, hasard: Random, sortie: Path, *, envois: int) -> list[Path]:
    """The set cut at `envois` random places of its time, the lines of each piece shuffled, the lots mixed."""
    sortie.mkdir()
    chemins: list[tuple[int, Path]] = []
    for lot in sorted({c.name.split("_")[1] for c in jeu.envois}):
        paquets = [lire(jeu, c) for c in jeu.envois if c.name.split("_")[1] == lot]
        bornes = sorted({0, len(paquets), *(hasard.randrange(len(paquets)) for _ in range(envois - 1))})
        for debut, fin in itertools.pairwise(bornes):
            lignes = [ligne for paquet in paquets[debut:fin] for ligne in paquet]
            hasard.shuffle(lignes)
            if lignes:
                chemins.append((fin * 100 // len(paquets), ecrire(jeu, lignes, sortie, len(chemins) + 1)))
    return [chemin for _, chemin in sorted(chemins, key=lambda c: c[0])]


def envoyer_en_desordre(
    jeu: Jeu, hasard: Random, sortie: Path, bonnes: dict[str, list[Ligne]], *, envois: int
) -> tuple[Passage, int]:
    """The lines that entered, in any order and any envoi; what comes too early is sent again until all is in."""
    passes, accuses = 0, []
    while True:
        passes += 1
        dossier = sortie / f"passe{passes}"
        dossier.mkdir(parents=True)
        paquets: list[list[Ligne]] = []
        for lignes in bonnes.values():
            hasard.shuffle(lignes)
            taille = -(-len(lignes) // envois)
            paquets += [lignes[debut : debut + taille] for debut in range(0, len(lignes), taille)]
        hasard.shuffle(paquets)
        chemins = [ecrire(jeu, paquet, dossier, 100 * passes + rang) for rang, paquet in enumerate(paquets)]
        passage = envoyer(chemins)
        accuses += passage.accuses
        restes: dict[str, list[Ligne]] = defaultdict(list)
        for chemin, accuse in zip(chemins, passage.accuses, strict=True):
            for _, ligne in _choisir(lire(jeu, chemin), accuse, refusees=True):
                restes[ligne.lot].append(ligne)
        combien = sum(len(lignes) for lignes in restes.values())
        if not combien:
            return Passage(passage.empreinte, accuses), passes
        assert combien < sum(len(lignes) for lignes in bonnes.values()), [a.anomalies[:3] for a in passage.accuses]
        bonnes = restes


def _choisir(lignes: list[Ligne], accuse: Accuse, *, refusees: bool) -> list[tuple[int, Ligne]]:
    """The lines of an envoi that its receipt refuses, or the others, with their line number."""
    places = {(a["fichier"], a["ligne"]) for a in accuse.anomalies if a["gravite"] == "bloquant"}
    rangs: Counter[str] = Counter()
    choisies = []
    for ligne in lignes:
        rangs[ligne.fiche] += 1
        numero = rangs[ligne.fiche] + 1
        if ((f"{ligne.fiche}.csv", numero) in places) == refusees:
            choisies.append((numero, ligne))
    return choisies


def eprouver(jeu: Jeu, settings: Settings, racine: Path, *, coupes: list[int], desordre: int) -> str:
    """The whole trial; returns what it counted, in one sentence a line."""
    with registre_vide(jeu, settings, racine / "donnees"):
        passage = envoyer(jeu.envois)
        trouvees = refusees(jeu, passage)
        assert set(trouvees) - set(jeu.semees) == set(), "fiches refusées sans erreur semée"
        assert set(jeu.semees) - set(trouvees) == set(), "erreurs semées passées"
        faux = {place: (code, trouvees[place]) for place, code in jeu.semees.items() if code not in trouvees[place]}
        assert faux == {}
        de_nouveau = envoyer(jeu.envois)
        assert de_nouveau.empreinte == passage.empreinte
        assert [a.en_dict() for a in de_nouveau.accuses] == [a.en_dict() for a in passage.accuses]
    comptes = {nom: nombre for nom, nombre in sorted(passage.comptes.items()) if nombre}
    dit = [
        f"{len(jeu.envois)} envois, {len(jeu.semees)} erreurs semées et refusées : {comptes}",
        f"renvoyés : accusés et empreinte égaux ({passage.empreinte[:16]})",
    ]
    for rang, envois in enumerate(coupes):
        hasard = Random(GRAINE + rang)
        with registre_vide(jeu, settings, racine / f"donnees{rang}"):
            autre = envoyer(couper(jeu, hasard, racine / f"coupe{rang}", envois=envois))
            assert autre.empreinte == passage.empreinte, f"coupe {rang} (graine {GRAINE + rang})"
        dit.append(f"coupe {rang} : {len(autre.accuses)} envois mêlés, même empreinte")
    if desordre:
        bonnes: dict[str, list[Ligne]] = defaultdict(list)
        for chemin, accuse in zip(jeu.envois, passage.accuses, strict=True):
            for _, ligne in _choisir(lire(jeu, chemin), accuse, refusees=False):
                bonnes[ligne.lot].append(ligne)
        with registre_vide(jeu, settings, racine / "donnees_desordre"):
            dernier, passes = envoyer_en_desordre(jeu, Random(GRAINE), racine / "desordre", bonnes, envois=desordre)
            assert dernier.empreinte == passage.empreinte, "lignes en désordre"
        dit.append(f"lignes en désordre : {len(dernier.accuses)} envois en {passes} passes, même empreinte")
    return "\n".join(dit)


@pytest.mark.django_db
def test_un_petit_jeu_entre_comme_annonce(tmp_path: Path, settings: Settings) -> None:
    jeu = preparer(tmp_path / "jeu", dossiers=300, mois=6, periode="mois")
    assert jeu.semees
    eprouver(jeu, settings, tmp_path, coupes=[2], desordre=3)


@pytest.mark.epreuve
@pytest.mark.django_db
@pytest.mark.parametrize(("periode", "coupes", "desordre"), [("mois", [16, 5, 1], 12), ("jour", [], 0)])
def test_le_jeu_de_vingt_mille_dossiers(
    tmp_path: Path, settings: Settings, periode: str, coupes: list[int], desordre: int
) -> None:
    jeu = preparer(tmp_path / "jeu", dossiers=20_000, mois=24, periode=periode)
    print("\n" + eprouver(jeu, settings, tmp_path, coupes=coupes, desordre=desordre))
