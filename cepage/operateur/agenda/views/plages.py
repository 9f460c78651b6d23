"""One's slots and absences; those of the team for who leads it."""

from datetime import datetime, timedelta

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cepage.fondations.comptes.acces import action, peut
from cepage.fondations.socle import horloge
from cepage.operateur.agenda.enums import Jour
from cepage.operateur.agenda.forms import FinForm, IndisponibiliteForm, PlageForm
from cepage.operateur.agenda.models import Plage
from cepage.operateur.agenda.selectors import acces
from cepage.operateur.agenda.services import finir_plage, lever_absence, ouvrir_plage, poser_absence
from cepage.operateur.agenda.views.commun import acte, choisi, dirigeables
from cepage.operateur.dossiers.selectors.regard import Regard, regard

_FORME = require_http_methods(["GET", "POST"])


def _fil() -> tuple[str, ...]:
    return ("Agenda", reverse("agenda:semaine"), "Plages et absences", reverse("agenda:plages"))


@action("agenda.disposer")
@require_GET
def plages(request: HttpRequest) -> HttpResponse:
    """What is opened every week, and when nobody is received."""
    vue, le = regard(request), horloge.aujourd_hui()
    gens = dirigeables(request, vue)
    en_cours = acces.plages(vue).filter(conseiller__in=gens).filter(Q(fin__isnull=True) | Q(fin__gt=le))
    siennes = Q(conseiller__in=gens)
    if peut(request, "agenda.organiser"):
        siennes |= Q(site__isnull=False)
    contexte = {
        "plages": en_cours.order_by("conseiller__nom", "jour", "heure_debut"),
        "absences": acces.absences(vue).filter(siennes, fin__gte=horloge.maintenant()),
        "plusieurs": len(gens) > 1,
        "des_sites": acces.sites_ouverts(vue, le).exists(),
        "peut_organiser": peut(request, "agenda.organiser"),
    }
    return render(request, "agenda/plages.html", contexte)


@action("agenda.disposer")
@_FORME
def ouvrir(request: HttpRequest) -> HttpResponse:
    """Open slots every week."""
    vue, le = regard(request), horloge.aujourd_hui()
    gens, sites = dirigeables(request, vue), list(acces.sites_ouverts(vue, le))
    initiales = {
        "debut": le,
        "duree_minutes": 60,
        "modes": ["PRESENTIEL"],
        "jour": Jour.LUNDI,
        "conseiller": str(vue.personne.pk),
        "site": request.GET.get("site", ""),
    }
    form = PlageForm(request.POST or None, initial=initiales, conseillers=gens, sites=sites)

    def faire() -> Plage:
        donnees = form.cleaned_data
        return ouvrir_plage(choisi(gens, donnees["conseiller"]), choisi(sites, donnees["site"]), form.de_la_plage())

    return acte(
        request,
        form,
        faire,
        titre="Ouvrir une plage",
        bouton="Ouvrir la plage",
        fait="La plage est ouverte : ses créneaux sont proposés dès maintenant.",
        retour=reverse("agenda:plages"),
        fil=_fil(),
        explication="Une plage revient chaque semaine, sauf les jours fériés du territoire et les absences.",
    )


def _plage_ou_404(request: HttpRequest, vue: Regard, pk: int) -> Plage:
    return get_object_or_404(acces.plages(vue).filter(conseiller__in=dirigeables(request, vue)), pk=pk)


@action("agenda.disposer")
@_FORME
def finir(request: HttpRequest, pk: int) -> HttpResponse:
    """End a plage."""
    vue = regard(request)
    plage = _plage_ou_404(request, vue, pk)
    form = FinForm(request.POST or None, initial={"dernier": horloge.aujourd_hui()})
    return acte(
        request,
        form,
        lambda: finir_plage(plage, le=form.cleaned_data["dernier"] + timedelta(days=1)),
        titre=f"Finir la plage du {plage.get_jour_display().lower()}",
        bouton="Finir la plage",
        fait="La plage finira ce jour-là.",
        retour=reverse("agenda:plages"),
        fil=_fil(),
        explication=f"{plage.conseiller.nom_complet}, {plage.site.libelle}, {plage}.",
        dangereux=True,
    )


@action("agenda.disposer")
@_FORME
def absence(request: HttpRequest) -> HttpResponse:
    """Note an absence, or the closing of a site for a time."""
    vue, le = regard(request), horloge.aujourd_hui()
    gens = dirigeables(request, vue)
    sites = list(acces.sites_ouverts(vue, le)) if peut(request, "agenda.organiser") else []
    initiales = {"du": le, "au": le, "de": "08:00", "a": "20:00", "qui": f"c{vue.personne.pk}"}
    form = IndisponibiliteForm(request.POST or None, initial=initiales, conseillers=gens, sites=sites)

    def faire() -> None:
        donnees = form.cleaned_data
        genre, pk = donnees["qui"][:1], donnees["qui"][1:]
        conseiller = choisi(gens, pk) if genre == "c" else None
        site = choisi(sites, pk) if genre == "s" else None
        siennes = acces.plages(vue).filter(conseiller=conseiller).first() if conseiller else None
        fuseau = site.fuseau if site else siennes.fuseau if siennes else horloge.PARIS
        poser_absence(
            emetteur=vue.emetteur,
            conseiller=conseiller,
            site=site,
            debut=datetime.combine(donnees["du"], donnees["de"], fuseau),
            fin=datetime.combine(donnees["au"], donnees["a"], fuseau),
            motif=donnees["motif"],
        )

    return acte(
        request,
        form,
        faire,
        titre="Noter une absence",
        bouton="Noter l'absence",
        fait="L'absence est notée : ses créneaux ne sont plus proposés. Déplacez les rendez-vous déjà pris.",
        retour=reverse("agenda:plages"),
        fil=_fil(),
    )


@action("agenda.disposer")
@require_POST
def lever(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an absence back."""
    vue = regard(request)
    siennes = Q(conseiller__in=dirigeables(request, vue))
    if peut(request, "agenda.organiser"):
        siennes |= Q(site__isnull=False)
    lever_absence(get_object_or_404(acces.absences(vue).filter(siennes), pk=pk))
    return redirect("agenda:plages")
