"""The workbook to fill offline: download it, deposit it filled."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from cepage.echanges.canaux.saisie import commun, gabarits, versements
from cepage.echanges.canaux.saisie.tableaux import TableurIllisible, lire
from cepage.echanges.canaux.saisie.tableur import TableurForm
from cepage.echanges.contrat.fiches import FICHES
from cepage.fondations.comptes.acces import action
from cepage.fondations.socle import horloge
from cepage.fondations.socle.formats import accorder
from cepage.fondations.socle.tableur import TYPE_ODS

_ECARTEES_MONTREES = 10


@action("saisie.saisir")
@require_http_methods(["GET", "POST"])
def tableur(request: HttpRequest) -> HttpResponse:
    """The models to download, and the deposit of a filled one."""
    lots = commun.lots(request)
    form = TableurForm(lots, request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            return _verser(request, form)
        except TableurIllisible as refus:
            form.add_error("classeur", str(refus))
    contexte = {
        "form": form,
        "gabarits": [(fiche.libelle, f"{fiche.nom}.csv") for fiche in FICHES.values()],
        "lignes": gabarits.LIGNES,
    }
    return render(request, "saisie/tableur.html", contexte, status=422 if form.errors else 200)


def _verser(request: HttpRequest, form: TableurForm) -> HttpResponse:
    lu = lire(form.octets(), le=horloge.aujourd_hui())
    bilan = versements.verser(
        lu.rangees,
        emetteur=commun.emetteur(request),
        lot=form.cleaned_data["lot"],
        par=commun.auteur(request),
        a=horloge.maintenant(),
        fichiers=form.fichiers(),
    )
    deja = f", {bilan.deja} déjà là et laissées telles quelles" if bilan.deja else ""
    messages.success(
        request,
        f"Tableur lu : {accorder(bilan.listees, 'fiche')} sur la liste du jour, {bilan.a_corriger} à corriger{deja}.",
    )
    if lu.inconnues:
        messages.warning(request, f"Colonnes ignorées, inconnues du contrat : {', '.join(sorted(set(lu.inconnues)))}.")
    for phrase in bilan.ecartees[:_ECARTEES_MONTREES]:
        messages.warning(request, phrase)
    reste = len(bilan.ecartees) - _ECARTEES_MONTREES
    if reste > 0:
        messages.warning(request, f"Et {accorder(reste, 'autre ligne écartée', 'autres lignes écartées')}.")
    return redirect("saisie:journee")


@action("saisie.saisir")
@require_safe
def modele(request: HttpRequest) -> HttpResponse:
    """The workbook, its lists as they are today."""
    reponse = HttpResponse(gabarits.classeur(horloge.aujourd_hui()), content_type=TYPE_ODS)
    reponse.headers["Content-Disposition"] = f'attachment; filename="{gabarits.NOM}"'
    return reponse
