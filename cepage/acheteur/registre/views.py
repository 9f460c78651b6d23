"""Pages of the register: find a dossier, read its history."""

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from cepage.acheteur.registre import histoire as histoires
from cepage.acheteur.registre.forms import DatesHistoire, RechercheDossier
from cepage.fondations.comptes.acces import Perimetre, action, peut

PAR_PAGE = 50


def _perimetre(request: HttpRequest) -> Perimetre:
    perimetre: Perimetre = request.perimetre  # type: ignore[attr-defined]
    return perimetre


@action("registre.lire")
@require_GET
def recherche(request: HttpRequest) -> HttpResponse:
    """Find a dossier by its number; a whole number leads straight to it."""
    form = RechercheDossier(request.GET or None)
    dossiers: list[histoires.Dossier] = []
    if form.is_valid():
        numero = form.cleaned_data["numero"]
        dossiers = histoires.chercher(numero, _perimetre(request).lots)
        if len(dossiers) == 1 and dossiers[0].numero == histoires.normaliser(numero):
            return redirect("registre:dossier", numero=dossiers[0].numero)
    contexte = {"form": form, "dossiers": dossiers, "limite": histoires.LIMITE_DE_RECHERCHE}
    return render(request, "registre/recherche.html", contexte)


@action("registre.lire")
@require_GET
def dossier(request: HttpRequest, numero: str) -> HttpResponse:
    """The history of a dossier, pseudonymised."""
    form = DatesHistoire(request.GET)
    dates = form.cleaned_data if form.is_valid() else {}
    histoire = histoires.histoire(numero, **dates)
    if histoire is None:
        raise Http404
    _perimetre(request).exiger_lot(histoire.lot)
    contexte = {
        "histoire": histoire,
        "form": form,
        "dates": dates,
        "datee": any(dates.values()),
        "page": Paginator(histoire.etapes, PAR_PAGE).get_page(request.GET.get("page")),
        "peut_lire_envois": peut(request, "envoi.lire"),
        "peut_lire_decomptes": peut(request, "decompte.lire"),
    }
    return render(request, "registre/dossier.html", contexte)
