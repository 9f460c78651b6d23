"""A file handed over on the page: kept, received by a task, followed while it is."""

import contextlib
import json
import time
import uuid
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import DatabaseError, connections
from procrastinate.contrib.django import app

from cepage.echanges.reception.accuse import Accuse
from cepage.echanges.reception.contexte import registre
from cepage.echanges.reception.enums import Mode
from cepage.echanges.reception.models import Progression
from cepage.echanges.reception.selectors import chemin_de_l_essai
from cepage.echanges.reception.services import Depot, recevoir
from cepage.fondations.socle.portee import portee_emetteurs

TACHE = "reception.recevoir_depot"
EN_ATTENTE = "En attente de traitement"
TERMINE = "Terminé"
DEJA = "Déjà reçu"
ESSAI = "Essai terminé"
AILLEURS = "Déjà reçu d'un autre opérateur"
INTERROMPU = "Interrompu"
CONSERVATION = timedelta(days=7)
SILENCE = timedelta(minutes=10)
_CADENCE = 0.5
# Share of the whole at which each kind of step begins and ends.
_ETAPES = (
    ("Lecture", 0.0, 0.05),
    ("Contrôle des formats", 0.05, 0.5),
    ("Contrôle des personnes", 0.5, 0.6),
    ("Enregistrement", 0.6, 1.0),
)


def repertoire() -> Path:
    """Where the deposited files wait."""
    return Path(settings.CEPAGE_DONNEES) / "depots"


def deposer(fichier: "UploadedFile[bytes]", *, lot: str, mode: Mode, emetteur: str, recu_le: datetime) -> uuid.UUID:
    """Keep the file and ask for its reception, in the transaction under way; gives the depot's identifier."""
    depot = uuid.uuid4()
    _effacer_les_anciens(recu_le)
    repertoire().mkdir(parents=True, exist_ok=True)
    with (repertoire() / str(depot)).open("wb") as flux:
        for bloc in fichier.chunks():
            flux.write(bloc)
    Progression.objects.create(depot=depot, emetteur=emetteur, etape=EN_ATTENTE)
    app.configure_task(TACHE).defer(
        depot=str(depot),
        lot=lot,
        mode=str(mode),
        nom=Path(fichier.name or "envoi").name,
        emetteur=emetteur,
        recu_le=recu_le.isoformat(),
    )
    return depot


def traiter(depot: str, *, lot: str, mode: str, nom: str, emetteur: str, recu_le: datetime) -> None:
    """Receive a deposited file; the progress is written as it goes, the outcome at the end.

    Whatever stops the reception is told on the page and raised again; nothing has then entered.
    """
    chemin = repertoire() / depot
    demande = Depot(chemin, lot, recu_le, nom=nom, mode=Mode(mode), canal="page", emetteur=emetteur)
    try:
        with Suivi(depot, emetteur) as suivi:
            accuse = recevoir(demande, suivi.avancer)
            suivi.avancer("Mise à jour des indicateurs", 1.0)
            registre().rafraichir()
        etape, envoi = _issue(depot, demande, accuse)
    except Exception:
        _conclure(depot, emetteur, INTERROMPU, "")
        raise
    _conclure(depot, emetteur, etape, envoi)
    chemin.unlink(missing_ok=True)


def _issue(depot: str, demande: Depot, accuse: Accuse) -> tuple[str, str]:
    if accuse.emetteur != demande.emetteur:
        return AILLEURS, ""
    if accuse.recu_le != demande.recu_le:
        return DEJA, accuse.envoi
    if accuse.mode is Mode.ESSAI:
        contenu = {**accuse.en_dict(), "nom_fichier": demande.nom_fichier}
        chemin_de_l_essai(depot).write_text(json.dumps(contenu, ensure_ascii=False), encoding="utf-8")
        return ESSAI, ""
    return TERMINE, accuse.envoi


def _conclure(depot: str, emetteur: str, etape: str, envoi: str) -> None:
    with portee_emetteurs([emetteur]):
        progression = Progression.objects.filter(pk=depot).first()
        if progression is not None:
            progression.etape, progression.part, progression.envoi = etape, 1.0, envoi
            progression.save(update_fields=["etape", "part", "envoi", "maj_le"])


def _effacer_les_anciens(maintenant: datetime) -> None:
    """Forget the depots of the scope under way, and the waiting files, older than CONSERVATION."""
    limite = maintenant - CONSERVATION
    Progression.objects.filter(maj_le__lt=limite).delete()
    if repertoire().is_dir():
        for fichier in repertoire().iterdir():
            if fichier.stat().st_mtime < limite.timestamp():
                fichier.unlink(missing_ok=True)


class Suivi:
    """Writes the progress through a connection of its own: seen by others before the reception commits."""

    def __init__(self, depot: str, emetteur: str) -> None:
        self._depot = depot
        self._emetteur = emetteur
        self._connexion = connections.create_connection("default")
        self._etape = ""
        self._ecrite = 0.0

    def __enter__(self) -> "Suivi":
        return self

    def __exit__(
        self, genre: type[BaseException] | None, erreur: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connexion.close()

    def avancer(self, etape: str, part: float) -> None:
        """Say the step under way and its share; written at each new step, else twice a second at most."""
        if etape == self._etape and time.monotonic() - self._ecrite < _CADENCE:
            return
        self._etape, self._ecrite = etape, time.monotonic()
        # The progress is a comfort: losing it never stops a reception.
        with contextlib.suppress(DatabaseError), self._connexion.cursor() as curseur:
            curseur.execute("SELECT set_config('cepage.emetteurs', %s, false)", [self._emetteur])
            curseur.execute(
                "UPDATE reception_progression SET etape = %s, part = %s, maj_le = now() WHERE depot = %s",
                [etape[:60], part_globale(etape, part), self._depot],
            )


def part_globale(etape: str, part: float) -> float:
    """Share of the whole work, from the share of a step."""
    for debut_du_nom, debut, fin in _ETAPES:
        if etape.startswith(debut_du_nom):
            return debut + (fin - debut) * min(max(part, 0.0), 1.0)
    return 0.0
