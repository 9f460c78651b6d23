"""The door of the API: who enters (`CleApi`), and what every answer carries (`envelopper`)."""

import json
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from ninja.security.base import AuthBase

from cepage.echanges.canaux.acces import cadence
from cepage.echanges.canaux.acces.adresses import adresse_de
from cepage.echanges.canaux.acces.authentification import Acces, AccesRefuse, Motif, authentifier
from cepage.echanges.canaux.rest import metriques
from cepage.echanges.canaux.rest.problemes import Probleme
from cepage.echanges.canaux.traces import trace_de
from cepage.fondations.comptes.droits import ACTIONS
from cepage.fondations.socle import horloge

journal = logging.getLogger("cepage.api")
Vue = Callable[..., HttpResponseBase]


@dataclass(frozen=True)
class Retrait:
    """An operation to be withdrawn: since when it is deprecated, when it stops, what replaces it (RFC 9745, 8594)."""

    depuis: int
    fin: str
    remplacant: str

    def entetes(self) -> dict[str, str]:
        """The headers that announce it."""
        return {
            "Deprecation": f"@{self.depuis}",
            "Sunset": self.fin,
            "Link": f'<{self.remplacant}>; rel="successor-version"',
        }


# By operation (`rest:…`). Version 1 has none: an operation enters here six months before it stops.
RETRAITS: dict[str, Retrait] = {}


class CleApi(AuthBase):
    """Lets in a key or a token that carries `action`; counts the request of the key and of the address."""

    openapi_type = "http"
    openapi_scheme = "bearer"
    openapi_description = "Une clé d'accès entière, ou un jeton d'une heure."

    def __init__(self, action: str) -> None:
        if action not in ACTIONS:
            raise KeyError(f"L'action « {action} » n'est pas dans la table des droits (comptes/droits.py).")
        self.action = action
        super().__init__()

    def __call__(self, request: HttpRequest) -> Acces:
        """The entry granted; raises Probleme."""
        le, adresse = horloge.maintenant(), adresse_de(request)
        echecs = cadence.consulter(f"echec:{adresse}", settings.CEPAGE_CADENCE_ECHECS, le=le)
        if echecs.depassee:
            raise _trop(echecs, "Trop d'essais refusés depuis cette adresse.")
        ensemble = cadence.compter(f"adresse:{adresse}", settings.CEPAGE_CADENCE_ADRESSE, le=le)
        if ensemble.depassee:
            raise _trop(ensemble, "La limite de demandes par minute de cette adresse est atteinte.")
        try:
            acces = authentifier(_porteur(request), adresse=adresse, le=le)
            etat = cadence.compter(f"cle:{acces.identifiant}", settings.CEPAGE_CADENCE_CLE, le=le)
            request.cadence = etat  # type: ignore[attr-defined]
            if etat.depassee:
                raise _trop(etat, "La limite de demandes par minute de cette clé est atteinte.")
            acces.exiger(self.action)
        except AccesRefuse as refus:
            if refus.motif is Motif.INCONNUE:
                cadence.compter(f"echec:{adresse}", settings.CEPAGE_CADENCE_ECHECS, le=le)
            raise Probleme(str(refus.motif), refus.message, refus.remede) from None
        request.acces = acces  # type: ignore[attr-defined]
        return acces


def acces_de(request: HttpRequest) -> Acces:
    """The entry granted to this request."""
    accorde: Acces = request.acces  # type: ignore[attr-defined]
    return accorde


def _porteur(request: HttpRequest) -> str:
    genre, _, texte = request.headers.get("Authorization", "").partition(" ")
    if genre.lower() != "bearer" or not texte.strip():
        raise AccesRefuse(
            Motif.ABSENTE,
            "La demande ne porte pas de clé.",
            "Ajoutez l'en-tête « Authorization: Bearer » suivi de la clé entière.",
        )
    return texte.strip()


def _trop(etat: cadence.Etat, detail: str) -> Probleme:
    return Probleme("cadence", detail, f"Attendez {etat.attente} secondes.", entetes=etat.entetes())


def envelopper(vue: Vue, nom: str, actions: Mapping[str, str]) -> Vue:
    """The view of an address of the API, with what every answer carries: trace, rate, withdrawal, problem, counts.

    The address declares its actions, by method; it needs no session, and opens its own transactions (the body of an
    upload is read outside any).
    """

    def enveloppee(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        debut = time.perf_counter()
        request.trace = trace_de(request)  # type: ignore[attr-defined]
        try:
            reponse = vue(request, *args, **kwargs)
        except Probleme as probleme:
            reponse = probleme.reponse(request)
        except Exception as erreur:
            # The error's text may hold data: its kind and its place are enough to find it.
            journal.error(json.dumps({"trace": request.trace, "route": nom, "erreur": type(erreur).__name__}))  # type: ignore[attr-defined]
            reponse = Probleme(
                "panne",
                "Une panne de notre côté a arrêté cette demande ; rien n'est entré à moitié.",
                "Recommencez dans quelques minutes avec la même clé d'idempotence ; donnez-nous la trace si cela dure.",
            ).reponse(request)
        if reponse.status_code == 405 and not reponse.headers.get("Content-Type", "").startswith("application/problem"):
            permises = reponse.headers.get("Allow", "")
            reponse = Probleme(
                "methode", f"« {request.method} » n'est pas permis ici.", f"Méthodes permises : {permises}."
            ).reponse(request)
            reponse.headers["Allow"] = permises
        _completer(request, reponse, nom)
        duree = time.perf_counter() - debut
        metriques.noter(nom, str(request.method), reponse.status_code, duree)
        _journaliser(request, reponse, nom, duree)
        return reponse

    enveloppee.csrf_exempt = True  # type: ignore[attr-defined]
    enveloppee.login_required = False  # type: ignore[attr-defined]
    enveloppee.actions = dict(actions)  # type: ignore[attr-defined]
    if actions:
        enveloppee.action = next(iter(actions.values()))  # type: ignore[attr-defined]
    return transaction.non_atomic_requests(enveloppee)


def _completer(request: HttpRequest, reponse: HttpResponseBase, nom: str) -> None:
    reponse.headers["Trace-Id"] = request.trace  # type: ignore[attr-defined]
    reponse.headers.setdefault("Cache-Control", "no-store")
    etat: cadence.Etat | None = getattr(request, "cadence", None)
    entetes = (etat.entetes() if etat else {}) | (RETRAITS[nom].entetes() if nom in RETRAITS else {})
    for entete, valeur in entetes.items():
        reponse.headers.setdefault(entete, valeur)


def _journaliser(request: HttpRequest, reponse: HttpResponseBase, nom: str, duree: float) -> None:
    acces: Acces | None = getattr(request, "acces", None)
    journal.info(
        json.dumps(
            {
                "trace": request.trace,  # type: ignore[attr-defined]
                "route": nom,
                "methode": request.method,
                "statut": reponse.status_code,
                "duree_ms": round(duree * 1000, 1),
                "cle": acces.identifiant if acces else None,
            }
        )
    )


def introuvable(request: HttpRequest, reste: str = "") -> HttpResponse:
    """The answer of an address that does not exist."""
    raise Probleme("inconnu", "Cette adresse n'existe pas.", "Voyez les adresses dans la documentation : /api/.")
