"""Home page, accessibility statement, health, and the one-click entry of the demonstration."""

from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from cepage.fondations.comptes.acces import roles_de
from cepage.fondations.comptes.contexte import navigation, premiere_page
from cepage.fondations.comptes.demonstration import adresse
from cepage.fondations.comptes.enums import Role
from cepage.fondations.comptes.middleware import SESSION_DEMONSTRATION
from cepage.fondations.comptes.models import Personne


@require_GET
def accueil(request: HttpRequest) -> HttpResponse:
    """What is there for this person, and the next step."""
    return render(
        request,
        "comptes/accueil.html",
        {"entrees": navigation(request), "attributions": roles_de(request)},
    )


@login_not_required
@require_GET
def accessibilite(request: HttpRequest) -> HttpResponse:
    """The accessibility statement."""
    return render(request, "comptes/accessibilite.html")


@login_not_required
@require_GET
def sante(request: HttpRequest) -> JsonResponse:
    """Answer 200 while the database answers; nothing about the data."""
    with connection.cursor() as curseur:
        curseur.execute("SELECT 1")
    return JsonResponse({"etat": "en marche"})


@login_not_required
@require_POST
def demo_entrer(request: HttpRequest, role: str) -> HttpResponse:
    """Log in as the demonstration account of `role`; 404 outside the demonstration."""
    if not settings.CEPAGE_DEMO or role not in Role.values:
        raise Http404
    personne = Personne.objects.filter(email=adresse(Role(role)), demonstration=True, is_active=True).first()
    if personne is None:
        raise Http404
    login(request, personne, backend=settings.AUTHENTICATION_BACKENDS[0])
    request.session[SESSION_DEMONSTRATION] = True
    return redirect(premiere_page(Role(role)))
