"""Pages of the envois: what was received, deposit, receipt, missing days."""

import json
from typing import TypeVar
from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods
from django_htmx.http import HttpResponseClientRedirect

from cepage.echanges.contrat.fiches import FICHES
from cepage.echanges.reception import calendrier as calendriers
from cepage.echanges.reception import depots, selectors
from cepage.echanges.reception.enums import Mode
from cepage.echanges.reception.forms import DepotForm, FiltreAnomalies, FiltreCalendrier, FiltreEnvois
from cepage.echanges.reception.models import Envoi, Progression
from cepage.echanges.reception.refusees import PreuveAbsente, extraire
from cepage.echanges.reception.services import accuse_de
from cepage.fondations.comptes.acces import Perimetre, action, peut
from cepage.fondations.referentiels import territoires
from cepage.fondations.socle import formats, horloge

PAR_PAGE = 50
Reponse = TypeVar("Reponse", bound=HttpResponseBase)


def _perimetre(request: HttpRequest) -> Perimetre:
    perimetre: Perimetre = request.perimetre  # type: ignore[attr-defined]
    return perimetre


def _lots(request: HttpRequest) -> list[str]:
    lots = _perimetre(request).lots
    return sorted(territoires.lots() if lots is None else lots)


def _envoi(request: HttpRequest, identifiant: str) -> Envoi:
    return get_object_or_404(selectors.envois(_perimetre(request).lots), identifiant=identifiant)


@action("envoi.lire")
@require_GET
def liste(request: HttpRequest) -> HttpResponse:
    """The envois received, most recent first, with filters in the URL."""
    filtre = FiltreEnvois(request.GET, _lots(request))
    choisis = filtre.cleaned_data if filtre.is_valid() else {}
    lignes = selectors.filtrer(selectors.envois(_perimetre(request).lots), **choisis)
    page = Paginator(lignes, PAR_PAGE).get_page(request.GET.get("page"))
    contexte = {
        "filtre": filtre,
        "filtree": any(choisis.values()),
        "page": page,
        "envois": [selectors.resumer(envoi) for envoi in page],
        "peut_deposer": peut(request, "envoi.deposer"),
    }
    return render(request, "reception/liste.html", contexte)


@action("envoi.deposer")
@require_http_methods(["GET", "POST"])
def deposer(request: HttpRequest) -> HttpResponse:
    """Hand a file over; its reception goes on in a task."""
    lots = _lots(request)
    if request.method != "POST":
        initial = {"lot": request.GET.get("lot") or (lots[0] if len(lots) == 1 else "")}
        return render(request, "reception/deposer.html", {"form": DepotForm(lots, initial=initial)})
    form = DepotForm(lots, request.POST, request.FILES)
    if not form.is_valid():
        return render(request, "reception/deposer.html", {"form": form}, status=422)
    (emetteur,) = _perimetre(request).emetteurs
    depot = depots.deposer(
        form.cleaned_data["fichier"],
        lot=form.cleaned_data["lot"],
        mode=Mode(form.cleaned_data["mode"]),
        emetteur=emetteur,
        recu_le=horloge.maintenant(),
    )
    return redirect("reception:depot", depot=depot)


@action("envoi.deposer")
@require_GET
def depot(request: HttpRequest, depot: UUID) -> HttpResponse:
    """How far the reception has come; leads to the receipt once it is there."""
    progression = get_object_or_404(Progression, pk=depot)
    suite = _suite(progression)
    if suite:
        return HttpResponseClientRedirect(suite) if getattr(request, "htmx", False) else redirect(suite)
    contexte = {
        "progression": progression,
        "pourcent": round(progression.part * 100),
        "arrete": progression.etape in (depots.INTERROMPU, depots.AILLEURS),
        "ailleurs": progression.etape == depots.AILLEURS,
        "silencieux": horloge.maintenant() - progression.maj_le > depots.SILENCE,
    }
    fragment = getattr(request, "htmx", False)
    return render(request, "reception/_progression.html" if fragment else "reception/depot.html", contexte)


def _suite(progression: Progression) -> str:
    match progression.etape:
        case depots.TERMINE:
            return reverse("reception:accuse", args=[progression.envoi])
        case depots.DEJA:
            return reverse("reception:accuse", args=[progression.envoi]) + "?deja=1"
        case depots.ESSAI:
            return reverse("reception:essai", args=[progression.depot])
    return ""


@action("envoi.deposer")
@require_GET
def essai(request: HttpRequest, depot: UUID) -> HttpResponse:
    """The receipt of a trial: nothing was kept but this page."""
    get_object_or_404(Progression, pk=depot, etape=depots.ESSAI)
    lu = selectors.essai(str(depot))
    if lu is None:
        raise Http404
    resume, anomalies = lu
    contexte = {"resume": resume, "groupes": selectors.groupes_de_l_essai(anomalies), "peut_deposer": True}
    return render(request, "reception/accuse.html", contexte)


@action("envoi.lire")
@require_GET
def accuse(request: HttpRequest, identifiant: str) -> HttpResponse:
    """The receipt: status, counts, anomalies grouped by code, or all the lines of one code."""
    envoi = _envoi(request, identifiant)
    filtre = FiltreAnomalies(request.GET, selectors.fiches_presentes(envoi))
    choisis = filtre.cleaned_data if filtre.is_valid() else {}
    anomalies = selectors.anomalies(envoi, **choisis)
    deposant, code = peut(request, "envoi.deposer"), choisis.get("code")
    contexte = {
        "envoi": envoi,
        "resume": selectors.resumer(envoi),
        "filtre": filtre,
        "deja": "deja" in request.GET,
        "groupes": selectors.groupes(anomalies, apercu=not code),
        "peut_deposer": deposant,
        "detail": bool(code),
    }
    if code:
        contexte["page"] = Paginator(anomalies, PAR_PAGE).get_page(request.GET.get("page"))
    elif deposant:
        contexte["refusees"] = selectors.fichiers_refuses(envoi)
    return render(request, "reception/accuse.html", contexte)


@action("envoi.lire")
@require_GET
def telecharger(request: HttpRequest, identifiant: str, format_: str) -> HttpResponse:
    """The receipt as JSON, XML or CSV."""
    accuse = accuse_de(_envoi(request, identifiant))
    match format_:
        case "json":
            contenu, genre = json.dumps(accuse.en_dict(), ensure_ascii=False, indent=1), "application/json"
        case "xml":
            contenu, genre = accuse.en_xml().decode(), "application/xml; charset=utf-8"
        case "csv":
            contenu, genre = "\ufeff" + accuse.en_csv(), "text/csv; charset=utf-8"
        case _:
            raise Http404
    return _fichier(HttpResponse(contenu, content_type=genre), f"accuse_{identifiant}.{format_}")


@action("envoi.deposer")
@require_GET
def refusees(request: HttpRequest, identifiant: str, fiche: str) -> HttpResponseBase:
    """Only my rejected lines: the header and the refused lines of the file that was sent."""
    envoi = _envoi(request, identifiant)
    fichiers = [r.fichier for r in selectors.fichiers_refuses(envoi) if r.fiche == fiche]
    fichier = request.GET.get("fichier") or (fichiers[0] if fichiers else "")
    if fiche not in FICHES or fichier not in fichiers:
        raise Http404
    try:
        lignes = extraire(envoi, fichier, selectors.lignes_refusees(envoi, fiche, fichier))
    except PreuveAbsente as absence:
        raise Http404(str(absence)) from absence
    reponse = StreamingHttpResponse(lignes, content_type="text/csv; charset=utf-8")
    return _fichier(reponse, f"refusees_{identifiant}_{fiche}.csv")


def _fichier(reponse: Reponse, nom: str) -> Reponse:
    reponse.headers["Content-Disposition"] = f'attachment; filename="{nom}"'
    return reponse


@action("envoi.lire")
@require_GET
def calendrier(request: HttpRequest) -> HttpResponse:
    """The missing days of a lot, by operator, for a month or a year."""
    lots = _lots(request)
    demande = request.GET.dict()
    lot = demande.get("lot") or next(iter(lots), "")
    repere = calendriers.dernier_jour(lot) or horloge.aujourd_hui()
    if not demande.get("annee"):
        demande |= {"annee": str(repere.year), "mois": demande.get("mois") or str(repere.month)}
    filtre = FiltreCalendrier({**demande, "lot": lot}, lots, formats.MOIS)
    perimetre = _perimetre(request)
    operateurs = []
    if filtre.is_valid():
        operateurs = calendriers.etablir(
            lot,
            filtre.cleaned_data["annee"],
            filtre.cleaned_data["mois"],
            aujourd_hui=horloge.aujourd_hui(),
            emetteurs=None if perimetre.totale else perimetre.emetteurs,
        )
    return render(
        request,
        "reception/calendrier.html",
        {"filtre": filtre, "lot": lot, "operateurs": operateurs, "etats": calendriers.SIGNES.items()},
    )
