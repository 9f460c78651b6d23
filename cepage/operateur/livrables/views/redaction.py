"""Writing: the list, the page that saves as one types, the conflict of two people, the history, the exports."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from cepage.fondations.comptes.acces import action, peut
from cepage.fondations.socle import horloge
from cepage.operateur.dossiers.services import ActeRefuse
from cepage.operateur.livrables import documents, selectors, services
from cepage.operateur.livrables.enums import EtatLivrable
from cepage.operateur.livrables.forms import FiltreLivrables, RedactionForm
from cepage.operateur.livrables.models import Livrable
from cepage.operateur.livrables.trame import trame
from cepage.operateur.livrables.views import commun

PAR_PAGE = 50


@action("livrable.lire")
@require_GET
def liste(request: HttpRequest) -> HttpResponse:
    """The livrables to write, to have signed, signed."""
    filtre = FiltreLivrables(request.GET)
    choisis = filtre.cleaned_data if filtre.is_valid() else {}
    unites = selectors.a_suivre(commun.personne(request), **choisis)
    page = Paginator(unites, PAR_PAGE).get_page(request.GET.get("page"))
    contexte = {
        "filtre": filtre,
        "filtree": any(choisis.values()),
        "page": page,
        "lignes": [selectors.ligne(unite, horloge.aujourd_hui()) for unite in page],
        "peut_rediger": peut(request, "livrable.rediger"),
    }
    return render(request, "livrables/liste.html", contexte)


@action("livrable.rediger")
@require_POST
def commencer(request: HttpRequest, numero: str) -> HttpResponse:
    """Open the livrable of a unit, blank."""
    unite = get_object_or_404(selectors.unites_visibles(commun.personne(request)), numero_dossier=numero)
    try:
        livrable = services.commencer(unite, par=commun.acteur(request), a=horloge.maintenant())
    except ActeRefuse as refus:
        for phrase in commun.phrases(refus):
            messages.error(request, phrase)
        return redirect("livrables:liste")
    return redirect("livrables:livrable", pk=livrable.pk)


@action("livrable.lire")
@require_GET
def livrable(request: HttpRequest, pk: int) -> HttpResponse:
    """The livrable: written here while it may change, read otherwise."""
    courant = commun.livrable(request, pk)
    if courant.etat == EtatLivrable.REDACTION and peut(request, "livrable.rediger"):
        return _page(request, courant, _formulaire(courant))
    signature = selectors.signature_en_cours(courant)
    contexte = {
        **_commun(request, courant),
        "sections": [(s, s.lisible(courant.textes.get(s.code, ""))) for s in trame(courant.type_livrable).sections],
        "signature": signature,
        "courriels": list(signature.courriels.all()) if signature else [],
        "expiree": bool(signature and signature.expire_le and signature.expire_le <= horloge.maintenant()),
    }
    return render(request, "livrables/lecture.html", contexte)


def _formulaire(courant: Livrable) -> RedactionForm:
    return RedactionForm(courant.type_livrable, initial={**courant.textes, "version": courant.version})


def _commun(request: HttpRequest, courant: Livrable) -> dict[str, object]:
    unite, le = courant.unite, horloge.aujourd_hui()
    return {
        "livrable": courant,
        "unite": unite,
        "titre": courant.get_type_livrable_display(),
        "manquantes": trame(courant.type_livrable).manquantes(courant.textes),
        "echue": bool(unite.ouverte and unite.echeance and unite.echeance < le),
        "peut_rediger": peut(request, "livrable.rediger"),
        "clause": trame(courant.type_livrable).clause,
    }


def _page(request: HttpRequest, courant: Livrable, form: RedactionForm, *, status: int = 200) -> HttpResponse:
    contexte = {
        **_commun(request, courant),
        "form": form,
        "refus": selectors.dernier_refus(courant),
        "reprise": services.peut_reprendre(courant),
        "versions": courant.versions.count(),
    }
    return render(request, "livrables/redaction.html", contexte, status=status)


@action("livrable.rediger")
@require_POST
def enregistrer(request: HttpRequest, pk: int) -> HttpResponse:
    """Save what is typed; by HTMX, answers the state of the saving alone."""
    courant = commun.livrable(request, pk)
    form = RedactionForm(courant.type_livrable, request.POST)
    fragment = bool(getattr(request, "htmx", False))
    if not form.is_valid():
        if fragment:
            return render(request, "livrables/_etat.html", {"livrable": courant, "invalide": True})
        return _page(request, courant, form, status=422)
    try:
        enregistre = services.enregistrer(
            courant,
            form.textes,
            version=form.cleaned_data["version"],
            par=commun.acteur(request),
            a=horloge.maintenant(),
        )
    except services.TexteModifie as conflit:
        return _conflit(request, conflit.courant, form, fragment=fragment)
    except ActeRefuse as refus:
        if fragment:
            return render(request, "livrables/_etat.html", {"livrable": courant, "phrases": commun.phrases(refus)})
        for phrase in commun.phrases(refus):
            messages.error(request, phrase)
        return redirect("livrables:livrable", pk=pk)
    if fragment:
        manquantes = trame(enregistre.type_livrable).manquantes(enregistre.textes)
        contexte = {"livrable": enregistre, "manquantes": manquantes, "enregistre": True}
        return render(request, "livrables/_etat.html", contexte)
    messages.success(request, "Le texte est enregistré.")
    return redirect("livrables:livrable", pk=pk)


def _conflit(request: HttpRequest, courant: Livrable, form: RedactionForm, *, fragment: bool) -> HttpResponse:
    """Both texts, side by side; mine stay in the form, to be saved over theirs or not, section by section."""
    if fragment:
        return render(request, "livrables/_etat.html", {"livrable": courant, "conflit": True})
    donnees = {**form.textes, "version": courant.version}
    contexte = {
        **_commun(request, courant),
        "form": RedactionForm(courant.type_livrable, donnees),
        "ecarts": selectors.ecarts(courant, form.textes),
    }
    return render(request, "livrables/conflit.html", contexte, status=409)


@action("livrable.rediger")
@require_POST
def reprendre(request: HttpRequest, pk: int) -> HttpResponse:
    """Carry the état des lieux over into the empty sections."""
    courant = commun.livrable(request, pk)
    try:
        services.reprendre(courant, version=courant.version, par=commun.acteur(request), a=horloge.maintenant())
    except ActeRefuse as refus:
        for phrase in commun.phrases(refus):
            messages.error(request, phrase)
    else:
        messages.success(request, "L'état des lieux est repris dans les rubriques vides : relisez-le avec la personne.")
    return redirect("livrables:livrable", pk=pk)


@action("livrable.lire")
@require_GET
def versions(request: HttpRequest, pk: int) -> HttpResponse:
    """The history of the text; `?version=` shows one."""
    courant = commun.livrable(request, pk)
    gardees = list(courant.versions.all())
    demandee = request.GET.get("version", "")
    montree = next((v for v in gardees if str(v.numero) == demandee), None)
    if demandee and montree is None:
        raise Http404
    contexte = {
        **_commun(request, courant),
        "versions": gardees,
        "montree": montree,
        "sections": [(s, s.lisible(montree.textes.get(s.code, ""))) for s in trame(courant.type_livrable).sections]
        if montree
        else [],
    }
    return render(request, "livrables/versions.html", contexte)


@action("livrable.lire")
@require_GET
def exporter(request: HttpRequest, pk: int, format_: str) -> HttpResponse:
    """The text as it is, PDF or ODT, to read or print."""
    courant = commun.livrable(request, pk)
    nom = f"{courant.unite.numero_dossier}_{courant.type_livrable}_v{courant.version}.{format_}"
    if format_ == "pdf":
        return commun.fichier(documents.en_pdf(courant, le=horloge.maintenant()), nom)
    if format_ == "odt":
        return commun.fichier(documents.en_odt(courant), nom, "application/vnd.oasis.opendocument.text")
    raise Http404
