"""Pages of the administrator: accounts, one account, what is decided about it, organisations."""

import secrets
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cepage.fondations.comptes.acces import action
from cepage.fondations.comptes.administration import selectors, services
from cepage.fondations.comptes.administration.forms import (
    FiltreComptes,
    FinForm,
    MotifForm,
    OrganisationForm,
    OuvrirForm,
    Recherche,
    RoleForm,
)
from cepage.fondations.comptes.administration.services import Acte
from cepage.fondations.comptes.enums import Role
from cepage.fondations.comptes.models import Attribution, Organisation, Personne
from cepage.fondations.socle import horloge
from cepage.fondations.socle.tableur import piece_jointe

PAR_PAGE = 50
RECHERCHES_GARDEES = 10
_SESSION = "recherches_de_comptes"
_GERER = action("comptes.administrer")


def _acte(request: HttpRequest) -> Acte:
    assert isinstance(request.user, Personne)
    return Acte(request.user, horloge.maintenant())


def _comptes(request: HttpRequest) -> tuple[FiltreComptes, str, "QuerySet[Personne, Personne]"]:
    le = horloge.aujourd_hui()
    filtre = FiltreComptes(request.GET)
    choisis = filtre.cleaned_data if filtre.is_valid() else {}
    texte: str = request.session.get(_SESSION, {}).get(request.GET.get("recherche", ""), "")
    return filtre, texte, selectors.filtrer(selectors.comptes(le), texte=texte, le=le, **choisis)


@_GERER
@require_GET
def liste(request: HttpRequest) -> HttpResponse:
    """The accounts, by filters."""
    filtre, texte, lignes = _comptes(request)
    contexte = {
        "filtre": filtre,
        "recherche": Recherche(initial={"texte": texte}),
        "texte": texte,
        "filtree": bool(texte) or any(filtre.cleaned_data.values() if filtre.is_valid() else ()),
        "page": Paginator(lignes, PAR_PAGE).get_page(request.GET.get("page")),
        "parametres": request.GET.urlencode(),
    }
    return render(request, "administration/liste.html", contexte)


@_GERER
@require_POST
def chercher(request: HttpRequest) -> HttpResponse:
    """Keep the words in the session and lead to the list: a name in an address would stay in logs and histories."""
    form = Recherche(request.POST)
    texte = form.cleaned_data["texte"] if form.is_valid() else ""
    if not texte:
        return redirect("administration:liste")
    jeton = secrets.token_urlsafe(8)
    gardees = list(request.session.get(_SESSION, {}).items())[1 - RECHERCHES_GARDEES :]
    request.session[_SESSION] = dict([*gardees, (jeton, texte)])
    return redirect(reverse("administration:liste") + "?" + urlencode({"recherche": jeton}))


@_GERER
@require_GET
def exporter(request: HttpRequest, extension: str) -> HttpResponse:
    """The accounts of the list, as CSV or ODS."""
    _, _, lignes = _comptes(request)
    return piece_jointe(extension, "comptes", selectors.COLONNES, map(selectors.en_ligne, lignes), feuille="Comptes")


@_GERER
@require_http_methods(["GET", "POST"])
def ouvrir(request: HttpRequest) -> HttpResponse:
    """Open an account with its first role, and invite its person."""
    form = OuvrirForm(request.POST or None, initial={"debut": horloge.aujourd_hui()})

    def geste(lu: dict[str, Any]) -> HttpResponse:
        personne = services.ouvrir(_acte(request), **lu | {"role": Role(lu["role"])})
        return _inviter(request, personne, f"Le compte de {personne} est ouvert.")

    return _formulaire(request, form, geste, "Ouvrir un compte", "Ouvrir le compte et envoyer l'invitation")


def _formulaire(
    request: HttpRequest,
    form: forms.BaseForm,
    geste: Callable[[dict[str, Any]], HttpResponse],
    titre: str,
    bouton: str,
    *,
    intro: str = "",
    personne: Personne | None = None,
) -> HttpResponse:
    """One form, one decision: what refuses it is said on the form, and nothing typed is lost."""
    if request.method == "POST" and form.is_valid():
        try:
            return geste(form.cleaned_data)
        except ValidationError as refus:
            for champ, phrases in getattr(refus, "error_dict", {None: refus.messages}).items():
                form.add_error(champ if champ in form.fields else None, phrases)
    contexte = {"form": form, "titre": titre, "bouton": bouton, "intro": intro, "personne": personne}
    return render(request, "administration/formulaire.html", contexte, status=422 if form.errors else 200)


def _inviter(request: HttpRequest, personne: Personne, fait: str) -> HttpResponse:
    if services.inviter(personne, request.build_absolute_uri("/").rstrip("/")):
        messages.success(request, f"{fait} L'invitation est partie à {personne.email}.")
    else:
        messages.error(request, f"{fait} Mais le courriel n'est pas parti : renvoyez l'invitation dans un moment.")
    return redirect("administration:compte", compte=personne.pk)


@_GERER
@require_GET
def compte(request: HttpRequest, compte: int) -> HttpResponse:
    """One account: who, roles, state, what was decided about it."""
    personne = get_object_or_404(selectors.comptes(horloge.aujourd_hui()), pk=compte)
    contexte = {
        "personne": personne,
        "attributions": personne.attributions.order_by("-debut", "role"),
        "en_cours": {a.pk for a in personne.roles_du_jour},  # type: ignore[attr-defined]
        "entrees": selectors.entrees(personne),
    }
    return render(request, "administration/compte.html", contexte)


@_GERER
@require_POST
def inviter(request: HttpRequest, compte: int) -> HttpResponse:
    """Send the invitation again."""
    return _inviter(request, get_object_or_404(Personne, pk=compte, is_active=True), "Le lien précédent ne sert plus.")


@_GERER
@require_http_methods(["GET", "POST"])
def donner_role(request: HttpRequest, compte: int) -> HttpResponse:
    """Give a role."""
    personne = get_object_or_404(Personne, pk=compte)
    form = RoleForm(request.POST or None, initial={"debut": horloge.aujourd_hui()})

    def geste(lu: dict[str, Any]) -> HttpResponse:
        services.donner_role(_acte(request), personne, **lu | {"role": Role(lu["role"])})
        return _revenir(request, personne, "Le rôle est donné.")

    return _formulaire(request, form, geste, f"Donner un rôle à {personne}", "Donner le rôle", personne=personne)


def _revenir(request: HttpRequest, personne: Personne, fait: str) -> HttpResponse:
    messages.success(request, fait)
    return redirect("administration:compte", compte=personne.pk)


@_GERER
@require_http_methods(["GET", "POST"])
def finir_role(request: HttpRequest, compte: int, attribution: int) -> HttpResponse:
    """End a role on a day."""
    tenue = get_object_or_404(Attribution.objects.select_related("personne"), pk=attribution, personne=compte)
    form = FinForm(request.POST or None, debut=tenue.debut, initial={"fin": tenue.fin or horloge.aujourd_hui()})

    def geste(lu: dict[str, Any]) -> HttpResponse:
        services.finir_role(_acte(request), tenue, lu["fin"])
        return _revenir(request, tenue.personne, "La fin du rôle est enregistrée.")

    titre = f"Mettre fin au rôle « {tenue.get_role_display()} » de {tenue.personne}"
    return _formulaire(request, form, geste, titre, "Mettre fin au rôle", personne=tenue.personne)


def _avec_motif(
    request: HttpRequest,
    compte: int,
    geste: Callable[[Acte, Personne, str], None],
    titre: str,
    bouton: str,
    intro: str,
    fait: str,
    *,
    invite: bool = False,
) -> HttpResponse:
    personne = get_object_or_404(Personne, pk=compte)

    def decider(lu: dict[str, Any]) -> HttpResponse:
        geste(_acte(request), personne, lu["motif"])
        return _inviter(request, personne, fait) if invite else _revenir(request, personne, fait)

    form = MotifForm(request.POST or None)
    return _formulaire(request, form, decider, f"{titre} {personne}", bouton, intro=intro, personne=personne)


@_GERER
@require_http_methods(["GET", "POST"])
def fermer(request: HttpRequest, compte: int) -> HttpResponse:
    """Close an account."""
    intro = "La personne ne se connecte plus, tout de suite. Ce qu'elle a fait reste. Le compte peut être rouvert."
    fait = "Le compte est fermé."
    return _avec_motif(request, compte, services.fermer, "Fermer le compte de", "Fermer le compte", intro, fait)


@_GERER
@require_http_methods(["GET", "POST"])
def rouvrir(request: HttpRequest, compte: int) -> HttpResponse:
    """Open a closed account again."""
    intro = "La personne retrouve ses rôles. Elle choisit un nouveau mot de passe par le lien de l'invitation."
    gestes = ("Rouvrir le compte de", "Rouvrir le compte", intro, "Le compte est rouvert.")
    return _avec_motif(request, compte, services.rouvrir, *gestes, invite=True)


@_GERER
@require_http_methods(["GET", "POST"])
def second_facteur(request: HttpRequest, compte: int) -> HttpResponse:
    """Forget the second factors of a person who lost them."""
    intro = (
        "Assurez-vous d'abord que c'est bien cette personne qui le demande. Ses sessions se ferment ; elle choisit un "
        "nouveau mot de passe par le lien envoyé à son adresse, puis un nouveau second facteur."
    )
    gestes = (
        "Réinitialiser le second facteur de",
        "Réinitialiser le second facteur",
        intro,
        "Le second facteur est oublié.",
    )
    return _avec_motif(request, compte, services.reinitialiser_second_facteur, *gestes, invite=True)


@_GERER
@require_GET
def organisations(request: HttpRequest) -> HttpResponse:
    """Every organisation, with its open accounts."""
    ouverts = Count("personnes", filter=Q(personnes__is_active=True))
    lignes = Organisation.objects.annotate(ouverts=ouverts).order_by("nom")
    page = Paginator(lignes, PAR_PAGE).get_page(request.GET.get("page"))
    return render(request, "administration/organisations.html", {"page": page})


@_GERER
@require_http_methods(["GET", "POST"])
def organisation(request: HttpRequest, organisation: int | None = None) -> HttpResponse:
    """Create an organisation, or change its name and lots."""
    tenue = get_object_or_404(Organisation, pk=organisation) if organisation else None
    form = OrganisationForm(request.POST or None, instance=tenue)

    def geste(lu: dict[str, Any]) -> HttpResponse:
        services.enregistrer_organisation(_acte(request), form.save(commit=False))
        messages.success(request, f"{lu['nom']} est enregistrée.")
        return redirect("administration:organisations")

    titre = f"Modifier {tenue}" if tenue else "Ajouter une organisation"
    return _formulaire(request, form, geste, titre, "Enregistrer l'organisation")
