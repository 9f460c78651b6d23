"""The week of a counsellor or of a site, and what is to be put right."""

from datetime import date, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from cepage.fondations.comptes.acces import action, peut
from cepage.fondations.socle import horloge
from cepage.operateur.agenda.forms import SemaineForm, lundi_de
from cepage.operateur.agenda.selectors import acces, semaine
from cepage.operateur.agenda.views.commun import choisi, site_ou_404
from cepage.operateur.dossiers.selectors.regard import regard


def _semaine_demandee(form: SemaineForm) -> date:
    demandee = form.cleaned_data.get("semaine") if form.is_valid() else None
    return lundi_de(demandee or horloge.aujourd_hui())


def _voisines(lundi: date) -> dict[str, date]:
    return {
        "lundi": lundi,
        "dimanche": lundi + timedelta(days=6),
        "precedente": lundi - timedelta(days=7),
        "suivante": lundi + timedelta(days=7),
    }


@action("agenda.lire")
@require_GET
def agenda(request: HttpRequest) -> HttpResponse:
    """One's own week; who leads the team chooses whose."""
    vue, maintenant = regard(request), horloge.maintenant()
    tous = list(acces.conseillers(vue, horloge.aujourd_hui()))
    choix = tous if peut(request, "agenda.organiser") or vue.personne not in tous else []
    form = SemaineForm(request.GET, conseillers=choix)
    lundi = _semaine_demandee(form)
    demande = request.GET.get("conseiller", "")
    qui = choisi(tous, demande) if demande and choix else vue.personne if vue.personne in tous or not tous else tous[0]
    contexte = {
        "form": form
        if form.is_bound and request.GET
        else SemaineForm({"semaine": lundi, "conseiller": str(qui.pk)}, conseillers=choix),
        "qui": qui,
        "soi": qui == vue.personne,
        "jours": semaine.du_conseiller(vue, qui, lundi, apres=maintenant),
        "a_noter": semaine.a_noter(vue, qui, maintenant),
        "a_deplacer": [r for r in semaine.a_deplacer(vue, maintenant) if r.conseiller_id == qui.pk],
        "a_des_plages": acces.plages(vue).filter(conseiller=qui).exists(),
        "peut_disposer": peut(request, "agenda.disposer")
        and (qui == vue.personne or peut(request, "agenda.organiser")),
        "peut_recevoir": peut(request, "agenda.recevoir"),
        "aujourd_hui": horloge.aujourd_hui(),
        **_voisines(lundi),
    }
    return render(request, "agenda/semaine.html", contexte)


@action("agenda.lire")
@require_GET
def du_site(request: HttpRequest, pk: int) -> HttpResponse:
    """The week of a site, all counsellors."""
    vue, site = site_ou_404(request, pk)
    form = SemaineForm(request.GET, conseillers=[])
    lundi = _semaine_demandee(form)
    contexte = {
        "site": site,
        "form": form if request.GET else SemaineForm({"semaine": lundi}, conseillers=[]),
        "jours": semaine.du_site(vue, site, lundi, apres=horloge.maintenant()),
        "aujourd_hui": horloge.aujourd_hui(),
        **_voisines(lundi),
    }
    return render(request, "agenda/semaine_site.html", contexte)
