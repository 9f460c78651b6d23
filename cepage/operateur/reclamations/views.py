"""Pages of the complaints: record, what is due, treat one."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cepage.fondations.comptes.acces import Perimetre, action, peut, roles_de
from cepage.fondations.comptes.models import Personne
from cepage.fondations.socle import horloge
from cepage.operateur.dossiers.models import UniteOeuvre
from cepage.operateur.dossiers.services import ActeRefuse, Acteur
from cepage.operateur.reclamations import documents, selectors, services
from cepage.operateur.reclamations.forms import FiltreReclamations, JourForm, ReclamationForm, ReponseForm
from cepage.operateur.reclamations.models import Reclamation


def _personne(request: HttpRequest) -> Personne:
    assert isinstance(request.user, Personne)
    return request.user


def _perimetre(request: HttpRequest) -> Perimetre:
    perimetre: Perimetre = request.perimetre  # type: ignore[attr-defined]
    return perimetre


def _dire(refus: ActeRefuse) -> list[str]:
    return [f"{r.raison} ({r.clause}) {r.suite}" for r in refus.refus]


@action("reclamation.traiter")
@require_GET
def liste(request: HttpRequest) -> HttpResponse:
    """What is due, the nearest deadline first."""
    filtre = FiltreReclamations(request.GET)
    etat = filtre.cleaned_data["etat"] if filtre.is_valid() else ""
    jour = horloge.aujourd_hui()
    suivis = selectors.liste(_personne(request), etat, jour)
    contexte = {
        "filtre": filtre,
        "etat": etat,
        "suivis": suivis,
        "tard": sum(s.tard for s in suivis),
        "delais": selectors.delais(jour),
    }
    return render(request, "reclamations/liste.html", contexte)


@action("reclamation.enregistrer")
@require_http_methods(["GET", "POST"])
def nouvelle(request: HttpRequest) -> HttpResponse:
    """Record a complaint received in writing."""
    lots, refuses = _perimetre(request).lots or frozenset(), list[str]()
    form = ReclamationForm(lots, request.POST or None, initial={"date_reception": horloge.aujourd_hui()})
    if request.method == "POST" and form.is_valid():
        saisie = dict(form.cleaned_data)
        numero = saisie.pop("numero_dossier").strip().upper()
        unite = UniteOeuvre.objects.filter(numero_dossier=numero).first() if numero else None
        if numero and unite is None:
            form.add_error("numero_dossier", "Ce dossier n'est pas connu : vérifiez son numéro, ou laissez-le vide.")
        else:
            par = Acteur.de(_personne(request), {a.role for a in roles_de(request)})
            (emetteur,) = _perimetre(request).emetteurs
            try:
                faite = services.enregistrer(emetteur=emetteur, unite=unite, par=par, a=horloge.maintenant(), **saisie)
            except ActeRefuse as refus:
                refuses = _dire(refus)
            else:
                messages.success(request, f"La réclamation {faite.identifiant} est enregistrée.")
                if peut(request, "reclamation.traiter"):
                    return redirect("reclamations:reclamation", pk=faite.pk)
                return redirect("reclamations:nouvelle")
    status = 422 if refuses or form.errors else 200
    contexte = {"form": form, "refuses": refuses, "peut_traiter": peut(request, "reclamation.traiter")}
    return render(request, "reclamations/nouvelle.html", contexte, status=status)


def _reclamation(request: HttpRequest, pk: int) -> Reclamation:
    return get_object_or_404(selectors.visibles(_personne(request)), pk=pk)


@action("reclamation.traiter")
@require_GET
def reclamation(request: HttpRequest, pk: int) -> HttpResponse:
    """One complaint and its next step."""
    return _page(request, _reclamation(request, pk))


def _page(
    request: HttpRequest,
    courante: Reclamation,
    *,
    refuses: list[str] | None = None,
    accuse: JourForm | None = None,
    reponse: ReponseForm | None = None,
    saisine: JourForm | None = None,
) -> HttpResponse:
    jour = horloge.aujourd_hui()
    contexte = {
        "reclamation": courante,
        "suivi": selectors.suivre(courante, jour),
        "refuses": refuses or [],
        "accuse": accuse or JourForm("Accusé de réception envoyé le", jour, prefix="accuse"),
        "reponse": reponse or ReponseForm(initial={"le": jour}),
        "saisine": saisine or JourForm("Demande du médiateur reçue le", jour, prefix="saisine"),
    }
    erreurs = any(f is not None and f.errors for f in (accuse, reponse, saisine))
    return render(request, "reclamations/reclamation.html", contexte, status=422 if refuses or erreurs else 200)


def _faire(request: HttpRequest, courante: Reclamation, acte: Callable[[], object], succes: str) -> HttpResponse:
    try:
        acte()
    except ActeRefuse as refus:
        return _page(request, courante, refuses=_dire(refus))
    messages.success(request, succes)
    return redirect("reclamations:reclamation", pk=courante.pk)


@action("reclamation.traiter")
@require_POST
def accuser(request: HttpRequest, pk: int) -> HttpResponse:
    """Note the day the receipt was sent."""
    courante = _reclamation(request, pk)
    form = JourForm("Accusé de réception envoyé le", horloge.aujourd_hui(), request.POST, prefix="accuse")
    if not form.is_valid():
        return _page(request, courante, accuse=form)
    le = form.cleaned_data["le"]
    return _faire(
        request,
        courante,
        lambda: services.accuser_reception(courante, le=le, a=horloge.maintenant()),
        "L'accusé de réception est noté.",
    )


@action("reclamation.traiter")
@require_POST
def repondre(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer."""
    courante = _reclamation(request, pk)
    form = ReponseForm(request.POST)
    if not form.is_valid():
        return _page(request, courante, reponse=form)
    try:
        services.repondre(courante, **form.cleaned_data, a=horloge.maintenant())
    except ActeRefuse as refus:
        return _page(request, courante, refuses=_dire(refus), reponse=form)
    messages.success(request, "La réponse est notée. Sa lettre est prête à télécharger.")
    return redirect("reclamations:reclamation", pk=courante.pk)


@action("reclamation.traiter")
@require_POST
def saisir(request: HttpRequest, pk: int) -> HttpResponse:
    """Note the mediator's request."""
    courante = _reclamation(request, pk)
    form = JourForm("Demande du médiateur reçue le", horloge.aujourd_hui(), request.POST, prefix="saisine")
    if not form.is_valid():
        return _page(request, courante, saisine=form)
    le = form.cleaned_data["le"]
    return _faire(
        request,
        courante,
        lambda: services.noter_la_saisine(courante, le=le, a=horloge.maintenant()),
        "La demande du médiateur est notée : répondez-lui avec diligence.",
    )


@action("reclamation.traiter")
@require_GET
def lettre(request: HttpRequest, pk: int) -> HttpResponse:
    """The receipt or the answer, to send."""
    suivi = selectors.suivre(_reclamation(request, pk), horloge.aujourd_hui())
    reponse = HttpResponse(documents.lettre(suivi, le=horloge.maintenant()), content_type="application/pdf")
    reponse.headers["Content-Disposition"] = f'attachment; filename="{suivi.reclamation.identifiant}.pdf"'
    return reponse
