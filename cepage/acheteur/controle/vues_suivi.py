"""Pages of the follow-up: quarters, draws, results, arbitration, surcontrôle, procès-verbal."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cepage.acheteur.controle import pages, proces_verbal, services, tirages
from cepage.acheteur.controle.enums import Etat, Genre, Partie
from cepage.acheteur.controle.forms import ArbitrageForm, GrilleForm, SurcontroleForm, TirageForm
from cepage.acheteur.controle.models import Controle, Lecture, ProcesVerbal, Surcontrole, Tirage
from cepage.acheteur.controle.proces_verbal import ProcesVerbalRefuse
from cepage.acheteur.controle.resultats import AXES, accord
from cepage.acheteur.controle.selectors import base_publiee, proces_verbaux_attendus, pv_complet
from cepage.acheteur.controle.views import PAR_PAGE, contexte_de_lecture, controle_visible, personne_de
from cepage.fondations.comptes.acces import Perimetre, action, peut, roles_de
from cepage.fondations.comptes.enums import Role
from cepage.fondations.regles import ErreurRegles
from cepage.fondations.regles.tirage import lire_taux
from cepage.fondations.socle import horloge
from cepage.fondations.socle.transitions import TransitionRefusee


def _perimetre(request: HttpRequest) -> Perimetre:
    perimetre: Perimetre = request.perimetre  # type: ignore[attr-defined]
    return perimetre


@action("controle.suivre")
@require_GET
def suivi(request: HttpRequest) -> HttpResponse:
    """The quarters drawn, and what waits for the person: contestations to arbitrate, non-conformities to contest."""
    lots = _perimetre(request).lots
    dossiers = Controle.objects.all() if lots is None else Controle.objects.filter(lot__in=lots)
    tires = Tirage.objects.all() if lots is None else Tirage.objects.filter(lot__in=lots)
    arbitre, conteste = peut(request, "controle.arbitrer"), peut(request, "controle.contester")
    attendus: list[Controle] = []
    if arbitre:
        attendus = list(dossiers.filter(etat=Etat.CONTESTEE).order_by("decide_le", "pk")[:PAR_PAGE])
    elif conteste:
        ouverts = dossiers.filter(etat=Etat.NON_CONFORME, contestable_jusqu_a__gte=horloge.aujourd_hui())
        attendus = list(ouverts.order_by("contestable_jusqu_a", "pk")[:PAR_PAGE])
    contexte = {
        "tirages": [
            {"tirage": t, "comptes": pages.comptes_par_etat(t.controles.all())}
            for t in tires.order_by("-trimestre", "lot")
        ],
        "attendus": attendus,
        "tableau": pages.tableau_des_controles(
            attendus, "Contestations à arbitrer" if arbitre else "Non-conformités que vous pouvez contester"
        ),
        "arbitre": arbitre,
        "conteste": conteste,
        "peut_tirer": peut(request, "controle.tirer"),
    }
    return render(request, "controle/suivi.html", contexte)


@action("controle.tirer")
@require_http_methods(["GET", "POST"])
def tirer(request: HttpRequest) -> HttpResponse:
    """Show what a draw would give, then freeze it."""
    form = TirageForm(request.POST or None)
    fait = None
    if request.method == "POST" and form.is_valid():
        lu = form.cleaned_data
        try:
            taux = (
                tirages.taux_unique(lire_taux(lu["taux"]), lu["trimestre"])
                if lu["taux"]
                else tirages.taux_du_trimestre(lu["lot"], lu["trimestre"])
            )
            if "figer" in request.POST:
                fige = tirages.figer(
                    lu["lot"],
                    lu["trimestre"],
                    taux,
                    lu["graine"],
                    le=horloge.maintenant(),
                    auteur=personne_de(request).nom_complet,
                )
                assert fige.tirage is not None
                messages.success(
                    request, "Ce tirage était déjà figé." if fige.deja else "Le tirage est figé et scellé."
                )
                return redirect("controle:tirage", pk=fige.tirage.pk)
            fait = tirages.simuler(lu["lot"], lu["trimestre"], taux, lu["graine"])
        except ErreurRegles as erreur:
            form.add_error(None, f"{erreur} {erreur.remede or ''}")
        except ValueError as refus:
            form.add_error(None, str(refus))
    return render(request, "controle/tirer.html", {"form": form, "fait": fait})


def _tirage(request: HttpRequest, pk: int) -> Tirage:
    tirage = get_object_or_404(Tirage, pk=pk)
    _perimetre(request).exiger_lot(tirage.lot)
    return tirage


@action("controle.suivre")
@require_GET
def tirage(request: HttpRequest, pk: int) -> HttpResponse:
    """One draw: how to redo it, its files, its results, its procès-verbaux."""
    tirage = _tirage(request, pk)
    controles = list(tirage.controles.select_related("cabinet", "controleur"))
    axe = request.GET.get("axe", "uo")
    axe = axe if axe in AXES and (axe not in ("cabinet", "controleur") or peut(request, "controle.arbitrer")) else "uo"
    etat = request.GET.get("etat", "")
    montres = [c for c in controles if etat not in Etat.values or c.etat == etat]
    page = Paginator(montres, PAR_PAGE).get_page(request.GET.get("page"))
    visibles = [a for a in AXES if a not in ("cabinet", "controleur") or peut(request, "controle.arbitrer")]
    contexte = {
        "tirage": tirage,
        "comptes": pages.comptes_par_etat(tirage.controles.all()),
        "page": page,
        "tableau": pages.tableau_des_controles(page.object_list, "Dossiers tirés"),
        "resultats": pages.tableau_de_resultats(controles, axe) if controles else None,
        "axes": [(a, AXES[a][0]) for a in visibles],
        "axe": axe,
        "proces_verbaux": [(e, pv, bool(pv and pv_complet(pv))) for e, pv in proces_verbaux_attendus(tirage).items()],
        "peut_arbitrer": peut(request, "controle.arbitrer"),
    }
    return render(request, "controle/tirage.html", contexte)


@action("controle.suivre")
@require_GET
def base(request: HttpRequest, pk: int) -> JsonResponse:
    """The frozen frame of a draw, to redraw it."""
    tirage = _tirage(request, pk)
    publiee = base_publiee(tirage.lot, tirage.trimestre, rang=tirage.rang)
    reponse = JsonResponse(publiee.en_dict(), json_dumps_params={"ensure_ascii": False})
    reponse["Content-Disposition"] = f'attachment; filename="base_{tirage.lot}_{tirage.trimestre}_{tirage.rang}.json"'
    return reponse


@action("controle.arbitrer")
@require_http_methods(["GET", "POST"])
def arbitrer(request: HttpRequest, pk: int) -> HttpResponse:
    """Arbitrate a contestation."""
    controle = controle_visible(request, pk)
    if not hasattr(controle, "contestation"):
        return redirect("controle:dossier", pk=pk)
    form = ArbitrageForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.arbitrer(
                controle,
                personne_de(request),
                Etat(form.cleaned_data["decision"]),
                form.cleaned_data["motif"],
                le=horloge.maintenant(),
            )
        except TransitionRefusee as refus:
            form.add_error(None, str(refus))
        else:
            messages.success(request, f"La contestation du dossier {controle.numero_dossier} est arbitrée.")
            return redirect("controle:suivi")
    lecture = controle.lectures.get(genre=Genre.CONTROLE)
    contexte = {
        "controle": controle,
        "contestation": controle.contestation,
        "arbitrage": getattr(controle.contestation, "arbitrage", None),
        "points": [p for p in pages.points_lus(controle, lecture) if p["faute"]],
        "form": form,
    }
    return render(request, "controle/arbitrer.html", contexte)


@action("controle.arbitrer")
@require_http_methods(["GET", "POST"])
def surcontrole(request: HttpRequest) -> HttpResponse:
    """The blind second readings: draw a month, read what waits, see the agreement."""
    form = SurcontroleForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        tires = proces_verbal.tirer_le_surcontrole(
            form.cleaned_data["mois"], form.cleaned_data["graine"], le=horloge.maintenant()
        )
        if tires:
            messages.success(request, f"Dossiers à relire pour {form.cleaned_data['mois']} : {len(tires)}.")
        else:
            messages.info(request, "Aucun dossier décidé ce mois-là n'attend encore son procès-verbal.")
        return redirect("controle:surcontrole")
    relus = Lecture.objects.filter(genre=Genre.SURCONTROLE).values("controle_id")
    a_relire = Surcontrole.objects.exclude(controle_id__in=relus).select_related("controle").order_by("-mois", "pk")
    return render(request, "controle/surcontrole.html", {"form": form, "a_relire": a_relire, "accord": accord()})


@action("controle.arbitrer")
@require_http_methods(["GET", "POST"])
def relire(request: HttpRequest, pk: int) -> HttpResponse:
    """The blind grid: nothing of the first reading is shown."""
    controle = controle_visible(request, pk)
    get_object_or_404(Surcontrole, controle=controle)
    points = services.grille_du_dossier(controle).de(controle.uo)
    form = GrilleForm(points, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            services.relire(controle, personne_de(request), form.lus(), le=horloge.maintenant())
        except (TransitionRefusee, services.LectureIncomplete) as refus:
            messages.error(request, str(refus))
        else:
            messages.success(request, f"Le dossier {controle.numero_dossier} est relu.")
            return redirect("controle:surcontrole")
    elif request.method == "GET":
        services.noter_l_ouverture(
            controle, personne_de(request), Role.SUPERVISEUR, "surcontrôle à l'aveugle", le=horloge.maintenant()
        )
    return render(request, "controle/grille.html", contexte_de_lecture(controle, form, aveugle=True))


@action("controle.arbitrer")
@require_POST
def etablir(request: HttpRequest, pk: int, emetteur: str) -> HttpResponse:
    """Draw up the procès-verbal of an operator."""
    tirage = _tirage(request, pk)
    if emetteur not in proces_verbaux_attendus(tirage):
        raise Http404
    try:
        pv = proces_verbal.etablir(tirage, emetteur, personne_de(request), le=horloge.maintenant())
    except ProcesVerbalRefuse as refus:
        messages.error(request, str(refus))
        return redirect("controle:tirage", pk=pk)
    messages.success(request, "Le procès-verbal est établi : il attend ses deux signatures.")
    return redirect("controle:pv", pk=pv.pk)


def _pv(request: HttpRequest, pk: int) -> ProcesVerbal:
    pv = get_object_or_404(
        ProcesVerbal.objects.select_related("tirage").prefetch_related("signatures__personne"), pk=pk
    )
    _perimetre(request).exiger_lot(pv.lot)
    return pv


@action("controle.suivre")
@require_GET
def pv(request: HttpRequest, pk: int) -> HttpResponse:
    """One procès-verbal: what it constates, who has signed."""
    pv = _pv(request, pk)
    fautifs = [d for d in pv.contenu["dossiers"] if d["resultat"] == "non_conforme"]
    signatures = list(pv.signatures.all())
    contexte = {
        "pv": pv,
        "fautifs": fautifs,
        "signatures": signatures,
        "complet": pv_complet(pv),
        "peut_signer": peut(request, "controle.signer") and _partie(request) not in {s.partie for s in signatures},
    }
    return render(request, "controle/pv.html", contexte)


def _partie(request: HttpRequest) -> Partie:
    superviseur = any(a.role == Role.SUPERVISEUR for a in roles_de(request))
    return Partie.ACHETEUR if superviseur else Partie.OPERATEUR


@action("controle.signer")
@require_POST
def signer(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign a procès-verbal for one's party."""
    try:
        proces_verbal.signer(_pv(request, pk), personne_de(request), _partie(request), le=horloge.maintenant())
    except ProcesVerbalRefuse as refus:
        messages.error(request, str(refus))
    else:
        messages.success(request, "Votre signature est enregistrée.")
    return redirect("controle:pv", pk=pk)
