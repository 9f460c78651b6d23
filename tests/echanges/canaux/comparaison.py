"""One corpus sent by every channel: the receipts must be the same, but for the name of the channel's own envoi.

A channel gives a `Porteur`: bytes and their name go in, the receipt comes out as its channel wrote it. A new channel
adds its porter to a test of its own, with `comparer`.
"""

import tempfile
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from cepage.echanges.reception.enums import Mode
from cepage.echanges.reception.services import Depot, recevoir
from tests.echanges.canaux.conftest import LE

Porteur = Callable[[str, bytes], Mapping[str, Any]]
PROPRES = ("envoi", "recu_le")


def par_commande(nom: str, octets: bytes) -> Mapping[str, Any]:
    """The reference: what the command line answers, as a trial so that nothing is kept."""
    with tempfile.TemporaryDirectory() as dossier:
        chemin = Path(dossier) / "depot"
        chemin.write_bytes(octets)
        return recevoir(Depot(chemin, "08", LE, nom=nom, mode=Mode.ESSAI, emetteur="AB")).en_dict()


def comparer(porteur: Porteur, corpus: Iterable[tuple[str, bytes]]) -> list[str]:
    """The names of the files whose receipt differs from that of the command line."""
    differents = []
    for nom, octets in corpus:
        attendu, recu = par_commande(nom, octets), porteur(nom, octets)
        if {n: v for n, v in attendu.items() if n not in PROPRES} != {n: recu[n] for n in attendu if n not in PROPRES}:
            differents.append(nom)
    return differents
