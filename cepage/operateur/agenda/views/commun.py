"""What the views share: which objects may be looked at, who may act for whom, one page for each act."""

from collections.abc import Callable, Iterable
from datetime import date, datetime, time
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from cepage.fondations.comptes.acces import peut
from cepage.fondations.comptes.models import Personne
from cepage.fondations.regles import Refus
from cepage.fondations.socle import horloge
from cepage.operateur.agenda.models import Participation, RendezVous, Site
from cepage.operateur.agenda.selectors import acces
from cepage.operateur.dossiers.selectors.regard import Regard, regard
from cepage.operateur.dossiers.views.commun import agir


def site_ou_404(request: HttpRequest, pk: int) -> tuple[Regard, Site]:
    """A site the person asking may look at."""
    vue = regard(request)
    return vue, get_object_or_404(acces.sites(vue), pk=pk)


def rendez_vous_ou_404(request: HttpRequest, pk: int) -> tuple[Regard, RendezVous]:
    """An appointment the person asking may look at."""
    vue = regard(request)
    return vue, get_object_or_404(acces.rendez_vous(vue), pk=pk)


def participation_ou_404(request: HttpRequest, pk: int) -> tuple[Regard, Participation]:
    """Someone's place, when both the appointment and the person may be looked at."""
    vue = regard(request)
    lignes = Participation.objects.filter(
        rendez_vous__in=acces.rendez_vous(vue), beneficiaire__in=vue.beneficiaires()
    ).select_related("rendez_vous__site", "rendez_vous__conseiller", "beneficiaire__fusionne_dans")
    return vue, get_object_or_404(lignes, pk=pk)


def dirigeables(request: HttpRequest, vue: Regard) -> list[Personne]:
    """The counsellors whose slots the person asking may open: all of the team for who leads it, else themselves."""
    if peut(request, "agenda.organiser"):
        return list(acces.conseillers(vue, horloge.aujourd_hui()))
    return [vue.personne]


def choisi(gens: Iterable[Any], pk: str) -> Any:
    """The one of these objects that a form named. Raises Http404."""
    trouve = next((un for un in gens if str(un.pk) == pk), None)
    if trouve is None:
        raise Http404
    return trouve


def instant(site: Site, le: date, heure: time) -> datetime:
    """A day and a time of the site's clock."""
    return datetime.combine(le, heure, site.fuseau)


def acte(
    request: HttpRequest,
    form: forms.Form,
    faire: Callable[[], Any],
    *,
    titre: str,
    bouton: str,
    fait: str,
    retour: str,
    fil: tuple[str, ...],
    explication: str = "",
    dangereux: bool = False,
    gabarit: str = "agenda/acte.html",
    **contexte: Any,
) -> HttpResponse:
    """One act: its form, then `retour`; refused, the form again with every reason and all that was typed.

    `fil`: label and address of each page above this one.
    """
    refus: Iterable[Refus] = ()
    if request.method == "POST" and form.is_valid():
        refuses = agir(faire, form)
        if refuses is None:
            messages.success(request, fait)
            return redirect(retour)
        refus = refuses
    valeurs = {
        "form": form,
        "titre": titre,
        "bouton": bouton,
        "refus": refus,
        "retour": retour,
        "etapes": [(fil[i], fil[i + 1]) for i in range(0, len(fil), 2)],
        "explication": explication,
        "dangereux": dangereux,
        **contexte,
    }
    return render(request, gabarit, valeurs, status=422 if refus or form.errors else 200)
