"""From bytes to a receipt, whatever the channel: open a deposit, write its bytes, have it judged.

A small file is judged at once; a large one waits for the worker, and its sender asks where it is. Bytes are written
where they belong in the file: a cut connection loses nothing of what came before the cut.
"""

import contextlib
import fcntl
import json
import logging
import time
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connections, transaction
from procrastinate.contrib.django import app

from cepage.echanges.canaux import milieux
from cepage.echanges.canaux.acces.authentification import Acces
from cepage.echanges.canaux.depots.enums import Etat
from cepage.echanges.canaux.depots.models import Depot
from cepage.echanges.reception.accuse import Accuse
from cepage.echanges.reception.contexte import registre
from cepage.echanges.reception.enums import Mode
from cepage.echanges.reception.services import CleReutilisee, recevoir
from cepage.echanges.reception.services import Depot as Demande
from cepage.fondations.socle import horloge, trace
from cepage.fondations.socle.portee import portee_emetteurs

journal = logging.getLogger("cepage.depots")
TACHE = "canaux.traiter_depot"
TACHE_RAFRAICHIR = "canaux.rafraichir"
CONSERVATION = timedelta(days=30)
_CADENCE = 0.5


class OctetsRefuses(Exception):
    """These bytes are not those the deposit waits for; `attendu` is the position of the next one."""

    def __init__(self, message: str, attendu: int) -> None:
        super().__init__(message)
        self.attendu = attendu


@dataclass(frozen=True)
class Ouverture:
    """What is announced of a file before its bytes."""

    canal: str
    lot: str
    mode: Mode
    nom: str
    taille: int
    trace: str
    cle_idempotence: str | None = None


def repertoire() -> Path:
    """Where the bytes wait."""
    chemin = Path(settings.CEPAGE_DONNEES) / "depots_des_canaux"
    chemin.mkdir(parents=True, exist_ok=True)
    return chemin


def chemin(depot: Depot) -> Path:
    """The file of a deposit."""
    return repertoire() / str(depot.identifiant)


def ouvrir(acces: Acces, ouverture: Ouverture, *, le: datetime) -> Depot:
    """Open a deposit for an entry already granted; those older than CONSERVATION are forgotten."""
    _balayer()
    with portee_emetteurs([acces.emetteur]):
        Depot.objects.filter(maj_le__lt=horloge.maintenant() - CONSERVATION).delete()
        depot = _depot(acces, ouverture, le)
        depot.save(force_insert=True)
    return depot


def _balayer() -> None:
    """Remove the bytes that nobody has touched for long, whatever left them."""
    for fichier in repertoire().iterdir():
        with contextlib.suppress(FileNotFoundError):
            if fichier.stat().st_mtime < (horloge.maintenant() - CONSERVATION).timestamp():
                fichier.unlink()


def _depot(acces: Acces, ouverture: Ouverture, le: datetime) -> Depot:
    return Depot(
        identifiant=uuid.uuid4(),
        emetteur=acces.emetteur,
        canal=ouverture.canal,
        cle_acces=acces.identifiant,
        bac_a_sable=acces.bac_a_sable,
        trace=ouverture.trace,
        nom=ouverture.nom,
        lot=ouverture.lot,
        mode=ouverture.mode,
        cle_idempotence=ouverture.cle_idempotence,
        taille=ouverture.taille,
        cree_le=le,
    )


def ecrire(depot: Depot, blocs: Iterable[bytes], *, debut: int) -> Depot:
    """Add bytes at the position `debut`, which must be that of the next one. Raises OctetsRefuses."""
    with chemin(depot).open("ab") as flux:
        fcntl.flock(flux, fcntl.LOCK_EX)
        position = flux.tell()
        if depot.etat != Etat.OUVERT:
            raise OctetsRefuses("Ce dépôt est complet : il n'attend plus d'octets.", depot.taille)
        if debut != position:
            raise OctetsRefuses(f"Le prochain octet attendu est le numéro {position}, pas {debut}.", position)
        try:
            for bloc in blocs:
                position += len(bloc)
                if position > depot.taille:
                    flux.truncate(debut)
                    raise OctetsRefuses(
                        f"Le fichier était annoncé à {depot.taille} octets et il en vient davantage.", debut
                    )
                flux.write(bloc)
        finally:
            flux.flush()
            depot.recus = flux.tell() if position <= depot.taille else debut
            with portee_emetteurs([depot.emetteur]):
                depot.save(update_fields=["recus", "maj_le"])
    return depot


def passer(acces: Acces, ouverture: Ouverture, blocs: Iterable[bytes], *, le: datetime) -> tuple[Depot, Accuse | None]:
    """Receive a small file and judge it at once; one transaction holds its effect, its receipt and its trace.

    Without receipt, the state of the deposit says why.
    """
    depot = _depot(acces, ouverture, le)
    depot.recus = depot.taille
    try:
        with chemin(depot).open("wb") as flux:
            flux.writelines(blocs)
        return depot, _juger(depot, le)
    finally:
        chemin(depot).unlink(missing_ok=True)


def juger_sur_place(
    acces: Acces, ouverture: Ouverture, fichier: Path, *, identifiant: uuid.UUID, le: datetime
) -> tuple[Depot, Accuse | None]:
    """Judge a file that is whole on this disk and stays where it is, without copying it; with the same identifier, run
    again after a stop, it gives the same receipt. Without receipt, the state of the deposit says why."""
    depot = _depot(acces, ouverture, le)
    depot.identifiant, depot.recus = identifiant, depot.taille
    place = chemin(depot)
    place.unlink(missing_ok=True)
    place.hardlink_to(fichier)
    try:
        return depot, _juger(depot, le)
    finally:
        place.unlink(missing_ok=True)


def remettre(acces: Acces, ouverture: Ouverture, fichier: Path, *, le: datetime) -> Depot:
    """Leave to the worker a file that is whole on this disk; the caller may then remove its own name for it."""
    depot = ouvrir(acces, ouverture, le=le)
    chemin(depot).hardlink_to(fichier)
    depot.recus = depot.taille
    with portee_emetteurs([acces.emetteur]):
        depot.save(update_fields=["recus", "maj_le"])
    juger_plus_tard(depot, le=le)
    return depot


def juger_maintenant(depot: Depot, *, le: datetime) -> Accuse | None:
    """Judge a complete deposit in this process; its receipt, None when it has none (see its state)."""
    return _juger(depot, le)


def juger_plus_tard(depot: Depot, *, le: datetime) -> None:
    """Leave a complete deposit to the worker."""
    with portee_emetteurs([depot.emetteur]):
        depot.etat = Etat.EN_ATTENTE
        depot.save(update_fields=["etat", "maj_le"])
        app.configure_task(TACHE).defer(depot=str(depot.identifiant), emetteur=depot.emetteur, le=le.isoformat())


def traiter(identifiant: str, *, emetteur: str, le: datetime) -> None:
    """Judge a deposit from the worker; run again after a stop, it gives the same receipt."""
    with portee_emetteurs([emetteur]):
        depot = Depot.objects.filter(pk=identifiant, etat=Etat.EN_ATTENTE).first()
    if depot is None:
        return
    try:
        with _Suivi(depot) as suivi:
            accuse = _juger(depot, le, suivi)
    except Exception:
        _interrompre(depot)
        raise
    if accuse is not None and not depot.bac_a_sable and depot.essai is None:
        registre().rafraichir()


def _juger(depot: Depot, le: datetime, suivi: "_Suivi | None" = None) -> Accuse | None:
    demande = Demande(
        chemin(depot),
        depot.lot,
        le,
        nom=depot.nom,
        mode=Mode(depot.mode),
        canal=depot.canal,
        emetteur=depot.emetteur,
        cle_idempotence=depot.cle_idempotence,
    )
    try:
        with milieux.dans(depot.emetteur, bac=depot.bac_a_sable), trace.suivre(depot.trace):
            accuse = recevoir(demande, suivi.avancer) if suivi else recevoir(demande)
            recu = _noter(depot, accuse)
            if recu and depot.etat == Etat.TRAITE and suivi is None and not depot.bac_a_sable and depot.essai is None:
                _demander_le_rafraichissement()
    except CleReutilisee:
        depot.etat = Etat.CLE_REUTILISEE
        with portee_emetteurs([depot.emetteur]):
            depot.save()
        recu = None
    chemin(depot).unlink(missing_ok=True)
    return recu


def _noter(depot: Depot, accuse: Accuse) -> Accuse | None:
    """Write the outcome in the transaction of the reception."""
    essai = accuse.mode is Mode.ESSAI
    if accuse.emetteur != depot.emetteur:
        depot.etat, recu = Etat.AILLEURS, None
    else:
        depot.etat, recu = Etat.DEJA if accuse.deja else Etat.TRAITE, accuse
        depot.envoi = "" if essai else accuse.envoi
        depot.essai = accuse.en_dict() if essai else None
    depot.part = 1.0
    depot.save()
    journal.info(
        json.dumps(
            {
                "trace": depot.trace,
                "canal": depot.canal,
                "depot": str(depot.identifiant),
                "envoi": depot.envoi,
                "statut": str(accuse.statut),
            }
        )
    )
    return recu


def _interrompre(depot: Depot) -> None:
    depot.etat = Etat.INTERROMPU
    with portee_emetteurs([depot.emetteur]):
        depot.save(update_fields=["etat", "maj_le"])


def _demander_le_rafraichissement() -> None:
    """The indicators follow within seconds; however many fiches come one by one, one task waits at most."""
    from procrastinate.exceptions import AlreadyEnqueued

    with contextlib.suppress(AlreadyEnqueued), transaction.atomic():
        app.configure_task(TACHE_RAFRAICHIR, queueing_lock=TACHE_RAFRAICHIR).defer()


class _Suivi:
    """Writes the progress through a connection of its own: seen by others before the reception commits."""

    def __init__(self, depot: Depot) -> None:
        self._depot = depot
        self._connexion = connections.create_connection("default")
        self._ecrite = 0.0

    def __enter__(self) -> "_Suivi":
        return self

    def __exit__(self, *suite: object) -> None:
        self._connexion.close()

    def avancer(self, etape: str, part: float) -> None:
        """Say the step under way and its share, twice a second at most."""
        if time.monotonic() - self._ecrite < _CADENCE:
            return
        self._ecrite = time.monotonic()
        # The progress is a comfort: losing it never stops a reception.
        with contextlib.suppress(DatabaseError), self._connexion.cursor() as curseur:
            curseur.execute("SELECT set_config('cepage.emetteurs', %s, false)", [self._depot.emetteur])
            curseur.execute(
                "UPDATE depots_depot SET etape = %s, part = %s WHERE identifiant = %s",
                [etape[:60], part, self._depot.identifiant],
            )
