"""A market of its own on an embedded cluster, `cepage` run as real processes, and one database per trial."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from cepage.echanges.contrat.fiches import FICHES
from cepage.fondations.socle import base_embarquee
from demo.generation import Demande, generer

RACINE = Path(__file__).resolve().parents[2]
MODELE = "cepage_modele"


@dataclass(frozen=True)
class Etat:
    """Everything the register, the receipts and the journal hold: counts, and a hash of every version."""

    versions: dict[str, int]
    envois: int
    scelles: int
    anomalies: int
    empreinte: str

    @property
    def vide(self) -> bool:
        """True when nothing at all was written."""
        return not (sum(self.versions.values()) or self.envois or self.scelles or self.anomalies)


@dataclass
class Bilan:
    """What a series of kills did, moment by moment."""

    graine: int
    reference: float
    moments: list[str] = field(default_factory=list)
    etapes: Counter[str] = field(default_factory=Counter)
    avant_l_ecriture: int = 0
    apres_l_ecriture: int = 0
    reprises: int = 0
    duree: float = 0.0

    def __str__(self) -> str:
        return (
            f"graine {self.graine} ; envoi sans coupure {self.reference:.1f} s ; "
            f"{len(self.moments)} coupures, {self.avant_l_ecriture} avant la fin de l'écriture et "
            f"{self.apres_l_ecriture} après ; {self.reprises} reprises ; {self.duree:.0f} s ; "
            f"moments : {', '.join(self.moments)} ; "
            f"pris pendant : {', '.join(f'{etape} {n}' for etape, n in self.etapes.most_common())}"
        )


CEPAGE = "cepage.config.ligne_de_commande"


class Instance:
    """A data directory with its cluster; `arreter` stops it. `programme`: the module run as `cepage`."""

    programme = CEPAGE

    def __init__(self, donnees: Path, *, dossiers: int) -> None:
        self.donnees = donnees
        self.jeu = donnees / "jeu"
        self._temporaire = donnees / "tmp"
        self._temporaire.mkdir(parents=True)
        generer(
            Demande(
                lots=1,
                mois=1,
                dossiers=dossiers,
                graine=7,
                sortie=self.jeu,
                periode="mois",
                avec_pieces=False,
            )
        )
        (self.envoi,) = self.jeu.glob("CEP_*.zip")
        self._acces = base_embarquee.demarrer(donnees, base=MODELE)
        self.executer(MODELE, "marche", "importer", str(self.jeu / "titulaires.csv"), str(self.jeu / "commandes.csv"))

    def arreter(self) -> None:
        """Stop the cluster."""
        base_embarquee.arreter(self.donnees)

    def nouvelle_base(self, nom: str) -> str:
        """A database with the market and nothing received."""
        with self._connecter("postgres") as connexion:
            connexion.execute(f"DROP DATABASE IF EXISTS {nom} WITH (FORCE)")
            connexion.execute(f"CREATE DATABASE {nom} TEMPLATE {MODELE} OWNER {self._acces.proprietaire}")
        return nom

    def executer(self, base: str, *arguments: str) -> str:
        """Run `cepage` to its end and return what it printed."""
        processus = self.lancer(base, *arguments)
        sortie, erreurs = processus.communicate(timeout=580)
        assert processus.returncode in (0, 1), erreurs
        return sortie

    def lancer(self, base: str, *arguments: str) -> subprocess.Popen[str]:
        """Start `cepage` in its own process group."""
        milieu = {k: v for k, v in os.environ.items() if not k.startswith(("CEPAGE_", "DJANGO_", "DATABASE_"))}
        milieu |= {
            "CEPAGE_DONNEES": str(self.donnees),
            "CEPAGE_BASE": base,
            "CEPAGE_CLE_SECRETE": "cle-de-test-sans-valeur",
            "TMPDIR": str(self._temporaire),
        }
        return subprocess.Popen(
            [sys.executable, "-m", self.programme, *arguments],
            cwd=RACINE,
            env=milieu,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def recevoir(self, base: str) -> str:
        """Send the envoi and return its receipt (JSON)."""
        return self.executer(base, "recevoir", str(self.envoi), "--lot", "08", "--format", "json")

    def chronometrer(self, base: str) -> tuple[str, float, float]:
        """Send the envoi undisturbed: its receipt (JSON), seconds before its transaction, seconds within it."""
        processus = self.lancer(base, "recevoir", str(self.envoi), "--lot", "08", "--format", "json")
        debut = time.monotonic()
        self._attendre_la_transaction(base, processus)
        ouverte = time.monotonic()
        sortie, erreurs = processus.communicate(timeout=580)
        assert processus.returncode in (0, 1), erreurs
        return sortie, ouverte - debut, time.monotonic() - ouverte

    def couper(
        self, base: str, apres: float, *, dans_la_transaction: bool = False, requete: str | None = None
    ) -> tuple[str, str]:
        """Send the envoi and kill the process so many seconds after its start, after its transaction's start, or after
        the server begins a statement that starts with `requete`; return what it had printed and what it was at."""
        processus = self.lancer(base, "recevoir", str(self.envoi), "--lot", "08", "--format", "json")
        if requete is not None:
            self._attendre_la_requete(base, processus, requete)
        elif dans_la_transaction:
            self._attendre_la_transaction(base, processus)
        try:
            processus.wait(timeout=apres)
            etape = "après la fin"
        except subprocess.TimeoutExpired:
            etape = self._etape(base)
            os.killpg(processus.pid, signal.SIGKILL)
        sortie, _ = processus.communicate()
        self._attendre_le_calme(base)
        return sortie, etape

    def restes(self) -> list[str]:
        """Scratch directories still there: people's fiches in clear."""
        places = [*(self.donnees / "travail").glob("*/"), *self._temporaire.glob("cepage-*/")]
        return sorted(str(place) for place in places)

    def etat(self, base: str) -> Etat:
        """What the database holds, read past every partition."""
        with self._connecter(base) as connexion:

            def compter(table: str) -> int:
                ligne = connexion.execute(f"SELECT count(*) FROM {table}").fetchone()
                assert ligne is not None
                return int(str(ligne[0]))

            total = hashlib.sha256()
            for nom in FICHES:
                for ligne in connexion.execute(
                    "SELECT cle, nature, horodatage AT TIME ZONE 'UTC', fichier, ligne, empreinte, "
                    f"connu_de IS NULL, connu_jusqu_a IS NULL FROM registre_{nom} "
                    "ORDER BY cle, horodatage, empreinte, ligne"
                ):
                    total.update(f"{nom}{ligne}\n".encode())
            return Etat(
                {nom: compter(f"registre_{nom}") for nom in FICHES},
                compter("reception_envoi"),
                compter("socle_entreejournal"),
                compter("reception_anomalie"),
                total.hexdigest(),
            )

    def _connecter(self, base: str) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(host=self._acces.hote, user="postgres", dbname=base, autocommit=True)

    def _attendre_la_transaction(self, base: str, processus: subprocess.Popen[str]) -> None:
        """Wait for the lock that every reception takes first."""
        with self._connecter("postgres") as connexion:
            while processus.poll() is None:
                trouvee = connexion.execute(
                    "SELECT 1 FROM pg_locks v JOIN pg_database d ON d.oid = v.database "
                    "WHERE d.datname = %s AND v.locktype = 'advisory' AND v.classid = 20190407",
                    [base],
                ).fetchone()
                if trouvee:
                    return
                time.sleep(0.02)

    def _attendre_la_requete(self, base: str, processus: subprocess.Popen[str], requete: str) -> None:
        with self._connecter("postgres") as connexion:
            while processus.poll() is None:
                if connexion.execute(
                    "SELECT 1 FROM pg_stat_activity WHERE datname = %s AND starts_with(query, %s)", [base, requete]
                ).fetchone():
                    return
                time.sleep(0.002)

    def _etape(self, base: str) -> str:
        """What the server last heard from the process: nothing, reads, copies, writes, the seal, the end."""
        with self._connecter("postgres") as connexion:
            ligne = connexion.execute(
                "SELECT query FROM pg_stat_activity WHERE datname = %s ORDER BY xact_start NULLS LAST", [base]
            ).fetchone()
        requete = str(ligne[0]) if ligne else ""
        for debut, etape in (
            ("COPY arrivee_anomalie", "accusé"),
            ("COPY", "copie"),
            ("INSERT INTO registre", "écriture"),
            ("UPDATE registre", "écriture"),
            ("DELETE", "écriture"),
            ("ANALYZE", "écriture"),
            ("CREATE TEMP", "écriture"),
            ("DROP TABLE", "écriture"),
            ("INSERT", "accusé et sceau"),
            ("COMMIT", "validation"),
        ):
            if requete.startswith(debut):
                return etape
        return "lecture et jugement" if requete else "démarrage"

    def _attendre_le_calme(self, base: str) -> None:
        """The server needs a moment to notice that the client is dead."""
        limite = time.monotonic() + 60
        with self._connecter("postgres") as connexion:
            while time.monotonic() < limite:
                ligne = connexion.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = %s", [base]).fetchone()
                if ligne == (0,):
                    return
                time.sleep(0.05)
        raise AssertionError(f"La base {base} a encore des connexions après une minute.")
