"""The sites: how full they are, their hours, who receives there, who waits."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cepage.fondations.comptes.acces import action, peut
from cepage.fondations.referentiels import nomenclatures
from cepage.fondations.socle import horloge
from cepage.operateur.agenda import horaires
from cepage.operateur.agenda.forms import SiteForm
from cepage.operateur.agenda.models import Site
from cepage.operateur.agenda.selectors import acces, saturation, semaine
from cepage.operateur.agenda.services import creer_site, modifier_site, ne_plus_attendre
from cepage.operateur.agenda.services.lieux import CHAMPS
from cepage.operateur.agenda.views.commun import acte, site_ou_404
from cepage.operateur.dossiers.selectors.regard import regard
from cepage.operateur.dossiers.views.commun import acteur

_FORME = require_http_methods(["GET", "POST"])


@action("agenda.lire")
@require_GET
def sites(request: HttpRequest) -> HttpResponse:
    """The sites, the fullest first."""
    vue, le, maintenant = regard(request), horloge.aujourd_hui(), horloge.maintenant()
    contexte = {
        "lignes": saturation.des_sites(vue, le, apres=maintenant),
        "horizons": saturation.horizons(le),
        "a_deplacer": semaine.a_deplacer(vue, maintenant),
        "peut_organiser": peut(request, "agenda.organiser"),
    }
    return render(request, "agenda/sites.html", contexte)


@action("agenda.lire")
@require_GET
def site(request: HttpRequest, pk: int) -> HttpResponse:
    """One site."""
    vue, ici = site_ou_404(request, pk)
    le = horloge.aujourd_hui()
    contexte = {
        "site": ici,
        "type_site": nomenclatures.libelle("type_implantation", ici.type_implantation),
        "horaires": horaires.dire(ici.horaires, le),
        "amplitude": horaires.amplitude_de(ici.horaires, le),
        "taux": saturation.du_site(vue, ici, le, apres=horloge.maintenant()),
        "plages": acces.plages(vue).filter(site=ici).order_by("conseiller__nom", "jour", "heure_debut"),
        "attentes": acces.attentes(vue).filter(site=ici, rendez_vous__isnull=True),
        "peut_organiser": peut(request, "agenda.organiser"),
        "peut_reserver": peut(request, "agenda.reserver"),
        "aujourd_hui": le,
    }
    return render(request, "agenda/site.html", contexte)


@action("agenda.lire")
@require_GET
def creneaux(request: HttpRequest, pk: int, horizon: int) -> HttpResponse:
    """The slots behind a saturation."""
    vue, ici = site_ou_404(request, pk)
    le = horloge.aujourd_hui()
    if horizon not in saturation.horizons(le):
        raise Http404
    tous = saturation.creneaux_du_site(vue, ici, le, horizon, apres=horloge.maintenant())
    etat = request.GET.get("etat", "")
    retenus = [c for c in tous if not etat or c.pris is (etat == "pris")]
    contexte = {"site": ici, "horizon": horizon, "etat": etat, "creneaux": retenus, "ouverts": len(tous)}
    return render(request, "agenda/creneaux.html", {**contexte, "pris": sum(c.pris for c in tous)})


@action("agenda.organiser")
@_FORME
def nouveau(request: HttpRequest) -> HttpResponse:
    """Open a site."""
    vue = regard(request)
    initiales = {"date_ouverture": horloge.aujourd_hui(), "acces": "INCONNU"}
    form = SiteForm(request.POST or None, initial=initiales, lots=vue.lots, nouveau=True)

    def faire() -> None:
        valeurs = dict(form.cleaned_data)
        lot = valeurs.pop("lot")
        creer_site(
            valeurs, emetteur=vue.emetteur, lot=lot, membre=vue.membre, par=acteur(request), a=horloge.maintenant()
        )

    return acte(
        request,
        form,
        faire,
        titre="Ouvrir un site",
        bouton="Ouvrir le site",
        fait="Le site est ouvert ; il sera déclaré avec l'envoi du soir. Ouvrez-y des plages pour recevoir.",
        retour=reverse("agenda:sites"),
        fil=_fil_du_site(),
        explication="Un site est déclaré à France compétences comme implantation (CCTP annexe 2 §4.1).",
    )


@action("agenda.organiser")
@_FORME
def modifier(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a site, or close it."""
    vue, ici = site_ou_404(request, pk)
    initiales = {nom: getattr(ici, nom) for nom in CHAMPS}
    form = SiteForm(request.POST or None, initial=initiales, lots=vue.lots, nouveau=False)

    def faire() -> Site:
        return modifier_site(ici, form.cleaned_data, par=acteur(request), a=horloge.maintenant())

    return acte(
        request,
        form,
        faire,
        titre=f"Modifier {ici.libelle}",
        bouton="Enregistrer le site",
        fait="Le site est à jour ; il sera déclaré avec l'envoi du soir.",
        retour=reverse("agenda:site", args=[ici.pk]),
        fil=(*_fil_du_site(), ici.libelle, reverse("agenda:site", args=[ici.pk])),
    )


def _fil_du_site() -> tuple[str, ...]:
    return ("Agenda", reverse("agenda:semaine"), "Sites", reverse("agenda:sites"))


@action("agenda.reserver")
@require_POST
def retirer_de_l_attente(request: HttpRequest, pk: int) -> HttpResponse:
    """Take someone off a waiting list."""
    attente = get_object_or_404(acces.attentes(regard(request)), pk=pk)
    ne_plus_attendre(attente, a=horloge.maintenant())
    if attente.rendez_vous_id:
        return redirect("agenda:rendez_vous", pk=attente.rendez_vous_id)
    return redirect("agenda:site", pk=attente.site_id)
