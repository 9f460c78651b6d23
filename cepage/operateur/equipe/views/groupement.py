"""Mon groupement, one member, the units behind a result, who works for whom."""

from collections.abc import Callable
from typing import Any

from django import forms as formulaires
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from cepage.fondations.comptes.acces import action, peut
from cepage.fondations.comptes.models import Personne
from cepage.fondations.socle import horloge
from cepage.fondations.socle.tableur import piece_jointe
from cepage.operateur.agenda.models import Site
from cepage.operateur.dossiers.selectors import listes
from cepage.operateur.dossiers.selectors.dossier import ce_qui_reste
from cepage.operateur.dossiers.selectors.regard import regard
from cepage.operateur.dossiers.views.commun import agir
from cepage.operateur.equipe import forms
from cepage.operateur.equipe.models import Membre
from cepage.operateur.equipe.selectors import groupement as lecture
from cepage.operateur.equipe.services import groupement as services

PAR_PAGE = 30
_FORME = require_http_methods(["GET", "POST"])


def _annee(request: HttpRequest) -> tuple[forms.AnneeForm, int]:
    le = horloge.aujourd_hui()
    filtre = forms.AnneeForm(request.GET if "annee" in request.GET else None, initial={"annee": le.year})
    return filtre, (filtre.cleaned_data["annee"] if filtre.is_valid() else None) or le.year


@action("equipe.lire")
@require_GET
def accueil(request: HttpRequest) -> HttpResponse:
    """The groupement: what is due, late, refused; each member, its sites, its results of the year."""
    vue, le = regard(request), horloge.aujourd_hui()
    filtre, annee = _annee(request)
    contexte = {
        "le": le,
        "filtre": filtre,
        "annee": annee,
        "comptes": listes.comptes(listes.accompagnements(vue), le),
        "lignes": lecture.groupement(vue, le, annee),
        "peut_tenir": peut(request, "groupement.tenir"),
        "peut_transmettre": peut(request, "dossiers.transmettre"),
    }
    return render(request, "equipe/groupement.html", contexte)


@action("equipe.lire")
@require_GET
def exporter(request: HttpRequest, extension: str) -> HttpResponse:
    """The results of each member in a year, as CSV or ODS."""
    _, annee = _annee(request)
    lignes = lecture.groupement(regard(request), horloge.aujourd_hui(), annee)
    colonnes = ("membre", "qualité", "entrée", "sortie", "sites", "unité", *lecture.RESULTATS.values())
    rangees = [
        (
            *(x.nom, x.membre.get_qualite_display() if x.membre else "Mandataire"),
            *((x.membre.debut, x.membre.fin) if x.membre else (None, None)),
            *(x.sites, libelle, *(combien for _, combien in nombres)),
        )
        for x in lignes
        for _, libelle, nombres in lecture.detail(x)
    ]
    return piece_jointe(extension, f"groupement_{annee}", colonnes, rangees, feuille=str(annee))


@action("equipe.lire")
@require_GET
def membre(request: HttpRequest, membre: int) -> HttpResponse:
    """One member: its period, its people, its sites, its results by unit."""
    vue, le = regard(request), horloge.aujourd_hui()
    filtre, annee = _annee(request)
    tenu = get_object_or_404(lecture.membres(vue), pk=membre)
    ligne = next(x for x in lecture.groupement(vue, le, annee) if x.cle == str(tenu.pk))
    contexte = {
        "membre": tenu,
        "ligne": ligne,
        "filtre": filtre,
        "annee": annee,
        "detail": lecture.detail(ligne),
        "resultats": lecture.RESULTATS.values(),
        "gens": Personne.objects.filter(rattachement__membre=tenu).order_by("nom", "prenom"),
        "sites": Site.objects.filter(membre=tenu, lot__in=vue.lots).order_by("libelle"),
        "peut_tenir": peut(request, "groupement.tenir"),
    }
    return render(request, "equipe/membre.html", contexte)


@action("equipe.lire")
@require_GET
def resultats(request: HttpRequest, quoi: str) -> HttpResponse:
    """The units behind a number of the groupement."""
    if quoi not in lecture.RESULTATS:
        raise Http404
    vue, le = regard(request), horloge.aujourd_hui()
    _, annee = _annee(request)
    choisies = lecture.unites(vue, quoi, annee).select_related("beneficiaire__fusionne_dans", "referent")
    demande = request.GET.get("membre", "")
    if demande == lecture.SANS_MEMBRE:
        choisies = choisies.filter(membre__isnull=True)
    elif demande.isdecimal():
        choisies = choisies.filter(membre=int(demande))
    if uo := request.GET.get("uo", ""):
        choisies = choisies.filter(uo=uo)
    page = Paginator(choisies.order_by("date_engagement", "id"), PAR_PAGE).get_page(request.GET.get("page"))
    titre = f"{lecture.RESULTATS[quoi]} en {annee}"
    contexte = {"titre": titre, "page": page, "lignes": [(u, ce_qui_reste(u, le)) for u in page]}
    return render(request, "equipe/resultats.html", contexte)


def _formulaire(
    request: HttpRequest,
    form: formulaires.Form,
    faire: Callable[[], Any],
    suite: Callable[[], HttpResponse],
    *,
    titre: str,
    bouton: str,
    fait: str,
) -> HttpResponse:
    if request.method == "POST" and form.is_valid() and agir(faire, form) is None:
        messages.success(request, fait)
        return suite()
    contexte = {"form": form, "titre": titre, "bouton": bouton}
    return render(request, "equipe/formulaire_groupement.html", contexte, status=422 if form.errors else 200)


@action("groupement.tenir")
@_FORME
def ajouter(request: HttpRequest) -> HttpResponse:
    """Bring a member in."""
    vue = regard(request)
    form = forms.MembreForm(request.POST or None, initial={"debut": horloge.aujourd_hui()})
    return _formulaire(
        request,
        form,
        lambda: services.tenir_un_membre(None, emetteur=vue.emetteur, **form.cleaned_data),
        lambda: redirect("equipe:groupement"),
        titre="Ajouter un membre",
        bouton="Ajouter le membre",
        fait="Le membre est dans le groupement.",
    )


@action("groupement.tenir")
@_FORME
def modifier(request: HttpRequest, membre: int) -> HttpResponse:
    """Mend a member, or note its exit."""
    vue = regard(request)
    tenu: Membre = get_object_or_404(lecture.membres(vue), pk=membre)
    champs = list(forms.MembreForm.base_fields)
    form = forms.MembreForm(request.POST or None, initial={nom: getattr(tenu, nom) for nom in champs})
    return _formulaire(
        request,
        form,
        lambda: services.tenir_un_membre(tenu, emetteur=vue.emetteur, **form.cleaned_data),
        lambda: redirect("equipe:membre", membre=tenu.pk),
        titre=f"Modifier {tenu.nom}",
        bouton="Enregistrer le membre",
        fait="Le membre est à jour.",
    )


@action("groupement.tenir")
@_FORME
def rattacher(request: HttpRequest, pk: int) -> HttpResponse:
    """Say whom a person works for."""
    vue, le = regard(request), horloge.aujourd_hui()
    personne = get_object_or_404(Personne.objects.filter(organisation=vue.personne.organisation_id), pk=pk)
    membres = list(lecture.membres(vue))
    rattachement = getattr(personne, "rattachement", None)
    initial = {"membre": rattachement.membre_id if rattachement else ""}
    form = forms.RattachementForm(request.POST or None, membres=membres, initial=initial)

    def faire() -> None:
        choisi = next((m for m in membres if str(m.pk) == form.cleaned_data["membre"]), None)
        services.rattacher(personne, choisi, le=le)

    return _formulaire(
        request,
        form,
        faire,
        lambda: redirect("equipe:conseiller", pk=personne.pk),
        titre=f"{personne.nom_complet} : pour qui ?",
        bouton="Enregistrer",
        fait="C'est noté. Les gens d'un sous-traitant ne voient que ses dossiers.",
    )
