"""The antivirus is asked as clamd is; what it could not look at does not come in."""

import io
import socketserver
import struct
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

import pypdf
import pytest
from pytest_django import Settings

from cepage.fondations.socle.antivirus import AntivirusMuet, FichierInfecte, inspecter
from cepage.operateur.dossiers import stockage
from cepage.operateur.dossiers.services import ActeRefuse
from cepage.operateur.livrables.services import numerisation

EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


class _Clamd(socketserver.StreamRequestHandler):
    """INSTREAM as clamd speaks it: lengths in network order, zero ends, one answer ended by a null byte."""

    recus: ClassVar[list[bytes]] = []
    panne: ClassVar[bytes] = b""

    def handle(self) -> None:
        assert self.rfile.read(10) == b"zINSTREAM\0"
        octets = b""
        while taille := struct.unpack(">L", self.rfile.read(4))[0]:
            octets += self.rfile.read(taille)
        self.recus.append(octets)
        self.wfile.write(self.panne or (b"stream: Eicar-Signature FOUND\0" if EICAR in octets else b"stream: OK\0"))


class _Unix(socketserver.ThreadingUnixStreamServer):
    daemon_threads = True


class _Tcp(socketserver.ThreadingTCPServer):
    daemon_threads = True


@pytest.fixture(params=["tcp", "unix"])
def clamd(request: pytest.FixtureRequest, settings: Settings, tmp_path: Path) -> Iterator[type[_Clamd]]:
    _Clamd.recus, _Clamd.panne = [], b""
    serveur: socketserver.BaseServer
    if request.param == "unix":
        settings.CEPAGE_CLAMD = str(tmp_path / "clamd.sock")
        serveur = _Unix(settings.CEPAGE_CLAMD, _Clamd)
    else:
        serveur = _Tcp(("127.0.0.1", 0), _Clamd)
        settings.CEPAGE_CLAMD = f"127.0.0.1:{serveur.server_address[1]}"
    fil = threading.Thread(target=serveur.serve_forever, kwargs={"poll_interval": 0.01})
    fil.start()
    yield _Clamd
    serveur.shutdown()
    serveur.server_close()
    fil.join()


def test_a_sound_file_passes_whole(clamd: type[_Clamd]) -> None:
    octets = bytes(range(256)) * 1000
    inspecter(octets)
    assert clamd.recus == [octets]


def test_a_virus_is_said(clamd: type[_Clamd]) -> None:
    with pytest.raises(FichierInfecte, match="n'est pas gardé"):
        inspecter(b"%PDF-1.7 " + EICAR)


@pytest.mark.parametrize("panne", [b"INSTREAM size limit exceeded. ERROR\0", b"\0"])
def test_what_was_not_looked_at_does_not_come_in(clamd: type[_Clamd], panne: bytes) -> None:
    clamd.panne = panne
    with pytest.raises(AntivirusMuet, match="Réessayez"):
        inspecter(b"%PDF-1.7")


@pytest.mark.parametrize("adresse", ["127.0.0.1:1", "/nulle/part/clamd.sock", "sans-port"])
def test_a_server_that_is_not_there(settings: Settings, adresse: str) -> None:
    settings.CEPAGE_CLAMD = adresse
    with pytest.raises(AntivirusMuet):
        inspecter(b"%PDF-1.7")


def test_without_a_server_nothing_is_asked(settings: Settings) -> None:
    settings.CEPAGE_CLAMD = ""
    inspecter(EICAR)


@pytest.mark.usefixtures("clamd")
def test_the_rooms_say_it_in_their_own_refusal() -> None:
    with pytest.raises(stockage.FichierRefuse, match="virus"):
        stockage.inspecter(EICAR)
    with pytest.raises(ActeRefuse, match="virus"):
        numerisation.verifier(_pdf_infecte())


def _pdf_infecte() -> bytes:
    ecrit, flux = pypdf.PdfWriter(), io.BytesIO()
    ecrit.add_blank_page(100, 100)
    ecrit.write(flux)
    return flux.getvalue() + b"\n%" + EICAR + b"\n"
