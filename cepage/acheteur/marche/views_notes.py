"""Pages of the contractual notes: those in reach, one of them with who has read it, publishing, acknowledging."""

from datetime import timedelta

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cepage.acheteur.marche import notes as services
from cepage.acheteur.marche import selectors
from cepage.acheteur.marche.forms import NoteForm
from cepage.acheteur.marche.models import NoteContractuelle
from cepage.acheteur.marche.presentation import nom_du_lot
from cepage.fondations.comptes.acces import Perimetre, action, autoriser, peut
from cepage.fondations.comptes.models import Personne
from cepage.fondations.socle import horloge

PAR_PAGE = 25


@action("marche.lire")
@require_GET
def notes(request: HttpRequest) -> HttpResponse:
    """The notes within reach, the last published first."""
    perimetre: Perimetre = request.perimetre  # type: ignore[attr-defined]
    page = Paginator(services.notes(perimetre.lots), PAR_PAGE).get_page(request.GET.get("page"))
    contexte = {
        "page": page,
        "suivis": services.suivis(list(page.object_list), _siens(request)),
        "aujourd_hui": horloge.aujourd_hui(),
        "peut_publier": peut(request, "notes.publier"),
        "operateur": _est_operateur(request),
    }
    return render(request, "marche/notes.html", contexte)


@action("marche.lire")
@require_GET
def note(request: HttpRequest, numero: str) -> HttpResponse:
    """One note, what it replaces or what replaces it, and who has acknowledged it."""
    return _page(request, _lue(request, numero))


@action("notes.attester")
@require_POST
def attester(request: HttpRequest, numero: str) -> HttpResponse:
    """Say that one's organisation has read the note."""
    lue = _lue(request, numero)
    personne = request.user
    assert isinstance(personne, Personne)
    emetteur = str(personne.organisation.code_emetteur)
    try:
        services.attester(lue, emetteur, auteur=personne.nom_complet, le=horloge.maintenant())
    except services.NoteRefusee as refus:
        return _page(request, lue, refus=str(refus))
    return redirect("marche:note", numero=lue.numero)


@action("notes.publier")
@require_http_methods(["GET", "POST"])
def publier(request: HttpRequest) -> HttpResponse:
    """Publish a note; its number follows the last one of the year."""
    le = horloge.aujourd_hui()
    choix = [(lot, nom_du_lot(lot)) for lot in selectors.lots_tenus(le)]
    jours = services.preavis(le)
    form = NoteForm(request.POST or None, choix, le + timedelta(days=jours))
    if request.method == "POST" and form.is_valid():
        personne = request.user
        auteur = personne.nom_complet if isinstance(personne, Personne) else ""
        try:
            publiee = services.publier(**form.cleaned_data, auteur=auteur, publiee_le=horloge.maintenant())
        except services.NoteRefusee as refus:
            form.add_error(None, str(refus))
        else:
            return redirect("marche:note", numero=publiee.numero)
    return render(request, "marche/publier_note.html", {"form": form, "jours": jours})


def _lue(request: HttpRequest, numero: str) -> NoteContractuelle:
    perimetre: Perimetre = request.perimetre  # type: ignore[attr-defined]
    return get_object_or_404(services.notes(perimetre.lots), numero=numero)


def _est_operateur(request: HttpRequest) -> bool:
    personne = request.user
    return isinstance(personne, Personne) and bool(personne.organisation.code_emetteur)


def _siens(request: HttpRequest) -> list[str] | None:
    """An operator sees its own acknowledgement alone."""
    personne = request.user
    if isinstance(personne, Personne) and _est_operateur(request):
        return [str(personne.organisation.code_emetteur)]
    return None


def _page(request: HttpRequest, lue: NoteContractuelle, refus: str = "") -> HttpResponse:
    autoriser(request, "marche.lire").fixer()
    suivi = services.suivis([lue], _siens(request))[0]
    contexte = {
        "note": lue,
        "suivi": suivi,
        "lots": [nom_du_lot(lot) for lot in lue.lots],
        "remplacee_par": getattr(lue, "remplacee_par", None),
        "aujourd_hui": horloge.aujourd_hui(),
        "operateur": _est_operateur(request),
        "a_attester": bool(suivi.attendus) and peut(request, "notes.attester"),
        "lignes": [(t, suivi.lectures.get(t.operateur)) for t in suivi.titulaires],
        "refus": refus,
    }
    return render(request, "marche/note.html", contexte, status=409 if refus else 200)
