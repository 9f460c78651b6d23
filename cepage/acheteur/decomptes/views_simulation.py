"""Pages of a simulation: a change of the rules seen on past months; nothing is applied, nothing is written."""

from datetime import date, timedelta

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from cepage.acheteur.decomptes import presentation_simulation as presentation
from cepage.acheteur.decomptes.forms_simulation import SimulationForm
from cepage.acheteur.decomptes.simulation import Simulation, SimulationImpossible, bornes, simuler
from cepage.acheteur.marche.presentation import nom_du_lot
from cepage.acheteur.marche.selectors import lots_tenus, regles_du
from cepage.fondations.comptes.acces import action
from cepage.fondations.regles import ErreurRegles
from cepage.fondations.regles.fenetres import marche_du
from cepage.fondations.socle import horloge
from cepage.fondations.socle.tableur import piece_jointe


def _form(request: HttpRequest) -> SimulationForm:
    le = horloge.aujourd_hui()
    lots = [(lot, nom_du_lot(lot)) for lot in lots_tenus(le)]
    return SimulationForm(request.GET or None, regles_du(_jour_des_regles(request, le)), lots)


def _jour_des_regles(request: HttpRequest, le: date) -> date:
    """The rules that may be changed are those of the months computed again; today's while none is asked."""
    try:
        _, fin = bornes(request.GET.get("depuis", ""), request.GET.get("jusqu_a", ""))
        marche_du(fin - timedelta(days=1))
    except (SimulationImpossible, ErreurRegles):
        return le
    return fin - timedelta(days=1)


def _simulation(form: SimulationForm) -> Simulation | None:
    """What the form asks for; None when it cannot be computed, the form saying why."""
    if not form.is_valid():
        return None
    lus = form.cleaned_data
    try:
        return simuler(lus["changements"], lus["premier"], lus["fin"])
    except ErreurRegles as erreur:
        form.add_error(None, str(erreur))
    except SimulationImpossible as refus:
        form.add_error(None, str(refus))
    return None


@action("decompte.simuler")
@require_GET
def simulation(request: HttpRequest) -> HttpResponse:
    """Choose a change; see before, after and the difference, by lot and unit, and who is touched."""
    form = _form(request)
    fait = _simulation(form) if form.is_bound else None
    contexte = {
        "form": form,
        "simulation": fait,
        "lignes": presentation.tableau_des_lignes(fait) if fait else None,
        "touches": presentation.tableau_des_touches(fait) if fait and fait.touches else None,
        "total": presentation.total(fait) if fait else (),
        "requete": request.GET.urlencode(),
    }
    return render(request, "decomptes/simulation.html", contexte)


@action("decompte.simuler")
@require_GET
def exporter(request: HttpRequest, extension: str) -> HttpResponse:
    """The same as a file: CSV or ODS."""
    fait = _simulation(_form(request))
    if fait is None:
        raise Http404
    return piece_jointe(
        extension, "simulation", presentation.COLONNES, presentation.rangees(fait), feuille="Simulation"
    )
