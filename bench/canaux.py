"""Time an envoi of 100 MB handed over by each channel, against curl to a plain socket that reads and forgets.

    python bench/canaux.py --mo 100 --passes 3

From the start of curl to its end: the answer that says the bytes are received, 202 of the API, 226 of FTPS. The
judgement that follows is not counted: the file is of a kind refused at its first bytes, tried without being kept, and
each pass waits for its receipt before the next. The subjects take turns, on one machine, through the loopback. Prints a
table and writes bench/resultats/canaux.json. Target: at most 1.2 times the plain socket; the same socket over TLS says
what encryption alone costs.
"""

import argparse
import json
import os
import shutil
import signal
import socket
import ssl
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

RACINE = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(RACINE))
RESULTATS = RACINE / "bench" / "resultats"
CIBLE = 1.2
CEPAGE = [sys.executable, "-m", "cepage.config.ligne_de_commande"]
_BLOC = 1 << 20
_PREPARER = """
import django
django.setup()
from cepage.fondations.comptes.models import Organisation
from cepage.config.ligne_de_commande import principal
Organisation.objects.create(code_emetteur="8A", nom="Opérateur 8A", nature="operateur", lots=["08"])
principal(["cles", "creer", "--emetteur", "8A", "--nom", "Mesure", "--bac-a-sable", "--adresse", "127.0.0.1"])
"""


class Instance:
    """The site, its worker and the FTPS server, on data of their own."""

    def __init__(self, donnees: Path) -> None:
        self.donnees = donnees
        self.environnement = {
            **{n: v for n, v in os.environ.items() if not n.startswith(("CEPAGE_", "DATABASE_"))},
            "CEPAGE_DONNEES": str(donnees),
            "DJANGO_SETTINGS_MODULE": "cepage.config.settings",
        }
        self._executer([*CEPAGE, "migrer"])
        self.cle = self._executer([sys.executable, "-c", _PREPARER]).split()[-1]
        _, self.identifiant, self.secret = self.cle.split("_", 2)
        self.port, self.port_ftps = _port_libre(), _port_libre()
        self._processus = [
            self._lancer("servir", "--port", str(self.port)),
            self._lancer("ftps", "--port", str(self.port_ftps)),
        ]
        _attendre_le_port(self.port)
        _attendre_le_port(self.port_ftps)

    def arreter(self) -> None:
        """Stop all of it."""
        for processus in self._processus:
            processus.send_signal(signal.SIGTERM)
        for processus in self._processus:
            processus.wait(timeout=60)

    def _lancer(self, *arguments: str) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(
            [*CEPAGE, *arguments], env=self.environnement, cwd=RACINE, stdout=subprocess.DEVNULL, stderr=sys.stderr
        )

    def _executer(self, commande: list[str]) -> str:
        return subprocess.run(
            commande, env=self.environnement, cwd=RACINE, check=True, stdout=subprocess.PIPE, text=True
        ).stdout


def par_rest(instance: Instance, fichier: Path) -> float:
    """Seconds to hand it over to the API; waits for its receipt afterwards."""
    adresse = f"http://127.0.0.1:{instance.port}/api/v1"
    autorisation = f"Authorization: Bearer {instance.cle}"
    envoi = [f"{adresse}/envois?lot=08&mode=essai&nom=mesure.csv", "-X", "POST", "-H", autorisation]
    duree, reponse = _curl(fichier, *envoi)
    depot = json.loads(reponse)["depot"]
    demande = urllib.request.Request(f"{adresse}/depots/{depot}", headers={"Authorization": f"Bearer {instance.cle}"})

    def etat() -> str:
        with urllib.request.urlopen(demande, timeout=60) as lue:
            return str(json.load(lue)["etat"])

    _attendre(lambda: etat() != "en_attente")
    return duree


def par_ftps(instance: Instance, fichier: Path) -> float:
    """Seconds to hand it over by FTPS; waits for its receipt afterwards."""
    dossier = instance.donnees / "ftps"
    acces = ["--ssl-reqd", "--cacert", str(dossier / "certificat" / "essai.pem")]
    lieu = f"ftp://127.0.0.1:{instance.port_ftps}/depot/08/essai/mesure.csv"
    duree, _ = _curl(fichier, *acces, "-u", f"{instance.identifiant}:{instance.secret}", lieu)
    accuse = dossier / "bac_a_sable" / "8A" / "retours" / "08" / "essai" / "mesure.csv.json"
    _attendre(accuse.exists)
    return duree


@contextmanager
def puits(contexte: ssl.SSLContext | None = None) -> Iterator[int]:
    """A socket that reads an HTTP request to its end, forgets it and says 200; gives its port."""
    ecoute = socket.create_server(("127.0.0.1", 0))

    def servir() -> None:
        while True:
            try:
                prise, _ = ecoute.accept()
            except OSError:
                return
            with contexte.wrap_socket(prise, server_side=True) if contexte else prise as lue:
                _avaler(lue)

    threading.Thread(target=servir, daemon=True).start()
    try:
        yield int(ecoute.getsockname()[1])
    finally:
        # A listening thread is only woken by the end of its socket.
        ecoute.shutdown(socket.SHUT_RDWR)
        ecoute.close()


def _avaler(prise: socket.socket) -> None:
    recu, tampon = b"", bytearray(_BLOC)
    while b"\r\n\r\n" not in recu:
        recu += prise.recv(65536)
    tete, _, debut = recu.partition(b"\r\n\r\n")
    champs = dict(ligne.split(": ", 1) for ligne in tete.decode().split("\r\n")[1:])
    reste = int(champs["Content-Length"]) - len(debut)
    while reste > 0:
        reste -= prise.recv_into(tampon)
    prise.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")


def _curl(fichier: Path, *arguments: str) -> tuple[float, str]:
    commande = ["curl", "-sS", "--fail-with-body", "-H", "Expect:", "-T", str(fichier), *arguments]
    debut = time.perf_counter()
    fait = subprocess.run(commande, check=False, capture_output=True, text=True)
    duree = time.perf_counter() - debut
    if fait.returncode:
        raise RuntimeError(fait.stdout + fait.stderr)
    return duree, fait.stdout


def _attendre(pret: Callable[[], bool]) -> None:
    for _ in range(6000):
        if pret():
            return
        time.sleep(0.05)
    raise RuntimeError("Rien ne vient au bout de cinq minutes.")


def _attendre_le_port(port: int) -> None:
    def ouvert() -> bool:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1):
                return True
        except OSError:
            return False

    _attendre(ouvert)


def _port_libre() -> int:
    with socket.socket() as libre:
        libre.bind(("127.0.0.1", 0))
        return int(libre.getsockname()[1])


def _fabriquer(fichier: Path, mo: int, rang: int) -> None:
    """A file refused at its first bytes; each pass has its own, so that none is already known."""
    with fichier.open("wb") as flux:
        flux.write(b"%PDF" + rang.to_bytes(4, "big"))
        for _ in range(mo):
            flux.write(os.urandom(1_000_000))


def mesurer(mo: int, passes: int) -> dict[str, list[float]]:
    """Seconds of each subject, pass after pass."""
    durees: dict[str, list[float]] = {}
    with ExitStack() as pile:
        donnees = Path(tempfile.mkdtemp(prefix="cepage-bench-"))
        pile.callback(shutil.rmtree, donnees, ignore_errors=True)
        instance = Instance(donnees)
        pile.callback(instance.arreter)
        contexte = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        certificat = donnees / "ftps" / "certificat"
        contexte.load_cert_chain(certificat / "essai.pem", certificat / "essai.cle")
        nu, chiffre = pile.enter_context(puits()), pile.enter_context(puits(contexte))
        confiance = ["--cacert", str(certificat / "essai.pem")]
        fichier = donnees / "mesure.csv"
        sujets: dict[str, Callable[[], float]] = {
            "socket": lambda: _curl(fichier, f"http://127.0.0.1:{nu}/")[0],
            "socket TLS": lambda: _curl(fichier, *confiance, f"https://127.0.0.1:{chiffre}/")[0],
            "rest": lambda: par_rest(instance, fichier),
            "ftps": lambda: par_ftps(instance, fichier),
        }
        # The first turn warms everything up and is not counted.
        for rang in range(passes + 1):
            _fabriquer(fichier, mo, rang)
            for nom, sujet in sujets.items():
                duree = sujet()
                if rang:
                    durees.setdefault(nom, []).append(duree)
    return durees


def main() -> None:
    """Measure, print, write."""
    parseur = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parseur.add_argument("--mo", type=int, default=100, help="taille de l'envoi, en millions d'octets")
    parseur.add_argument("--passes", type=int, default=3)
    args = parseur.parse_args()
    durees = mesurer(args.mo, args.passes)
    reference = statistics.median(durees["socket"])
    resultats = {}
    print(f"{'':12}{'secondes':>10}{'Mo/s':>8}{'rapport':>9}   cible ≤ {CIBLE}")
    for nom, valeurs in durees.items():
        mediane = statistics.median(valeurs)
        rapport = mediane / reference
        tenue = rapport <= CIBLE if nom in ("rest", "ftps") else None
        resultats[nom] = {"secondes": valeurs, "mediane": mediane, "rapport": rapport, "cible_tenue": tenue}
        mot = "" if tenue is None else "tenue" if tenue else "manquée"
        print(f"{nom:12}{mediane:>10.3f}{args.mo / mediane:>8.0f}{rapport:>9.2f}   {mot}")
    RESULTATS.mkdir(exist_ok=True)
    # A loaded machine says nothing of the targets: the load goes with the figures.
    charge = os.getloadavg()[1]
    print(f"charge de la machine sur cinq minutes : {charge:.1f} pour {os.cpu_count()} cœurs")
    contenu = {"charge": charge, "mo": args.mo, "passes": args.passes, "cible": CIBLE, "sujets": resultats}
    (RESULTATS / "canaux.json").write_text(json.dumps(contenu, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
