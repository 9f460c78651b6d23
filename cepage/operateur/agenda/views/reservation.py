"""Taking an appointment for a person: the first slots, another time, a workshop, the waiting list."""

from datetime import date, timedelta
from itertools import groupby
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from cepage.fondations.comptes.acces import action
from cepage.fondations.socle import horloge
from cepage.operateur.agenda.enums import EtatRendezVous, Genre, Mode
from cepage.operateur.agenda.forms import AutreHoraireForm, CreneauxForm
from cepage.operateur.agenda.models import Participation, RendezVous, Site
from cepage.operateur.agenda.selectors import acces
from cepage.operateur.agenda.selectors.creneaux import Creneau, retrouver
from cepage.operateur.agenda.selectors.demande import jour_de_la_demande, limite_du_premier
from cepage.operateur.agenda.selectors.recherche import Voulu, origine, premiers
from cepage.operateur.agenda.services import attendre, fixer, inscrire, reserver
from cepage.operateur.agenda.services.commun import refuser
from cepage.operateur.agenda.views.commun import acte, choisi, instant, rendez_vous_ou_404, site_ou_404
from cepage.operateur.dossiers.models import Beneficiaire
from cepage.operateur.dossiers.selectors.regard import Regard
from cepage.operateur.dossiers.views.commun import acteur, agir, personne_ou_404

PROPOSES = 12


def par_jour(creneaux: list[Creneau]) -> list[tuple[date, list[Creneau]]]:
    """Slots under their day, in order."""
    return [(jour, list(groupe)) for jour, groupe in groupby(creneaux, key=lambda c: c.debut_sur_place.date())]


def voulu_de(form: CreneauxForm, personne: Beneficiaire | None, conseiller: int | None = None) -> Voulu:
    """What the filters ask; an unreadable one counts for nothing, and is told on the form."""
    form.is_valid()
    valeurs: dict[str, Any] = getattr(form, "cleaned_data", {})
    rayon, site = valeurs.get("rayon", ""), valeurs.get("site", "")
    return Voulu(
        valeurs.get("mode") or Mode.PRESENTIEL,
        max(valeurs.get("du") or horloge.aujourd_hui(), horloge.aujourd_hui()),
        origine(personne) if personne else None,
        int(rayon) if rayon else None,
        int(site) if site else None,
        conseiller,
    )


def creneau_choisi(vue: Regard, request: HttpRequest, *, sauf: RendezVous | None = None) -> Creneau:
    """The slot that was chosen, as it is now, with its mode.

    Raises ActeRefuse when none was, or when no plage opens it any more.
    """
    cle = request.POST.get("creneau", "")
    if not cle:
        raise refuser("SANS_CRENEAU", "Aucun créneau n'est choisi.", "Choisissez-en un dans la liste.", "")
    identifiant = cle.partition("@")[0]
    plages = acces.plages(vue).filter(pk=int(identifiant)) if identifiant.isdecimal() else []
    trouve = retrouver(plages, cle, apres=horloge.maintenant(), sauf=sauf)
    if trouve is None:
        raise refuser("FERME", "Ce créneau n'est plus proposé.", "Choisissez-en un autre : la liste est à jour.", "")
    return trouve


@action("agenda.reserver")
@require_http_methods(["GET", "POST"])
def prendre(request: HttpRequest, pk: int) -> HttpResponse:
    """The first free slots for a person, the nearest of each day first."""
    vue, connue = personne_ou_404(request, pk)
    personne, le = connue.principale, horloge.aujourd_hui()
    sites = list(acces.sites_ouverts(vue, le))
    demande = request.GET.copy()
    form = CreneauxForm(demande or {"mode": Mode.PRESENTIEL, "rayon": "30", "du": le}, sites=sites)
    voulu = voulu_de(form, personne)
    refus: Any = ()
    if request.method == "POST":
        pris: list[Participation] = []

        def faire() -> None:
            pris.append(
                reserver(
                    creneau_choisi(vue, request),
                    personne,
                    demande_le=jour_de_la_demande(personne, le),
                    par=acteur(request),
                    a=horloge.maintenant(),
                )
            )

        refus = agir(faire, form)
        if refus is None:
            messages.success(request, "Le rendez-vous est pris.")
            return redirect("agenda:rendez_vous", pk=pris[0].rendez_vous_id)
    trouves = premiers(vue, voulu, apres=horloge.maintenant(), combien=PROPOSES)
    contexte = {
        "personne": personne,
        "form": form,
        "mode": Mode(voulu.mode),
        "sur_place": voulu.mode == Mode.PRESENTIEL,
        "jours": par_jour(trouves),
        "limite": limite_du_premier(personne, le),
        "suite": trouves[-1].debut_sur_place.date() + timedelta(days=1) if len(trouves) == PROPOSES else None,
        "refus": refus or (),
        "sites": sites,
        "ateliers": _ateliers(vue),
    }
    return render(request, "agenda/prendre.html", contexte, status=422 if refus else 200)


def _ateliers(vue: Regard) -> list[RendezVous]:
    """The next workshops."""
    prevus = acces.rendez_vous(vue).filter(
        genre=Genre.COLLECTIF, etat=EtatRendezVous.PREVU, debut__gt=horloge.maintenant()
    )
    return list(prevus[:20])


@action("agenda.reserver")
@require_http_methods(["GET", "POST"])
def autre_horaire(request: HttpRequest, pk: int) -> HttpResponse:
    """Any time agreed with the person."""
    vue, connue = personne_ou_404(request, pk)
    personne, le = connue.principale, horloge.aujourd_hui()
    gens, sites = list(acces.conseillers(vue, le)), list(acces.sites_ouverts(vue, le))
    initiales = {"conseiller": str(vue.personne.pk), "mode": Mode.PRESENTIEL, "minutes": 60, "le": le}
    form = AutreHoraireForm(request.POST or None, initial=initiales, conseillers=gens, sites=sites)

    def faire() -> None:
        donnees = form.cleaned_data
        site: Site = choisi(sites, donnees["site"])
        debut = instant(site, donnees["le"], donnees["heure"])
        fixer(
            choisi(gens, donnees["conseiller"]),
            site,
            personne,
            debut=debut,
            fin=debut + timedelta(minutes=donnees["minutes"]),
            mode=donnees["mode"],
            lien=donnees["lien"],
            demande_le=jour_de_la_demande(personne, le),
            par=acteur(request),
            a=horloge.maintenant(),
        )

    return acte(
        request,
        form,
        faire,
        titre="Fixer un autre horaire",
        bouton="Prendre le rendez-vous",
        fait="Le rendez-vous est pris.",
        retour=reverse("dossiers:dossier", args=[personne.pk]),
        fil=(personne.nom_complet, reverse("dossiers:dossier", args=[personne.pk])),
        explication="Pour une heure convenue avec la personne, même hors des plages ouvertes.",
    )


@action("agenda.reserver")
@require_POST
def inscrire_a_l_atelier(request: HttpRequest, pk: int, personne: int) -> HttpResponse:
    """Give a person a place in a workshop, or put them on its waiting list when it is full."""
    vue, atelier = rendez_vous_ou_404(request, pk)
    _, connue = personne_ou_404(request, personne)
    le, maintenant = horloge.aujourd_hui(), horloge.maintenant()
    commun: dict[str, Any] = {"demande_le": jour_de_la_demande(connue.principale, le), "a": maintenant}
    attente = "attendre" in request.POST

    def faire() -> None:
        if attente:
            attendre(connue, site=atelier.site, rendez_vous=atelier, **commun)
        else:
            inscrire(atelier, connue, par=acteur(request), **commun)

    return _dire(request, vue, connue, faire, "Elle est sur la liste d'attente." if attente else "La place est prise.")


@action("agenda.reserver")
@require_POST
def attendre_au_site(request: HttpRequest, pk: int, personne: int) -> HttpResponse:
    """Put a person on the waiting list of a site."""
    vue, site = site_ou_404(request, pk)
    _, connue = personne_ou_404(request, personne)
    le = jour_de_la_demande(connue.principale, horloge.aujourd_hui())
    return _dire(
        request,
        vue,
        connue,
        lambda: attendre(connue, site=site, demande_le=le, a=horloge.maintenant()),
        f"{connue.principale.nom_complet} attend une place : {site.libelle}.",
    )


def _dire(request: HttpRequest, vue: Regard, personne: Beneficiaire, faire: Any, fait: str) -> HttpResponse:
    """Do, say it or say why not, and go back to the choice of an appointment."""
    refus = agir(faire, CreneauxForm(sites=()))
    if refus is None:
        messages.success(request, fait)
    for refuse in refus or ():
        messages.error(request, f"{refuse.raison} {refuse.suite}")
    return redirect("agenda:prendre", pk=personne.principale.pk)
