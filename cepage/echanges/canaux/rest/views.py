"""The readable page of the API, and its description for machines."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from cepage.echanges.canaux.acces.actions import LIBELLES
from cepage.echanges.canaux.rest.api import api
from cepage.echanges.canaux.rest.exploitation import lisible
from cepage.echanges.canaux.rest.openapi import description
from cepage.echanges.canaux.rest.problemes import GENRES
from cepage.fondations.socle import formats


@login_not_required
@require_safe
def accueil(request: HttpRequest) -> HttpResponse:
    """Everything an integrator needs to begin, then every operation."""
    contexte = {
        "themes": lisible(description(api)),
        "problemes": GENRES.values(),
        "actions": LIBELLES.items(),
        "debit": formats.nombre(3000),
    }
    return render(request, "rest/accueil.html", contexte)


@login_not_required
@require_safe
def openapi(request: HttpRequest) -> HttpResponse:
    """The OpenAPI 3.1 document."""
    return JsonResponse(description(api), json_dumps_params={"ensure_ascii": False})
