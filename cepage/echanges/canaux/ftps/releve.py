"""Judging what waits, in a process of its own (`__main__`).

The server wakes it through its standard input; it ends when that pipe closes, after the file under way. One at a time
on a machine, whatever servers were killed and started again. A file leaves the queue once its receipt is laid: run
again after any stop, the same file gets the same receipt.
"""

import fcntl
import json
import logging
import math
import os
import select
import sys
import time
import uuid
from pathlib import Path

from cepage.echanges.canaux.acces.authentification import Acces
from cepage.echanges.canaux.catalogue import FTPS
from cepage.echanges.canaux.depots import services as depots
from cepage.echanges.canaux.depots.enums import Etat
from cepage.echanges.canaux.ftps import attente, menage, retours
from cepage.echanges.canaux.ftps.attente import Attendu

journal = logging.getLogger("cepage.ftps")
REPOS = 30.0
ESSAIS = 3


def relever(echecs: dict[str, int]) -> bool:
    """Judge every waiting file in order; False when one must be tried again later.

    When one cannot be judged, its sender's next ones wait behind it: order is kept. After ESSAIS failures that are the
    file's own, it is given back with what happened.
    """
    retenus: set[tuple[str, bool]] = set()
    for attendu in attente.lister():
        bordereau = attendu.bordereau
        expediteur = (bordereau.emetteur, bordereau.bac_a_sable)
        if expediteur in retenus:
            continue
        try:
            textes = _juger(attendu)
        except Exception as erreur:
            # The error's text may hold data: its kind and the trace are enough to find it.
            _noter(attendu, erreur=type(erreur).__name__)
            if not _du_fichier(erreur, attendu, echecs):
                retenus.add(expediteur)
                continue
            textes = retours.probleme(
                "Le contrôle s'est interrompu : rien n'est entré.",
                "Renvoyez le même fichier ; donnez-nous la trace si cela dure.",
                bordereau.trace,
            )
        if not _rendre(attendu, textes):
            retenus.add(expediteur)
    return not retenus


def _juger(attendu: Attendu) -> dict[str, bytes]:
    bordereau = attendu.bordereau
    ouverture = depots.Ouverture(
        FTPS.nom,
        bordereau.lot,
        bordereau.destination.mode,
        bordereau.nom,
        attendu.octets.stat().st_size,
        bordereau.trace,
    )
    acces = Acces(0, bordereau.cle, bordereau.emetteur, frozenset({"envoi.deposer"}), bordereau.bac_a_sable)
    depot, accuse = depots.juger_sur_place(
        acces, ouverture, attendu.octets, identifiant=uuid.UUID(bordereau.identifiant), le=bordereau.instant
    )
    _noter(attendu, etat=depot.etat)
    if accuse is not None:
        return retours.ecritures(accuse)
    if depot.etat != Etat.AILLEURS:
        raise RuntimeError(f"Un dépôt sans clé d'idempotence ne peut pas finir dans l'état {depot.etat}.")
    return retours.probleme(
        "Ce fichier a déjà été reçu d'un autre opérateur de ce lot.", "Vérifiez que c'est bien le vôtre.", depot.trace
    )


def _du_fichier(erreur: Exception, attendu: Attendu, echecs: dict[str, int]) -> bool:
    """True once the file itself must be the cause: a database or a disk that fails has nothing to do with it."""
    from django.db import InterfaceError, OperationalError

    if isinstance(erreur, (OperationalError, InterfaceError, OSError)):
        return False
    cle = attendu.bordereau.identifiant
    echecs[cle] = echecs.get(cle, 0) + 1
    return echecs[cle] >= ESSAIS


def _rendre(attendu: Attendu, textes: dict[str, bytes]) -> bool:
    bordereau = attendu.bordereau
    try:
        retours.archiver(
            bordereau.racine,
            bordereau.destination,
            attendu.octets,
            textes,
            le=bordereau.instant,
            cle=bordereau.identifiant,
        )
        attendu = attendu.liberer()
        retours.rendre(bordereau.racine, bordereau.destination, textes)
    except OSError as erreur:
        _noter(attendu, erreur=type(erreur).__name__)
        return False
    attendu.sortir()
    return True


def _noter(attendu: Attendu, **suite: str) -> None:
    bordereau = attendu.bordereau
    entree = {"canal": FTPS.nom, "trace": bordereau.trace, "cle": bordereau.cle, "lot": bordereau.lot}
    (journal.error if "erreur" in suite else journal.info)(json.dumps(entree | suite))


def _ferme(attente_secondes: float) -> bool:
    """Wait for a call of the server, at most so long; True once its pipe is closed."""
    prets, _, _ = select.select([sys.stdin], [], [], attente_secondes)
    return bool(prets) and not os.read(sys.stdin.fileno(), 65536)


def _tenir_le_verrou(chemin: Path) -> int | None:
    """The lock of the queue, as a descriptor; None when the server is gone before another has left it."""
    verrou = os.open(chemin, os.O_RDWR | os.O_CREAT, 0o600)
    while True:
        try:
            fcntl.flock(verrou, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if _ferme(0.2):
                return None
        else:
            return verrou


def principal() -> int:
    """Judge what waits, then each time the server calls, until it is gone; once a day, forget what is past its time."""
    from django.db import connections

    if _tenir_le_verrou(attente.repertoire() / ".releve") is None:
        return 0
    echecs: dict[str, int] = {}
    menage_fait = -math.inf
    while True:
        tout = relever(echecs)
        if time.monotonic() - menage_fait > menage.CADENCE.total_seconds():
            menage.balayer()
            menage_fait = time.monotonic()
        connections.close_all()
        if _ferme(REPOS if tout else 1.0):
            return 0
