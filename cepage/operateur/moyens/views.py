"""The pages of the means and costs: what is due and declared, one declaration, its export."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from cepage.echanges.contrat.fiches import FICHES
from cepage.fondations.comptes.acces import action, peut
from cepage.fondations.socle import horloge
from cepage.fondations.socle.tableur import piece_jointe
from cepage.operateur.dossiers.selectors.regard import regard
from cepage.operateur.dossiers.views.commun import acteur, agir
from cepage.operateur.moyens import forms, selectors
from cepage.operateur.moyens.models import CHIFFRES, FICHE
from cepage.operateur.moyens.services import declarer as declarer_la_periode

_COLONNES = ("lot", "période", "donnée", "valeur", "clause", "déclaré le", "par")


@action("moyens.lire")
@require_GET
def liste(request: HttpRequest) -> HttpResponse:
    """The years to declare, then those declared."""
    vue, le = regard(request), horloge.aujourd_hui()
    choix = forms.PeriodeForm(lots=list(vue.lots), initial={"periode": str(le.year - 1)})
    contexte = {
        "declarations": selectors.declarations(vue.lots),
        "dues": selectors.dues(vue.lots, le),
        "choix": choix,
        "peut_declarer": peut(request, "moyens.declarer"),
    }
    return render(request, "moyens/liste.html", contexte)


@action("moyens.declarer")
@require_GET
def choisir(request: HttpRequest) -> HttpResponse:
    """Go to the form of a lot and a period."""
    vue, le = regard(request), horloge.aujourd_hui()
    choix = forms.PeriodeForm(request.GET, lots=list(vue.lots))
    if choix.is_valid():
        return redirect("moyens:declarer", choix.cleaned_data["lot"], choix.cleaned_data["periode"])
    contexte = {
        "declarations": selectors.declarations(vue.lots),
        "dues": selectors.dues(vue.lots, le),
        "choix": choix,
        "peut_declarer": True,
    }
    return render(request, "moyens/liste.html", contexte, status=422)


@action("moyens.declarer")
@require_http_methods(["GET", "POST"])
def declarer(request: HttpRequest, lot: str, periode: str) -> HttpResponse:
    """Declare a period, or correct it."""
    vue, le = regard(request), horloge.aujourd_hui()
    if not forms.PeriodeForm({"lot": lot, "periode": periode}, lots=list(vue.lots)).is_valid():
        raise Http404
    tenue = selectors.declarations(vue.lots).filter(lot=lot, periode=periode).first()
    initiales: dict[str, Any] = {"version": 0}
    if tenue is not None:
        initiales = {nom: getattr(tenue, nom) for nom in (*CHIFFRES, "version")}
    form = forms.MoyensForm(request.POST or None, connu=selectors.connu(lot, le), initial=initiales)

    def faire() -> None:
        lu = dict(form.cleaned_data)
        version = lu.pop("version")
        try:
            declarer_la_periode(
                vue.emetteur, lot, periode, lu, version=version, par=acteur(request).nom, a=horloge.maintenant()
            )
        except ValidationError:
            saisie = request.POST.copy()
            saisie["version"] = str(initiales["version"])
            form.data = saisie
            raise

    if request.method == "POST" and form.is_valid() and agir(faire, form) is None:
        messages.success(
            request, f"Les moyens et coûts de {periode} sont déclarés ; ils partiront avec l'envoi du soir."
        )
        return redirect("moyens:liste")
    contexte = {"form": form, "lot": lot, "periode": periode, "tenue": tenue}
    return render(request, "moyens/declaration.html", contexte, status=422 if form.errors else 200)


@action("moyens.lire")
@require_GET
def exporter(request: HttpRequest, extension: str) -> HttpResponse:
    """Every number declared, one a line, as CSV or ODS."""
    rangees = [
        (
            *(x.lot, x.periode, FICHES[FICHE].champ(nom).libelle, getattr(x, nom)),
            *(FICHES[FICHE].champ(nom).source, x.declare_le.date(), x.declare_par),
        )
        for x in selectors.declarations(regard(request).lots)
        for nom in CHIFFRES
    ]
    return piece_jointe(extension, "moyens_et_couts", _COLONNES, rangees, feuille="Moyens et coûts")
