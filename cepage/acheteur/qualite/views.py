"""The answer page, without account, and the page of results."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from cepage.acheteur.qualite import questionnaires, selectors, services
from cepage.acheteur.qualite.forms import ReponseForm
from cepage.acheteur.qualite.presentation import tableau_des_bilans
from cepage.acheteur.qualite.services import EnqueteClose
from cepage.fondations.comptes.acces import Perimetre, action
from cepage.fondations.socle import horloge
from cepage.fondations.socle.portee import portee_totale


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def repondre(request: HttpRequest, secret: str) -> HttpResponse:
    """Answer, keep what is begun, or resume it: the link is the only key."""
    le = horloge.maintenant()
    try:
        with portee_totale():
            enquete = services.enquete_du_lien(secret, le)
        questionnaire = questionnaires.de_la_version(enquete.moment, enquete.version)
        form = ReponseForm(questionnaire, enquete.brouillon, request.POST if request.method == "POST" else None)
        if request.method == "POST" and "garder" in request.POST:
            services.garder_le_brouillon(secret, form.partielles(), le=le)
            return _dire(request, "C'est gardé", "Rouvrez le lien du courriel quand vous voulez pour reprendre.")
        if request.method == "POST" and form.is_valid():
            services.repondre(secret, {k: v for k, v in form.cleaned_data.items() if v}, le=le)
            return _dire(request, "Merci", "Votre réponse est enregistrée, sans votre nom ni votre dossier.")
    except EnqueteClose as close:
        return _dire(request, "Questionnaire", str(close))
    return render(request, "qualite/repondre.html", {"form": form, "enquete": enquete, "secret": secret})


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def refuser(request: HttpRequest, secret: str) -> HttpResponse:
    """Stop being written to; a reading alone (a mail filter's) changes nothing."""
    try:
        if request.method == "POST":
            services.refuser(secret, le=horloge.maintenant())
            return _dire(request, "C'est noté", "Nous ne vous écrirons plus à ce sujet.")
        with portee_totale():
            services.enquete_du_lien(secret, horloge.maintenant())
    except EnqueteClose as close:
        return _dire(request, "Questionnaire", str(close))
    return render(request, "qualite/refuser.html", {"secret": secret})


def _dire(request: HttpRequest, titre: str, phrase: str) -> HttpResponse:
    return render(request, "qualite/dit.html", {"titre": titre, "phrase": phrase})


@action("enquetes.lire")
@require_GET
def resultats(request: HttpRequest) -> HttpResponse:
    """The results by lot, half-year and unit."""
    perimetre: Perimetre = request.perimetre  # type: ignore[attr-defined]
    lignes = selectors.bilans(perimetre.lots)
    return render(request, "qualite/resultats.html", {"tableau": tableau_des_bilans(lignes), "lignes": lignes})
