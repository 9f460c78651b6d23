"""What is counted of the API (OpenMetrics): how many requests, how long, how many bytes. Never who, never what."""

import os
import time
from collections.abc import Mapping
from pathlib import Path

from django.conf import settings
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.openmetrics.exposition import CONTENT_TYPE_LATEST, generate_latest

TYPE = CONTENT_TYPE_LATEST
_LOCAL = CollectorRegistry()
DEMANDES = Counter("cepage_api_demandes", "Demandes reçues par l'API.", ["route", "methode", "statut"], registry=_LOCAL)
DUREES = Histogram(
    "cepage_api_duree_secondes",
    "Durée des réponses de l'API.",
    ["route"],
    registry=_LOCAL,
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)
OCTETS = Counter("cepage_api_octets_recus", "Octets d'envois reçus par l'API.", registry=_LOCAL)


def noter(route: str, methode: str, statut: int, duree: float) -> None:
    """Count one answered request; a method that no one knows is counted as « autre »."""
    connue = methode if methode in {"GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"} else "autre"
    DEMANDES.labels(route, connue, str(statut)).inc()
    DUREES.labels(route).observe(duree)


def exposer(en_attente: int, plus_ancien: float, jauges: Mapping[str, tuple[str, float]]) -> bytes:
    """Everything in OpenMetrics: the counts of all the processes, the state of the queue, other gauges by name."""
    registre = _LOCAL
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        registre = CollectorRegistry()
        MultiProcessCollector(registre)  # type: ignore[no-untyped-call]
    instant = CollectorRegistry()
    Gauge("cepage_file_en_attente", "Tâches en attente.", registry=instant).set(en_attente)
    Gauge("cepage_file_plus_ancienne_secondes", "Âge de la plus ancienne.", registry=instant).set(plus_ancien)
    for nom, (aide, valeur) in jauges.items():
        Gauge(nom, aide, registry=instant).set(valeur)
    Gauge("cepage_instant_secondes", "Instant du relevé.", registry=instant).set(time.time())
    comptes: bytes = generate_latest(registre)  # type: ignore[no-untyped-call]
    etat: bytes = generate_latest(instant)  # type: ignore[no-untyped-call]
    return comptes.replace(b"# EOF\n", b"") + etat


def repertoire() -> Path:
    """Where the processes of one site put their counts together."""
    return Path(settings.CEPAGE_DONNEES) / "metriques"
