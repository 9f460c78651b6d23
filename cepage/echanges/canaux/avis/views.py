"""Pages of the signed notices: subscriptions, their deliveries, replay."""

import json
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cepage.echanges.canaux.avis import selectors, services, signature
from cepage.echanges.canaux.avis.enums import SIGNES, SOUSCRITS
from cepage.echanges.canaux.avis.forms import AbonnementForm, FiltreAvis
from cepage.echanges.canaux.avis.models import Abonnement, Avis
from cepage.fondations.comptes.acces import action
from cepage.fondations.comptes.models import Personne
from cepage.fondations.socle import horloge

PAR_PAGE = 50


def _personne(request: HttpRequest) -> Personne:
    assert isinstance(request.user, Personne)
    return request.user


def _abonnement(identifiant: str) -> Abonnement:
    return get_object_or_404(selectors.abonnements(), identifiant=identifiant)


@action("avis.gerer")
@require_GET
def liste(request: HttpRequest) -> HttpResponse:
    """The subscriptions, and which deliveries fail."""
    contexte = {
        "abonnements": selectors.abonnements(),
        "cles": selectors.cles_ouvertes(horloge.maintenant()).exists(),
    }
    return render(request, "avis/liste.html", contexte)


@action("avis.gerer")
@require_http_methods(["GET", "POST"])
def abonner(request: HttpRequest) -> HttpResponse:
    """Open a subscription and show its secret."""
    maintenant = horloge.maintenant()
    cles = list(selectors.cles_ouvertes(maintenant))
    form = AbonnementForm(cles, request.POST or None, initial={"cle": request.GET.get("cle", "")})
    if request.method == "POST" and form.is_valid():
        cle = next(c for c in cles if c.identifiant == form.cleaned_data["cle"])
        try:
            ouvert = services.souscrire(
                cle,
                url=form.cleaned_data["url"],
                evenements=form.cleaned_data["evenements"],
                le=maintenant,
                par=_personne(request),
            )
        except services.AbonnementRefuse as refus:
            form.add_error("url", str(refus))
        else:
            return _montrer(request, ouvert, nouveau=True)
    contexte = {"form": form, "cles": cles}
    return render(request, "avis/abonner.html", contexte, status=422 if form.errors else 200)


def _montrer(request: HttpRequest, abonnement: Abonnement, *, nouveau: bool) -> HttpResponse:
    contexte = {"abonnement": abonnement, "secret": signature.secret(abonnement), "nouveau": nouveau}
    reponse = render(request, "avis/secret.html", contexte)
    reponse.headers["Cache-Control"] = "no-store"
    return reponse


@action("avis.gerer")
@require_GET
def abonnement(request: HttpRequest, abonnement: str) -> HttpResponse:
    """One subscription and the journal of its deliveries."""
    trouve, filtre = _abonnement(abonnement), FiltreAvis(request.GET)
    etat = filtre.cleaned_data["etat"] if filtre.is_valid() else ""
    page = Paginator(selectors.avis_de(trouve, etat), PAR_PAGE).get_page(request.GET.get("page"))
    contexte = {
        "abonnement": trouve,
        "evenements": [e.label for e in SOUSCRITS if e.value in trouve.evenements],
        "filtre": filtre,
        "etat": etat,
        "page": page,
        "signes": SIGNES,
        "recouvre": trouve.ancien_jusqu_au is not None and trouve.ancien_jusqu_au > horloge.maintenant(),
    }
    return render(request, "avis/abonnement.html", contexte)


@action("avis.gerer")
@require_POST
def essayer(request: HttpRequest, abonnement: str) -> HttpResponse:
    """Send a trial."""
    trouve = _abonnement(abonnement)
    try:
        parti = services.essayer(trouve, le=horloge.maintenant())
    except services.AbonnementRefuse as refus:
        messages.error(request, str(refus))
        return redirect("avis:abonnement", abonnement=trouve.identifiant)
    messages.success(request, "L'essai part dans un instant : rechargez cette page pour lire la réponse.")
    return redirect("avis:avis", abonnement=trouve.identifiant, avis=parti.identifiant)


@action("avis.gerer")
@require_POST
def renouveler(request: HttpRequest, abonnement: str) -> HttpResponse:
    """Give a new secret and show it."""
    trouve = _abonnement(abonnement)
    try:
        change = services.renouveler_le_secret(trouve, le=horloge.maintenant(), par=_personne(request))
    except services.AbonnementRefuse as refus:
        messages.error(request, str(refus))
        return redirect("avis:abonnement", abonnement=trouve.identifiant)
    return _montrer(request, change, nouveau=False)


@action("avis.gerer")
@require_http_methods(["GET", "POST"])
def fermer(request: HttpRequest, abonnement: str) -> HttpResponse:
    """Say what will stop, then close the subscription."""
    trouve = _abonnement(abonnement)
    if request.method != "POST":
        return render(request, "avis/fermer.html", {"abonnement": trouve})
    services.fermer(trouve, le=horloge.maintenant(), par=_personne(request))
    messages.success(request, "L'abonnement est fermé : plus rien n'est envoyé à cette adresse.")
    return redirect("avis:abonnement", abonnement=trouve.identifiant)


def _avis(abonnement: str, avis: UUID) -> Avis:
    lignes = Avis.objects.select_related("abonnement__cle")
    return get_object_or_404(lignes, pk=avis, abonnement__identifiant=abonnement)


@action("avis.gerer")
@require_GET
def avis(request: HttpRequest, abonnement: str, avis: UUID) -> HttpResponse:
    """One notice: its body, each attempt, what to do."""
    trouve = _avis(abonnement, avis)
    contexte = {
        "avis": trouve,
        "signe": next(signe for etat, signe in SIGNES.items() if etat == trouve.etat),
        "corps": json.dumps(json.loads(trouve.corps), ensure_ascii=False, indent=2),
        "tentatives": trouve.essais.all(),
    }
    return render(request, "avis/avis.html", contexte)


@action("avis.gerer")
@require_POST
def rejouer(request: HttpRequest, abonnement: str, avis: UUID) -> HttpResponse:
    """Send a notice again."""
    trouve = _avis(abonnement, avis)
    try:
        services.rejouer(trouve, le=horloge.maintenant())
    except services.AbonnementRefuse as refus:
        messages.error(request, str(refus))
    else:
        messages.success(request, "L'avis repart, avec le même identifiant et le même contenu.")
    return redirect("avis:avis", abonnement=abonnement, avis=trouve.identifiant)
