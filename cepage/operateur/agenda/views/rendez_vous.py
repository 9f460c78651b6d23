"""One appointment: who is expected, moving it, cancelling it, noting who came."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from cepage.fondations.comptes.acces import action, peut
from cepage.fondations.socle import horloge
from cepage.operateur.agenda import services
from cepage.operateur.agenda.enums import EtatParticipation, Mode
from cepage.operateur.agenda.forms import AbsenceForm, AnnulationForm, AtelierForm, CreneauxForm, VenueForm
from cepage.operateur.agenda.models import Participation, RendezVous
from cepage.operateur.agenda.selectors import acces
from cepage.operateur.agenda.selectors.recherche import premiers
from cepage.operateur.agenda.sms import passerelle
from cepage.operateur.agenda.views.commun import (
    acte,
    choisi,
    dirigeables,
    instant,
    participation_ou_404,
    rendez_vous_ou_404,
)
from cepage.operateur.agenda.views.reservation import PROPOSES, creneau_choisi, par_jour, voulu_de
from cepage.operateur.dossiers.enums import UO, Etat
from cepage.operateur.dossiers.models import UniteOeuvre
from cepage.operateur.dossiers.selectors.regard import Regard, regard
from cepage.operateur.dossiers.views.commun import acteur, agir

_FORME = require_http_methods(["GET", "POST"])


def _participations(vue: Regard, rendez_vous: RendezVous) -> list[Participation]:
    """Those whose dossier may be looked at."""
    siennes = rendez_vous.participations.filter(beneficiaire__in=vue.beneficiaires())
    siennes = siennes.prefetch_related("courriels", "sms")
    return list(siennes.select_related("beneficiaire__fusionne_dans").order_by("etat", "saisi_le"))


@action("agenda.lire")
@require_GET
def rendez_vous(request: HttpRequest, pk: int) -> HttpResponse:
    """When, where, with whom, for whom."""
    vue, prevu = rendez_vous_ou_404(request, pk)
    maintenant = horloge.maintenant()
    gens = _participations(vue, prevu)
    contexte = {
        "rdv": prevu,
        "participations": gens,
        "sms_possibles": passerelle() is not None,
        "attentes": acces.attentes(vue).filter(rendez_vous=prevu),
        "commence": prevu.debut <= maintenant,
        "modifiable": prevu.prevu and prevu.fin > maintenant,
        "peut_reserver": peut(request, "agenda.reserver"),
        "peut_recevoir": peut(request, "agenda.recevoir"),
        "peut_annuler": peut(request, "agenda.disposer") and prevu.conseiller in dirigeables(request, vue),
        "peut_lire_le_dossier": peut(request, "dossiers.lire"),
        "en_attente_au_site": acces.attentes(vue).filter(site=prevu.site, rendez_vous__isnull=True).count(),
    }
    return render(request, "agenda/rendez_vous.html", contexte)


@action("agenda.reserver")
@_FORME
def deplacer(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose another slot: same identifier in the calendars, people are told."""
    vue, prevu = rendez_vous_ou_404(request, pk)
    premier = prevu.participations.filter(etat=EtatParticipation.PREVUE).select_related("beneficiaire").first()
    personne = premier.beneficiaire if premier else None
    sites = list(acces.sites_ouverts(vue, horloge.aujourd_hui()))
    defauts = {"mode": prevu.mode, "rayon": "", "du": horloge.aujourd_hui(), "site": str(prevu.site_id)}
    form = CreneauxForm(request.GET or defauts, sites=sites)
    voulu = voulu_de(form, personne)
    refus: Any = ()
    if request.method == "POST":

        def faire() -> None:
            creneau = creneau_choisi(vue, request, sauf=prevu)
            mode = creneau.mode or creneau.plage.modes[0]
            services.deplacer(
                prevu,
                conseiller=creneau.conseiller,
                site=creneau.site,
                debut=creneau.debut,
                fin=creneau.debut + timedelta(minutes=prevu.minutes) if prevu.collectif else creneau.fin,
                mode=mode,
                lien=creneau.plage.lien if mode == Mode.VISIO else "",
                par=acteur(request),
                a=horloge.maintenant(),
            )

        refus = agir(faire, form)
        if refus is None:
            messages.success(request, "Le rendez-vous est déplacé.")
            return redirect("agenda:rendez_vous", pk=prevu.pk)
    trouves = premiers(vue, voulu, apres=horloge.maintenant(), combien=PROPOSES, sauf=prevu)
    trouves = [c for c in trouves if (c.debut, c.conseiller.pk) != (prevu.debut, prevu.conseiller_id)]
    contexte = {
        "rdv": prevu,
        "form": form,
        "mode": Mode(voulu.mode),
        "sur_place": voulu.mode == Mode.PRESENTIEL,
        "limite": None,
        "jours": par_jour(trouves),
        "suite": trouves[-1].debut_sur_place.date() + timedelta(days=1) if trouves else None,
        "refus": refus or (),
    }
    return render(request, "agenda/deplacer.html", contexte, status=422 if refus else 200)


def _fil(prevu: RendezVous) -> tuple[str, ...]:
    page = reverse("agenda:rendez_vous", args=[prevu.pk])
    return ("Agenda", reverse("agenda:semaine"), "Rendez-vous", page)


@action("agenda.reserver")
@_FORME
def annuler(request: HttpRequest, pk: int) -> HttpResponse:
    """Cancel someone's place."""
    _, tenue = participation_ou_404(request, pk)
    form = AnnulationForm(request.POST or None)
    prevu = tenue.rendez_vous
    return acte(
        request,
        form,
        lambda: services.retirer(tenue, par=acteur(request), a=horloge.maintenant(), **form.cleaned_data),
        titre=f"Annuler le rendez-vous de {tenue.beneficiaire.principale.nom_complet}",
        bouton="Annuler le rendez-vous",
        fait="Le rendez-vous est annulé : son heure est de nouveau libre.",
        retour=reverse("agenda:rendez_vous", args=[prevu.pk]),
        fil=_fil(prevu),
        explication="La personne est prévenue. Pour une autre date, déplacez plutôt le rendez-vous.",
        dangereux=True,
    )


@action("agenda.disposer")
@_FORME
def annuler_atelier(request: HttpRequest, pk: int) -> HttpResponse:
    """Cancel a workshop and every place in it."""
    vue, prevu = rendez_vous_ou_404(request, pk)
    choisi(dirigeables(request, vue), str(prevu.conseiller_id))
    form = AnnulationForm(request.POST or None, initial={"motif": "CONSEILLER"})
    return acte(
        request,
        form,
        lambda: services.annuler_rendez_vous(prevu, par=acteur(request), a=horloge.maintenant(), **form.cleaned_data),
        titre="Annuler l'atelier" if prevu.collectif else "Annuler le rendez-vous",
        bouton="Annuler pour tout le monde",
        fait="C'est annulé : chaque personne attendue est prévenue.",
        retour=reverse("agenda:rendez_vous", args=[prevu.pk]),
        fil=_fil(prevu),
        dangereux=True,
    )


@action("agenda.recevoir")
@_FORME
def venue(request: HttpRequest, pk: int) -> HttpResponse:
    """Note that the person came: the contact goes to the dossier at the same time."""
    vue, tenue = participation_ou_404(request, pk)
    prevu, personne = tenue.rendez_vous, tenue.beneficiaire.principale
    siennes = vue.unites().filter(beneficiaire=personne, etat=Etat.OUVERTE).exclude(uo=UO.UO0)
    unites: list[UniteOeuvre] = list(siennes.filter(date_engagement__lte=prevu.debut_sur_place.date()))
    initiales = {"unite": str(unites[0].pk) if unites else "", "minutes": prevu.minutes}
    form = VenueForm(request.POST or None, initial=initiales, unites=unites)

    def faire() -> Participation:
        donnees = form.cleaned_data
        unite = choisi(unites, donnees["unite"]) if donnees["unite"] else None
        return services.noter_la_venue(
            tenue, unite=unite, minutes=donnees["minutes"], par=acteur(request), a=horloge.maintenant()
        )

    sans = (
        "Aucune unité n'était ouverte ce jour-là. Engagez l'UO1 au dossier, puis notez la venue : le contact s'y "
        "inscrira. Vous pouvez aussi noter la venue seule."
    )
    return acte(
        request,
        form,
        faire,
        titre=f"{personne.nom_complet} est venue ou venu",
        bouton="Noter la venue",
        fait="La venue est notée" + (" et le contact est au dossier." if unites else "."),
        retour=reverse("dossiers:dossier", args=[personne.pk]),
        fil=_fil(prevu),
        explication="" if unites else sans,
        dossier=None if unites else personne,
    )


@action("agenda.recevoir")
@_FORME
def absence(request: HttpRequest, pk: int) -> HttpResponse:
    """Note that the person did not come."""
    _, tenue = participation_ou_404(request, pk)
    prevu, personne = tenue.rendez_vous, tenue.beneficiaire.principale
    form = AbsenceForm(request.POST or None)
    return acte(
        request,
        form,
        lambda: services.noter_l_absence(tenue, par=acteur(request), a=horloge.maintenant(), **form.cleaned_data),
        titre=f"Noter l'absence de {personne.nom_complet}",
        bouton="Noter l'absence",
        fait="L'absence est notée. Proposez un autre rendez-vous.",
        retour=reverse("agenda:prendre", args=[personne.pk]),
        fil=_fil(prevu),
    )


@action("agenda.lire")
@require_GET
def ateliers(request: HttpRequest) -> HttpResponse:
    """The workshops to come."""
    vue = regard(request)
    prevus = acces.rendez_vous(vue).filter(genre="collectif", etat="prevu", debut__gt=horloge.maintenant())
    contexte = {"ateliers": prevus[:100], "peut_disposer": peut(request, "agenda.disposer")}
    return render(request, "agenda/ateliers.html", contexte)


@action("agenda.disposer")
@_FORME
def nouvel_atelier(request: HttpRequest) -> HttpResponse:
    """Plan a workshop."""
    vue, le = regard(request), horloge.aujourd_hui()
    gens, sites = dirigeables(request, vue), list(acces.sites_ouverts(vue, le))
    initiales = {"minutes": 120, "capacite": 10, "mode": Mode.PRESENTIEL, "conseiller": str(vue.personne.pk)}
    form = AtelierForm(request.POST or None, initial=initiales, conseillers=gens, sites=sites)

    def faire() -> RendezVous:
        donnees = form.cleaned_data
        site = choisi(sites, donnees["site"])
        debut = instant(site, donnees["le"], donnees["heure"])
        return services.planifier_atelier(
            choisi(gens, donnees["conseiller"]),
            site,
            titre=donnees["titre"],
            debut=debut,
            fin=debut + timedelta(minutes=donnees["minutes"]),
            capacite=donnees["capacite"],
            mode=donnees["mode"],
            lien=donnees["lien"],
            par=acteur(request),
            a=horloge.maintenant(),
        )

    return acte(
        request,
        form,
        faire,
        titre="Prévoir un atelier",
        bouton="Prévoir l'atelier",
        fait="L'atelier est prévu : inscrivez-y les personnes depuis leur dossier.",
        retour=reverse("agenda:ateliers"),
        fil=("Agenda", reverse("agenda:semaine"), "Ateliers", reverse("agenda:ateliers")),
    )
