"""The private calendar: its page, and the address that a calendar software reads."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cepage.fondations.comptes.acces import action
from cepage.fondations.socle import horloge
from cepage.operateur.agenda.models import FluxAgenda
from cepage.operateur.agenda.services.flux import lire_flux, ouvrir_flux, revoquer_flux
from cepage.operateur.dossiers.selectors.regard import regard


@action("agenda.disposer")
@never_cache
@require_http_methods(["GET", "POST"])
def flux(request: HttpRequest) -> HttpResponse:
    """Make a new secret address, which is shown once."""
    vue, adresse = regard(request), ""
    if request.method == "POST":
        secret = ouvrir_flux(vue.personne, vue.emetteur, a=horloge.maintenant())
        adresse = request.build_absolute_uri(reverse("agenda_flux", args=[secret]))
    contexte = {"adresse": adresse, "flux": FluxAgenda.objects.filter(personne=vue.personne).first()}
    return render(request, "agenda/flux.html", contexte)


@action("agenda.disposer")
@require_POST
def revoquer(request: HttpRequest) -> HttpResponse:
    """Close the address."""
    revoquer_flux(regard(request).personne)
    messages.success(request, "Le lien est révoqué : il n'ouvre plus rien.")
    return redirect("agenda:flux")


@login_not_required
@require_safe
def lecture(request: HttpRequest, secret: str) -> HttpResponse:
    """The calendar, for who holds the secret; a wrong one is as a missing page."""
    texte = lire_flux(secret, a=horloge.maintenant())
    if texte is None:
        raise Http404
    reponse = HttpResponse(texte, content_type="text/calendar; charset=utf-8")
    reponse["Content-Disposition"] = 'inline; filename="agenda.ics"'
    reponse["X-Robots-Tag"] = "noindex"
    patch_cache_control(reponse, private=True, max_age=300)
    return reponse
