"""The API in processes of its own, used by real clients: curl that is cut and resumes, schemathesis that tries all."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from cepage.echanges.conformite.ecriture import en_csv
from cepage.echanges.conformite.fiches import personne
from tests.echanges.canaux.instance import InstanceReelle

CURL = shutil.which("curl")


@pytest.fixture(scope="module")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[InstanceReelle]:
    reelle = InstanceReelle(tmp_path_factory.mktemp("instance"))
    yield reelle
    reelle.arreter()


def curl(instance: InstanceReelle, *arguments: str) -> str:
    """What curl writes on its output, entered with the key of the instance."""
    assert CURL
    commande = [CURL, "-sS", "-H", f"Authorization: Bearer {instance.cle}", *arguments]
    return subprocess.run(commande, capture_output=True, text=True, check=True, timeout=60).stdout


def couper(instance: InstanceReelle, depot: str, plage: str, octets: bytes, *, annonces: int) -> None:
    """Announce more bytes than are sent, then hang up and wait for the answer's end."""
    hote, port = instance.url.removeprefix("http://").split(":")
    with socket.create_connection((hote, int(port)), timeout=30) as prise:
        tete = (
            f"PUT /api/v1/depots/{depot}/octets HTTP/1.1\r\nHost: {hote}\r\nAuthorization: Bearer {instance.cle}\r\n"
            f"{plage}\r\nContent-Length: {annonces}\r\nConnection: close\r\n\r\n"
        )
        prise.sendall(tete.encode() + octets)
        prise.shutdown(socket.SHUT_WR)
        while prise.recv(4096):
            pass


@pytest.mark.skipif(CURL is None, reason="curl manque sur cette machine")
def test_curl_depose_coupe_et_reprend(instance: InstanceReelle, tmp_path: Path) -> None:
    foule = [personne(identifiant_beneficiaire=f"C{i}") for i in range(40)]
    octets = en_csv("beneficiaire", foule)
    moitie = len(octets) // 2
    (tmp_path / "un").write_bytes(octets[:moitie])
    (tmp_path / "deux").write_bytes(octets[moitie:])
    ouverture = json.dumps({"nom": "beneficiaire.csv", "lot": "08", "taille": len(octets)})
    ouvert = json.loads(
        curl(instance, "-H", "Content-Type: application/json", "-d", ouverture, f"{instance.url}/api/v1/depots")
    )
    adresse = f"{instance.url}/api/v1/depots/{ouvert['depot']}/octets"
    plage = f"Content-Range: bytes 0-{moitie - 1}/{len(octets)}"
    # A transfer cut before its announced end: what came before the cut is kept.
    couper(instance, ouvert["depot"], plage, octets[: moitie // 2], annonces=moitie)
    suivi = f"{instance.url}/api/v1/depots/{ouvert['depot']}"
    recus = json.loads(curl(instance, suivi))["recus"]
    assert 0 < recus <= moitie // 2
    (tmp_path / "un").write_bytes(octets[recus:moitie])
    plage = f"Content-Range: bytes {recus}-{moitie - 1}/{len(octets)}"
    un = json.loads(curl(instance, "-X", "PUT", "-H", plage, "--data-binary", f"@{tmp_path}/un", adresse))
    assert un["recus"] == moitie
    plage = f"Content-Range: bytes {moitie}-{len(octets) - 1}/{len(octets)}"
    accuse = json.loads(curl(instance, "-X", "PUT", "-H", plage, "--data-binary", f"@{tmp_path}/deux", adresse))
    assert accuse["statut"] == "accepte", accuse["anomalies"][:2]
    assert accuse["comptes"]["beneficiaire"]["acceptees"] == 40


def eprouver(instance: InstanceReelle, exemples: int, sortie: Path) -> str:
    """Run schemathesis on the published description; raises when the server ever fails."""
    commande = [
        *(str(Path(sys.executable).with_name("schemathesis")), "run", f"{instance.url}/api/v1/openapi.json"),
        *("-H", f"Authorization: Bearer {instance.cle}", "--url", instance.url),
        *("--checks", "not_a_server_error", "--max-examples", str(exemples), "--phases", "fuzzing"),
        *("--seed", "42", "--generation-database", "none", "--suppress-health-check", "all"),
    ]
    fait = subprocess.run(
        commande, capture_output=True, text=True, check=False, cwd=sortie, env={**os.environ, "NO_COLOR": "1"}
    )
    assert fait.returncode == 0, fait.stdout[-4000:] + fait.stderr[-2000:]
    return fait.stdout


def test_rien_ne_fait_tomber_le_serveur(instance: InstanceReelle, tmp_path: Path) -> None:
    assert "generated" in eprouver(instance, 8, tmp_path)


@pytest.mark.epreuve
def test_rien_ne_fait_tomber_le_serveur_en_grand(instance: InstanceReelle, tmp_path: Path) -> None:
    # Twenty operations, a thousand cases each.
    assert "generated" in eprouver(instance, 1000, tmp_path)
