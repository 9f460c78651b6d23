"""Pages of the controls: the controller's queue and grid, the follow-up of the quarters, contestation, PV."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from cepage.acheteur.controle import pages, services
from cepage.acheteur.controle.enums import Etat, Genre
from cepage.acheteur.controle.forms import ContestationForm, GrilleForm
from cepage.acheteur.controle.models import Controle, PieceJointe
from cepage.acheteur.controle.pieces import pieces_du_dossier
from cepage.acheteur.controle.precontroles import PRECONTROLES
from cepage.acheteur.controle.rapprochements import textes_proches_du_dossier
from cepage.echanges.reception import preuves
from cepage.fondations.comptes.acces import Perimetre, action, peut, roles_de
from cepage.fondations.comptes.enums import Role
from cepage.fondations.comptes.models import Personne
from cepage.fondations.socle import horloge
from cepage.fondations.socle.transitions import TransitionRefusee

PAR_PAGE = 50


def personne_de(request: HttpRequest) -> Personne:
    """Who asks; the action's decorator has made sure of it."""
    assert isinstance(request.user, Personne)
    return request.user


def controle_visible(request: HttpRequest, pk: int) -> Controle:
    """A sampled file in the scope under way; 404 for any other."""
    controle = get_object_or_404(
        Controle.objects.select_related("cabinet", "controleur", "contestation__arbitrage"), pk=pk
    )
    perimetre: Perimetre = request.perimetre  # type: ignore[attr-defined]
    if perimetre.controleur is None:
        perimetre.exiger_lot(controle.lot)
    return controle


@action("controle.controler")
@require_GET
def file(request: HttpRequest) -> HttpResponse:
    """The controller's queue: what is begun, what waits, what is done."""
    siens = Controle.objects.filter(controleur=personne_de(request))
    page = Paginator(pages.file_triee(siens, request.GET.get("etat", "")), PAR_PAGE).get_page(request.GET.get("page"))
    suivant = siens.filter(etat__in=(Etat.EN_CONTROLE, Etat.TIREE)).order_by("etat", "trimestre", "pk").first()
    contexte = {
        "page": page,
        "tableau": pages.tableau_de_file(page.object_list),
        "comptes": pages.comptes_par_etat(siens),
        "suivant": suivant,
    }
    return render(request, "controle/file.html", contexte)


@action("controle.controler")
@require_http_methods(["GET", "POST"])
def grille(request: HttpRequest, pk: int) -> HttpResponse:
    """One file: the grid on one side, the evidence on the other."""
    controle = controle_visible(request, pk)
    personne = personne_de(request)
    if controle.etat not in (Etat.TIREE, Etat.EN_CONTROLE):
        return redirect("controle:dossier", pk=pk)
    points = services.grille_du_dossier(controle).de(controle.uo)
    form = GrilleForm(points, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            services.decider(controle, personne, form.lus(), le=horloge.maintenant())
        except (TransitionRefusee, services.LectureIncomplete) as refus:
            messages.error(request, str(refus))
        else:
            messages.success(request, f"Le dossier {controle.numero_dossier} est décidé.")
            return redirect("controle:file")
    elif request.method == "GET":
        services.prendre(controle, personne, le=horloge.maintenant())
        services.noter_l_ouverture(
            controle, personne, Role.CONTROLEUR, "contrôle de service fait", le=horloge.maintenant()
        )
    return render(request, "controle/grille.html", contexte_de_lecture(controle, form, aveugle=False))


def contexte_de_lecture(controle: Controle, form: GrilleForm, *, aveugle: bool) -> dict[str, Any]:
    """What the page of a grid shows: each point with its fields, its automatic finding, and the evidence."""
    pieces = pieces_du_dossier(controle)
    if not pieces.unite:
        raise Http404
    lignes = [
        {
            "point": point,
            "constat": PRECONTROLES[point.precontrole](pieces),
            "verdict": form[f"verdict_{point.code}"],
            "motif": form[f"motif_{point.code}"],
            "commentaire": form[f"commentaire_{point.code}"],
        }
        for point in form.points
    ]
    return {
        "controle": controle,
        "lignes": lignes,
        "form": form,
        "evidence": pages.evidence(pieces),
        "proches": textes_proches_du_dossier(controle),
        "aveugle": aveugle,
    }


@action("controle.lire_dossier")
@require_GET
def dossier(request: HttpRequest, pk: int) -> HttpResponse:
    """One sampled file: where it stands, what was found, contested, arbitrated. No name is shown here."""
    controle = controle_visible(request, pk)
    lecture = controle.lectures.filter(genre=Genre.CONTROLE).first()
    contestation = getattr(controle, "contestation", None)
    contexte = {
        "controle": controle,
        "lecture": lecture,
        "points": pages.points_lus(controle, lecture) if lecture else [],
        "contestation": contestation,
        "arbitrage": getattr(contestation, "arbitrage", None),
        "historique": pages.historique(controle),
        "peut_contester": peut(request, "controle.contester") and controle.etat == Etat.NON_CONFORME,
        "peut_arbitrer": peut(request, "controle.arbitrer") and controle.etat == Etat.CONTESTEE,
        "peut_suivre": peut(request, "controle.suivre"),
    }
    return render(request, "controle/dossier.html", contexte)


@action("controle.lire_dossier")
@require_GET
def pieces(request: HttpRequest, pk: int) -> HttpResponse:
    """The evidence of a sampled file, named: each opening is logged with its purpose."""
    controle = controle_visible(request, pk)
    role = Role(roles_de(request)[0].role)
    finalite = "contestation et suivi du contrôle" if role is not Role.CONTROLEUR else "contrôle de service fait"
    services.noter_l_ouverture(controle, personne_de(request), role, finalite, le=horloge.maintenant())
    contexte = {
        "controle": controle,
        "evidence": pages.evidence(pieces_du_dossier(controle)),
        "proches": textes_proches_du_dossier(controle) if peut(request, "controle.arbitrer") else [],
    }
    return render(request, "controle/pieces.html", contexte)


@action("controle.lire_dossier")
@require_GET
def livrable(request: HttpRequest, pk: int, genre: str) -> FileResponse:
    """The file of a livrable of a sampled file; each opening is logged."""
    controle = controle_visible(request, pk)
    trouve = pieces_du_dossier(controle).livrable(genre)
    if trouve is None or not trouve.present:
        raise Http404
    role = Role(roles_de(request)[0].role)
    services.noter_l_ouverture(
        controle, personne_de(request), role, f"lecture du livrable {genre}", le=horloge.maintenant()
    )
    return servir_le_fichier(trouve.empreinte, f"{controle.numero_dossier}_{genre}")


@action("controle.lire_dossier")
@require_GET
def piece_jointe(request: HttpRequest, pk: int, piece: int) -> FileResponse:
    """A piece given in support of a contestation."""
    controle = controle_visible(request, pk)
    jointe = get_object_or_404(PieceJointe, pk=piece, contestation__controle=controle)
    return servir_le_fichier(jointe.empreinte, jointe.nom.removesuffix(".pdf"))


def servir_le_fichier(empreinte: str, nom: str) -> FileResponse:
    """A kept file: a PDF opens in the browser, which keeps no copy; anything else is downloaded."""
    chemin = preuves.chemin(empreinte)
    if not chemin.is_file():
        raise Http404
    with chemin.open("rb") as flux:
        pdf = flux.read(5) == b"%PDF-"
    reponse = FileResponse(chemin.open("rb"), as_attachment=not pdf, filename=f"{nom}.pdf" if pdf else nom)
    reponse["Content-Type"] = "application/pdf" if pdf else "application/octet-stream"
    reponse["Cache-Control"] = "no-store"
    # The browser's own viewer draws the page: it needs its styles; no script, no address, no frame.
    reponse["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; sandbox"
    if pdf:
        reponse["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'"
    return reponse


@action("controle.contester")
@require_http_methods(["GET", "POST"])
def contester(request: HttpRequest, pk: int) -> HttpResponse:
    """Contest a non-conformity."""
    controle = controle_visible(request, pk)
    form = ContestationForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.contester(
                controle,
                personne_de(request),
                form.cleaned_data["argument"],
                form.cleaned_data["pieces"],
                le=horloge.maintenant(),
            )
        except TransitionRefusee as refus:
            form.add_error(None, str(refus))
        else:
            messages.success(request, f"La contestation du dossier {controle.numero_dossier} est déposée.")
            return redirect("controle:dossier", pk=pk)
    lecture = controle.lectures.filter(genre=Genre.CONTROLE).first()
    points = [p for p in pages.points_lus(controle, lecture) if p["faute"]] if lecture else []
    return render(request, "controle/contester.html", {"controle": controle, "form": form, "points": points})
