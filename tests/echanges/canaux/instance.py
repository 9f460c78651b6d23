"""A real instance in processes of its own: site, worker and database, with a key on its sandbox."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from tests.environnement import sans_les_reglages

RACINE = Path(__file__).resolve().parents[3]
_PREPARER = """
import django
django.setup()
from cepage.fondations.comptes.models import Organisation
Organisation.objects.create(code_emetteur="8A", nom="Opérateur 8A", nature="operateur", lots=["08"])
from cepage.config.ligne_de_commande import principal
principal(["cles", "creer", "--emetteur", "8A", "--nom", "Essais", "--bac-a-sable"])
"""


class InstanceReelle:
    """`url` and `cle` enter it; `arreter` stops it."""

    def __init__(self, donnees: Path, preparer: str = _PREPARER, **reglages: str) -> None:
        self.environnement = {
            **sans_les_reglages(),
            "CEPAGE_DONNEES": str(donnees),
            "CEPAGE_CADENCE_CLE": "1000000",
            "CEPAGE_CADENCE_ECHECS": "1000000",
            "CEPAGE_CADENCE_ADRESSE": "1000000",
            "DJANGO_SETTINGS_MODULE": "cepage.config.settings",
            **reglages,
        }
        self._dit = donnees.with_name(f"{donnees.name}.dit")
        self.cepage("migrer")
        self.cle = self.python(preparer).split()[-1]
        with socket.socket() as libre:
            libre.bind(("127.0.0.1", 0))
            port = libre.getsockname()[1]
        self.url, self._port = f"http://127.0.0.1:{port}", port
        self.demarrer()

    def demarrer(self, **reglages: str) -> None:
        """Serve, with these settings changed from now on."""
        self.environnement |= reglages
        commande = [*_CEPAGE, "servir", "--port", str(self._port)]
        with self._dit.open("ab") as dit:
            self._site = subprocess.Popen(commande, env=self.environnement, cwd=RACINE, stdout=dit, stderr=dit)
        self._attendre()

    def cepage(self, *arguments: str) -> str:
        """Run a command on this instance; gives what it wrote."""
        return self._lancer([*_CEPAGE, *arguments])

    def python(self, script: str) -> str:
        """Run a script on this instance; gives what it wrote."""
        return self._lancer([sys.executable, "-c", script])

    def arreter(self) -> None:
        """Stop the site, its worker and its database."""
        self._site.send_signal(signal.SIGTERM)
        self._site.wait(timeout=60)

    def _lancer(self, commande: list[str]) -> str:
        fait = subprocess.run(commande, env=self.environnement, cwd=RACINE, capture_output=True, text=True, check=False)
        assert fait.returncode == 0, fait.stdout + fait.stderr
        return fait.stdout

    def _attendre(self) -> None:
        for _ in range(600):
            try:
                with urllib.request.urlopen(f"{self.url}/api/v1/sante", timeout=2):
                    return
            except OSError:
                assert self._site.poll() is None, self._dit.read_text(errors="replace")
                time.sleep(0.2)
        raise AssertionError("Le site ne répond pas.")


_CEPAGE = [sys.executable, "-m", "cepage.config.ligne_de_commande"]
