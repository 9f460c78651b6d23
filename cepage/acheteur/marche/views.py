"""Pages of the market: lots and prices, orders with what was consumed of them."""

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from cepage.acheteur.marche import bons, presentation, selectors
from cepage.acheteur.marche.forms import AvenantForm, BonForm, FiltreBons
from cepage.acheteur.marche.models import Commande
from cepage.acheteur.marche.presentation import nom_du_lot
from cepage.fondations.comptes.acces import Perimetre, action, peut
from cepage.fondations.comptes.models import Personne
from cepage.fondations.socle import horloge
from cepage.fondations.socle.composants.pagination import paginer

PAR_PAGE = 25


def _perimetre(request: HttpRequest) -> Perimetre:
    perimetre: Perimetre = request.perimetre  # type: ignore[attr-defined]
    return perimetre


def _auteur(request: HttpRequest) -> str:
    personne = request.user
    return personne.nom_complet if isinstance(personne, Personne) else ""


@action("marche.lire")
@require_GET
def lots(request: HttpRequest) -> HttpResponse:
    """The lots within reach and who holds them today."""
    lignes = selectors.titulaires(_perimetre(request).lots)
    contexte = {
        "tableau": presentation.tableau_des_titulaires(lignes, horloge.aujourd_hui()),
        "vide": not lignes,
    }
    return render(request, "marche/lots.html", contexte)


@action("marche.lire")
@require_GET
def lot(request: HttpRequest, lot: str) -> HttpResponse:
    """One lot: its holders, its prices, the way to its orders."""
    _perimetre(request).exiger_lot(lot)
    tenues = selectors.titulaires([lot])
    if not tenues:
        raise Http404
    prix = selectors.prix_du_lot(lot)
    contexte = {
        "lot": lot,
        "nom": nom_du_lot(lot),
        "titulaires": presentation.tableau_des_titulaires(tenues, horloge.aujourd_hui(), avec_lot=False),
        "prix": presentation.tableau_des_prix(prix, horloge.aujourd_hui()),
        "sans_prix": not prix,
    }
    return render(request, "marche/lot.html", contexte)


@action("marche.lire")
@require_GET
def bons_de_commande(request: HttpRequest) -> HttpResponse:
    """The orders, with the part of each already consumed."""
    perimetre = _perimetre(request)
    tous = selectors.commandes(perimetre.lots)
    filtre = FiltreBons(
        request.GET,
        [(lot, nom_du_lot(lot)) for lot in selectors.lots_commandes(perimetre.lots)],
        selectors.annees_commandees(perimetre.lots),
    )
    choisis = filtre.cleaned_data if filtre.is_valid() else {}
    lignes = selectors.commandes(perimetre.lots, **choisis) if choisis else tous
    page = Paginator(lignes, PAR_PAGE).get_page(request.GET.get("page"))
    contexte = {
        "filtre": filtre,
        "filtree": any(choisis.values()),
        "page": page,
        "consommations": selectors.consommations(list(page.object_list)),
        "peut_commander": peut(request, "marche.commander"),
    }
    return render(request, "marche/bons.html", contexte)


@action("marche.lire")
@require_GET
def bon(request: HttpRequest, reference: str) -> HttpResponse:
    """One order: what was consumed, what changed, the units on it."""
    commande = _bon(request, reference)
    consommation = selectors.consommations([commande])[0]
    page = paginer(selectors.unites_du_bon(commande), request.GET.get("apres"))
    contexte = {
        "consommation": consommation,
        "bon": commande,
        "nom_lot": nom_du_lot(commande.lot),
        "avenants": selectors.avenants(commande),
        "rangs_sautes": selectors.rangs_sautes(commande) if consommation.trous else [],
        "page": page,
        "unites": presentation.tableau_des_unites(page.lignes, commande, peut(request, "registre.lire")),
        "peut_commander": peut(request, "marche.commander"),
    }
    return render(request, "marche/bon.html", contexte)


@action("marche.commander")
@require_http_methods(["GET", "POST"])
def emettre(request: HttpRequest) -> HttpResponse:
    """Issue an order; its reference follows the last one."""
    choix = [(lot, nom_du_lot(lot)) for lot in selectors.lots_tenus(horloge.aujourd_hui())]
    form = BonForm(request.POST or None, choix)
    if request.method == "POST" and form.is_valid():
        try:
            emis = bons.emettre(**form.cleaned_data, auteur=_auteur(request), saisi_le=horloge.maintenant())
        except bons.BonRefuse as refus:
            form.add_error(None, str(refus))
        else:
            return redirect("marche:bon", reference=emis.reference)
    return render(request, "marche/emettre.html", {"form": form, "choix": choix})


@action("marche.commander")
@require_http_methods(["GET", "POST"])
def amender(request: HttpRequest, reference: str) -> HttpResponse:
    """Change an order by an amendment."""
    commande = _bon(request, reference)
    form = AvenantForm(request.POST or None, commande)
    if request.method == "POST" and form.is_valid():
        try:
            bons.amender(
                commande,
                **form.cleaned_data,
                auteur=_auteur(request),
                effet=horloge.aujourd_hui(),
                saisi_le=horloge.maintenant(),
            )
        except bons.BonRefuse as refus:
            form.add_error(None, str(refus))
        else:
            return redirect("marche:bon", reference=commande.reference)
    consommation = selectors.consommations([commande])[0]
    return render(request, "marche/amender.html", {"form": form, "bon": commande, "consommation": consommation})


def _bon(request: HttpRequest, reference: str) -> Commande:
    commande = get_object_or_404(Commande, reference=reference)
    _perimetre(request).exiger_lot(commande.lot)
    return commande
