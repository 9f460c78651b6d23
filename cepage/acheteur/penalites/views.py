"""Pages of the pénalités: the list, the breaches seen, a proposal, one pénalité, a decision, a contestation."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from cepage.acheteur.marche.presentation import nom_du_lot
from cepage.acheteur.marche.selectors import lots_tenus
from cepage.acheteur.penalites import presentation, retenues, selectors, services
from cepage.acheteur.penalites.detection import Constat, constater
from cepage.acheteur.penalites.enums import SIGNES, Etat, Sens, Tour
from cepage.acheteur.penalites.forms import (
    ContestationForm,
    FiltrePenalites,
    PropositionForm,
    RechercheForm,
    VoixForm,
)
from cepage.acheteur.penalites.models import Penalite, Voix
from cepage.acheteur.penalites.transitions import voix_necessaires
from cepage.fondations.comptes.acces import Perimetre, action, peut, roles_de
from cepage.fondations.comptes.models import Personne
from cepage.fondations.socle import horloge
from cepage.fondations.socle.transitions import TransitionRefusee

PAR_PAGE = 25


def _perimetre(request: HttpRequest) -> Perimetre:
    perimetre: Perimetre = request.perimetre  # type: ignore[attr-defined]
    return perimetre


def _personne(request: HttpRequest) -> Personne:
    personne = request.user
    assert isinstance(personne, Personne)
    return personne


def _lots(request: HttpRequest) -> list[tuple[str, str]]:
    perimetre = _perimetre(request)
    return [(lot, nom_du_lot(lot)) for lot in lots_tenus(horloge.aujourd_hui()) if perimetre.contient_lot(lot)]


def _penalite(request: HttpRequest, reference: str) -> Penalite:
    penalite = get_object_or_404(Penalite, reference=reference)
    _perimetre(request).exiger_lot(penalite.lot)
    return penalite


@action("penalite.lire")
@require_GET
def liste(request: HttpRequest) -> HttpResponse:
    """The pénalités within reach."""
    lots = _perimetre(request).lots
    filtre = FiltrePenalites(request.GET, _lots(request), selectors.annees(lots))
    choisis = filtre.cleaned_data if filtre.is_valid() else {}
    page = Paginator(selectors.penalites(lots, **choisis), PAR_PAGE).get_page(request.GET.get("page"))
    contexte = {
        "filtre": filtre,
        "filtree": any(choisis.values()),
        "page": page,
        "tableau": presentation.tableau_des_penalites(page.object_list),
        "peut_proposer": peut(request, "penalite.proposer"),
    }
    return render(request, "penalites/liste.html", contexte)


@action("penalite.proposer")
@require_GET
def constats(request: HttpRequest) -> HttpResponse:
    """The breaches of a lot and a quarter, and what each would cost."""
    form = RechercheForm(request.GET or None, _lots(request))
    lus: list[presentation.ConstatLu] | None = None
    if form.is_valid():
        le = horloge.aujourd_hui()
        trouves = constater(form.cleaned_data["lot"], form.cleaned_data["trimestre"], le=le)
        lus = presentation.constats_lus(trouves, selectors.deja_ouvertes(trouves), le)
    contexte = {
        "form": form,
        "constats": lus,
        "tableau": presentation.tableau_des_constats(lus) if lus else None,
    }
    return render(request, "penalites/constats.html", contexte)


@action("penalite.proposer")
@require_http_methods(["GET", "POST"])
def proposer(request: HttpRequest, constat: str) -> HttpResponse:
    """Propose the pénalité of a breach, seen again as one proposes it."""
    vu = _constat_demande(request, constat)
    form = PropositionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            ouverte = services.proposer(vu, _personne(request), form.cleaned_data["motif"], le=horloge.maintenant())
        except services.PropositionRefusee as refus:
            form.add_error(None, str(refus))
        else:
            return redirect("penalites:penalite", reference=ouverte.reference)
    contexte = {
        "constat": vu,
        "chiffrage": vu.chiffrer(),
        "nom_lot": nom_du_lot(vu.lot),
        "periode": presentation.periode_en_mots(vu.debut, vu.fin),
        "preuves": _preuves(request, vu.fait, vu.lot, vu.preuves),
        "form": form,
    }
    return render(request, "penalites/proposer.html", contexte)


def _constat_demande(request: HttpRequest, cle: str) -> Constat:
    lot, _, suite = cle.partition("-")
    _perimetre(request).exiger_lot(lot)
    try:
        debut = date.fromisoformat(suite[-10:])
    except ValueError:
        raise Http404 from None
    # A breach of the year is seen with its last quarter.
    for rang in {(debut.month - 1) // 3 + 1, 4}:
        for constat in constater(lot, f"{debut.year}-T{rang}", le=horloge.aujourd_hui()):
            if constat.cle == cle:
                return constat
    raise Http404


def _preuves(request: HttpRequest, fait: str, lot: str, lues: Any) -> list[presentation.Preuve]:
    return presentation.preuves(
        fait, lot, lues, registre=peut(request, "registre.lire"), envois=peut(request, "envoi.lire")
    )


@action("penalite.lire")
@require_GET
def penalite(request: HttpRequest, reference: str) -> HttpResponse:
    """One pénalité: what was seen, what it costs, where it stands, who decided what and why."""
    return render(request, "penalites/penalite.html", _contexte(request, _penalite(request, reference)))


def _contexte(request: HttpRequest, lue: Penalite) -> dict[str, Any]:
    signe, couleur = SIGNES[lue.etat]
    personne = _personne(request)
    donnees = {tour: selectors.voix_de(lue, tour) for tour in Tour}
    en_cours = {Etat.PROPOSEE: Tour.PROPOSITION, Etat.CONTESTEE: Tour.CONTESTATION}.get(Etat(lue.etat))
    deja = en_cours is not None and any(v.personne_id == personne.pk for v in donnees[en_cours])
    decide = peut(request, "penalite.decider")
    return {
        "penalite": lue,
        "nom_lot": nom_du_lot(lue.lot),
        "periode": presentation.periode_en_mots(lue.debut, lue.fin),
        "signe": signe,
        "couleur": couleur,
        "preuves": _preuves(request, lue.fait, lue.lot, lue.preuves),
        "tours": [(tour.label, _voix_montrees(lus, decide)) for tour, lus in donnees.items() if lus],
        "manquent": voix_necessaires(lue) - _le_plus(donnees[en_cours]) if en_cours else 0,
        "contestation": getattr(lue, "contestation", None),
        "decompte": retenues.decompte_de(lue.reference),
        "peut_decider": decide and en_cours is not None and not deja and lue.auteur_id != personne.pk,
        "deja": decide and deja,
        "peut_contester": peut(request, "penalite.contester")
        and lue.etat == Etat.NOTIFIEE
        and lue.contestable_jusqu_a is not None
        and horloge.aujourd_hui() <= lue.contestable_jusqu_a,
        "voit_les_noms": decide,
    }


def _le_plus(lues: list[Voix]) -> int:
    return max(sum(1 for v in lues if v.sens == sens) for sens in Sens)


def _voix_montrees(lues: list[Voix], avec_noms: bool) -> list[dict[str, Any]]:
    """The votes; the operator reads the reasons, not who gave them."""
    return [
        {
            "sens": v.get_sens_display(),
            "signe": "✓" if v.sens == Sens.POUR else "✗",
            "motif": v.motif,
            "le": v.le,
            "qui": v.personne.nom_complet if avec_noms else "",
        }
        for v in lues
    ]


@action("penalite.decider")
@require_http_methods(["GET", "POST"])
def decider(request: HttpRequest, reference: str) -> HttpResponse:
    """Give one's vote on a proposal or on a contestation."""
    lue = _penalite(request, reference)
    form = VoixForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.donner_sa_voix(
                lue,
                _personne(request),
                Sens(form.cleaned_data["sens"]),
                form.cleaned_data["motif"],
                roles=[a.role for a in roles_de(request)],
                le=horloge.maintenant(),
            )
        except TransitionRefusee as refus:
            messages.error(request, str(refus))
        return redirect("penalites:penalite", reference=reference)
    return render(request, "penalites/decider.html", {**_contexte(request, lue), "form": form})


@action("penalite.contester")
@require_http_methods(["GET", "POST"])
def contester(request: HttpRequest, reference: str) -> HttpResponse:
    """The operator contests a pénalité notified."""
    lue = _penalite(request, reference)
    form = ContestationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.contester(lue, _personne(request), form.cleaned_data["argument"], le=horloge.maintenant())
        except TransitionRefusee as refus:
            messages.error(request, str(refus))
        return redirect("penalites:penalite", reference=reference)
    return render(request, "penalites/contester.html", {**_contexte(request, lue), "form": form})
