"""The reversibility file: its page, its document, its forms; the exports and their download."""

from collections.abc import Callable
from typing import Any

from django import forms as formulaires
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cepage.fondations.comptes.acces import action
from cepage.fondations.socle import horloge
from cepage.operateur.dossiers.selectors.regard import Regard, regard
from cepage.operateur.dossiers.views.commun import acteur, agir
from cepage.operateur.reversibilite import forms, selectors
from cepage.operateur.reversibilite.documents import dossier_en_pdf
from cepage.operateur.reversibilite.enums import EtatExport
from cepage.operateur.reversibilite.models import EtapeReversibilite, ExportDossiers, Incident, PlanReversibilite
from cepage.operateur.reversibilite.services import dossier as services

_FORME = require_http_methods(["GET", "POST"])


def _regard(request: HttpRequest) -> Regard:
    """The look of the person asking; the whole of an operator is no sous-traitant's to give."""
    vue = regard(request)
    if vue.restreint:
        raise PermissionDenied("Transmettre les dossiers de l'opérateur")
    return vue


@action("reversibilite.tenir")
@require_GET
def accueil(request: HttpRequest) -> HttpResponse:
    """The plan, the planning with its days, the incidents of the year, the exports."""
    vue, le = _regard(request), horloge.aujourd_hui()
    exports = ExportDossiers.objects.filter(emetteur=vue.emetteur, lots__contained_by=list(vue.lots))[:20]
    contexte = {"vu": selectors.dossier(vue.emetteur, le), "exports": exports, "lots": vue.lots, "le": le}
    return render(request, "reversibilite/accueil.html", contexte)


@action("reversibilite.tenir")
@require_GET
def document(request: HttpRequest) -> HttpResponse:
    """The dossier de réversibilité as a PDF."""
    vue, a = _regard(request), horloge.maintenant()
    vu = selectors.dossier(vue.emetteur, horloge.aujourd_hui())
    octets = dossier_en_pdf(vu, vue.emetteur, selectors.comptes(vue.emetteur, vue.lots), le=a)
    reponse = HttpResponse(octets, content_type="application/pdf")
    reponse.headers["Content-Disposition"] = 'attachment; filename="dossier-de-reversibilite.pdf"'
    return reponse


def _formulaire(
    request: HttpRequest, form: formulaires.Form, faire: Callable[[], Any], *, titre: str, bouton: str, fait: str
) -> HttpResponse:
    if request.method == "POST" and form.is_valid() and agir(faire, form) is None:
        messages.success(request, fait)
        return redirect("reversibilite:accueil")
    contexte = {"form": form, "titre": titre, "bouton": bouton}
    return render(request, "reversibilite/formulaire.html", contexte, status=422 if form.errors else 200)


@action("reversibilite.tenir")
@_FORME
def plan(request: HttpRequest) -> HttpResponse:
    """Write the plan."""
    vue = _regard(request)
    tenu = PlanReversibilite.objects.filter(emetteur=vue.emetteur).first()
    champs = [nom for nom in forms.PlanForm.base_fields if nom != "version"]
    initiales: dict[str, Any] = {"version": 0}
    if tenu is not None:
        initiales = {nom: getattr(tenu, nom) for nom in (*champs, "version")}
    form = forms.PlanForm(request.POST or None, initial=initiales)

    def faire() -> None:
        valeurs = {nom: form.cleaned_data[nom] for nom in champs}
        version = form.cleaned_data["version"]
        try:
            services.tenir_le_plan(
                vue.emetteur, valeurs, version=version, par=acteur(request).nom, a=horloge.maintenant()
            )
        except formulaires.ValidationError:
            # What was typed is shown again beside the version it now answers to.
            saisie = request.POST.copy()
            saisie["version"] = str(initiales["version"])
            form.data = saisie
            raise

    return _formulaire(
        request,
        form,
        faire,
        titre="Plan de réversibilité",
        bouton="Enregistrer le plan",
        fait="Le plan est à jour.",
    )


@action("reversibilite.tenir")
@_FORME
def etape(request: HttpRequest) -> HttpResponse:
    """Add a step to the planning."""
    vue = _regard(request)
    form = forms.EtapeForm(request.POST or None)
    return _formulaire(
        request,
        form,
        lambda: services.ajouter_une_etape(vue.emetteur, **form.cleaned_data),
        titre="Ajouter une étape",
        bouton="Ajouter l'étape",
        fait="L'étape est au planning.",
    )


@action("reversibilite.tenir")
@require_POST
def retirer(request: HttpRequest, etape: int) -> HttpResponse:
    """Remove a step."""
    _regard(request)
    services.retirer_l_etape(get_object_or_404(EtapeReversibilite, pk=etape))
    messages.success(request, "L'étape est retirée du planning.")
    return redirect("reversibilite:accueil")


@action("reversibilite.tenir")
@_FORME
def incident(request: HttpRequest) -> HttpResponse:
    """Note an incident."""
    vue = _regard(request)
    form = forms.IncidentForm(request.POST or None)
    return _formulaire(
        request,
        form,
        lambda: services.noter_un_incident(vue.emetteur, **form.cleaned_data, a=horloge.aujourd_hui()),
        titre="Noter un incident",
        bouton="Noter l'incident",
        fait="L'incident est noté.",
    )


@action("reversibilite.tenir")
@_FORME
def regler(request: HttpRequest, incident: int) -> HttpResponse:
    """Complete an incident: how it ended, what was done."""
    _regard(request)
    note = get_object_or_404(Incident, pk=incident)
    champs = list(forms.IncidentForm.base_fields)
    form = forms.IncidentForm(request.POST or None, initial={nom: getattr(note, nom) for nom in champs})
    return _formulaire(
        request,
        form,
        lambda: services.completer_l_incident(note, **form.cleaned_data, a=horloge.aujourd_hui()),
        titre="Compléter l'incident",
        bouton="Enregistrer l'incident",
        fait="L'incident est complété.",
    )


@action("reversibilite.exporter")
@require_POST
def exporter(request: HttpRequest) -> HttpResponse:
    """Ask for an archive of every dossier."""
    vue = _regard(request)
    services.demander_un_export(vue.emetteur, vue.lots, par=acteur(request).nom, a=horloge.maintenant())
    messages.success(request, "L'archive se prépare. Vous pouvez quitter cette page et y revenir.")
    return redirect("reversibilite:accueil")


@action("reversibilite.exporter")
@require_GET
def telecharger(request: HttpRequest, export: int) -> FileResponse:
    """The bytes of an archive; who takes them is sealed."""
    vue = _regard(request)
    prets = ExportDossiers.objects.filter(etat=EtatExport.PRET, lots__contained_by=list(vue.lots))
    pret = get_object_or_404(prets, pk=export)
    fichier = services.chemin(pret.emetteur, pret.empreinte)
    if not fichier.is_file():
        raise Http404
    services.noter_le_telechargement(pret, par=acteur(request).nom, a=horloge.maintenant())
    nom = f"dossiers_{pret.emetteur}_{pret.demande_le:%Y%m%d}.zip"
    return FileResponse(fichier.open("rb"), as_attachment=True, filename=nom, content_type="application/zip")
