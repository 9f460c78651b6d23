"""The API, version 1: its routers, its problems, its addresses."""

from typing import Any

from django.core.exceptions import BadRequest, RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from cepage.echanges.canaux.rest.entree import CleApi
from cepage.echanges.canaux.rest.problemes import Probleme, de_validation
from cepage.echanges.canaux.rest.routes_avis import router as router_avis
from cepage.echanges.canaux.rest.routes_envois import router as router_envois
from cepage.echanges.canaux.rest.routes_lecture import router_bac, router_contrat, router_registre
from cepage.echanges.canaux.rest.routes_personnes import router as router_personnes

api = NinjaAPI(
    title="Cépage : point d'échange du conseil en évolution professionnelle",
    version="1",
    description=(
        "Envoyer des fiches, recevoir leur accusé, relire son registre (CCTP §2.2.1, §3.2 et annexe 3). "
        "Toutes les réponses portent Trace-Id ; toutes les erreurs sont en application/problem+json."
    ),
    openapi_url=None,
    docs_url=None,
    urls_namespace="rest",
)
for _router in (router_envois, router_avis, router_personnes, router_registre, router_contrat, router_bac):
    for _vue in _router.path_operations.values():
        for _operation in _vue.operations:
            for _porte in _operation.auth_callbacks:
                if isinstance(_porte, CleApi):
                    _operation.openapi_extra = {**(_operation.openapi_extra or {}), "x-action": _porte.action}
    api.add_router("", _router)


@api.exception_handler(Probleme)
def _probleme(request: HttpRequest, erreur: Any) -> HttpResponse:
    reponse: HttpResponse = erreur.reponse(request)
    return reponse


@api.exception_handler(ValidationError)
def _validation(request: HttpRequest, erreur: Any) -> HttpResponse:
    return de_validation(erreur.errors).reponse(request)


@api.exception_handler(Http404)
def _introuvable(request: HttpRequest, erreur: Any) -> HttpResponse:
    return Probleme("inconnu", "Il n'y a rien à cette adresse.", "Vérifiez l'identifiant.").reponse(request)


def _illisible(request: HttpRequest, erreur: Any) -> HttpResponse:
    return Probleme("corps-illisible", "La demande ne se lit pas.", "Vérifiez le corps et sa forme.").reponse(request)


def _trop_gros(request: HttpRequest, erreur: Any) -> HttpResponse:
    return Probleme("trop-gros", "Le corps est trop gros pour cette adresse.", "Réduisez-le.").reponse(request)


for _genre in (HttpError, BadRequest, SuspiciousOperation, UnreadablePostError):
    api.add_exception_handler(_genre, _illisible)
api.add_exception_handler(RequestDataTooBig, _trop_gros)


@api.exception_handler(Exception)
def _panne(request: HttpRequest, erreur: Any) -> HttpResponse:
    """Left to the wrapper, which answers and logs."""
    raise erreur
