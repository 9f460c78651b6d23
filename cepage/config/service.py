"""`cepage servir`, `cepage demo`, `cepage migrer`: the site and its worker, started and stopped together."""

import argparse
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType

ADRESSE = "127.0.0.1"
_OUVRIER = [sys.executable, "-m", "django", "procrastinate", "worker", "--concurrency=1"]


def ajouter_commandes(sous_parseurs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare `servir`, `demo` and `migrer` on the command line."""
    servir = sous_parseurs.add_parser("servir", help="servir le site et traiter les tâches")
    servir.add_argument("--port", type=int, default=8000)
    servir.add_argument("--adresse", default=ADRESSE, help="adresse d'écoute")
    servir.add_argument("--processus", type=int, default=2, help="nombre de processus du site")
    servir.add_argument("--ftps", type=int, metavar="PORT", help="recevoir aussi par FTPS, sur ce port")
    servir.set_defaults(executer=_servir)
    demo = sous_parseurs.add_parser("demo", help="préparer la démonstration et la servir")
    demo.add_argument("--port", type=int, default=8000)
    demo.add_argument("--adresse", default=ADRESSE, help="adresse d'écoute")
    demo.add_argument("--processus", type=int, default=2)
    demo.add_argument("--ftps", type=int, metavar="PORT", help="recevoir aussi par FTPS, sur ce port")
    demo.add_argument("--dossiers", type=int, default=6000, help="taille du jeu fictif")
    demo.add_argument("--preparer-seulement", action="store_true", help="préparer sans servir")
    demo.set_defaults(executer=_demo)
    migrer = sous_parseurs.add_parser("migrer", help="mettre la base à jour")
    migrer.set_defaults(executer=_migrer)


def _migrer(args: argparse.Namespace) -> int:
    if not _preparer():
        return 3
    print("La base est à jour.")
    return 0


def _servir(args: argparse.Namespace) -> int:
    return servir(args.port, args.adresse, args.processus, args.ftps) if _preparer() else 3


def _demo(args: argparse.Namespace) -> int:
    from cepage.config.demonstration import AUJOURD_HUI

    os.environ["CEPAGE_DEMO"] = "1"
    os.environ.setdefault("CEPAGE_DATE", AUJOURD_HUI)
    if not _preparer():
        return 3
    from cepage.config.demonstration import charger

    charger(dossiers=args.dossiers)
    if args.preparer_seulement:
        return 0
    return servir(args.port, args.adresse, args.processus, args.ftps)


def _preparer() -> bool:
    from cepage.config.ligne_de_commande import preparer
    from cepage.fondations.socle.base_embarquee import BaseIndisponible

    try:
        preparer()
    except BaseIndisponible as erreur:
        print(erreur, file=sys.stderr)
        return False
    return True


def servir(port: int, adresse: str, processus: int, ftps: int | None = None) -> int:
    """Run the web server, the worker and, on its port if any, the FTPS server, until interrupted; stop them, then the
    embedded database."""
    from django.db import connections

    from cepage.echanges.canaux.rest.exploitation import multiprocessus

    connections.close_all()
    executables = Path(sys.executable).parent
    commandes = [
        [
            str(executables / "gunicorn"),
            "cepage.config.wsgi:application",
            f"--bind={adresse}:{port}",
            f"--workers={processus}",
            "--timeout=120",
            "--log-level=warning",
            "--preload",
        ],
        [*_OUVRIER, f"--queues={','.join(files_de_taches())}"],
        # A receiver of notices that does not answer must not hold the receptions.
        [*_OUVRIER, "--queues=avis"],
    ]
    if ftps is not None:
        programme = [sys.executable, "-m", "cepage.config.ligne_de_commande", "ftps"]
        commandes.append([*programme, f"--port={ftps}", f"--adresse={adresse}"])
    environnement = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "cepage.config.settings",
        "PROMETHEUS_MULTIPROC_DIR": multiprocessus(),
    }
    enfants = [subprocess.Popen(commande, env=environnement) for commande in commandes]

    def arreter(numero: int, cadre: FrameType | None) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, arreter)
    try:
        annonce = False
        while all(enfant.poll() is None for enfant in enfants):
            if not annonce and _repond(adresse, port):
                print(f"\nCépage est prêt : http://localhost:{port} (Ctrl+C pour arrêter)\n", flush=True)
                annonce = True
            time.sleep(0.5)
        print("Un des services s'est arrêté : arrêt de l'ensemble.", file=sys.stderr)
        return 3
    except KeyboardInterrupt:
        return 0
    finally:
        for enfant in enfants:
            enfant.terminate()
        for enfant in enfants:
            try:
                enfant.wait(timeout=20)
            except subprocess.TimeoutExpired:
                enfant.kill()


def files_de_taches() -> list[str]:
    """Every queue but that of the notices, whose receivers are other people's machines."""
    from procrastinate.contrib.django import app

    return sorted({tache.queue for tache in app.tasks.values()} - {"avis"})


def _repond(adresse: str, port: int) -> bool:
    """True once the site accepts connections: said before, its address would lead nowhere."""
    hote = "127.0.0.1" if adresse in ("", "0.0.0.0") else adresse  # noqa: S104 (compared, never bound)
    try:
        with socket.create_connection((hote, port), timeout=1):
            return True
    except OSError:
        return False
