"""Pages of the sealed journal: where it stands, its anchors, its verification."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET, require_http_methods

from cepage.fondations.comptes.acces import action
from cepage.fondations.journal import selectors
from cepage.fondations.journal.models import Ancre
from cepage.fondations.journal.presentation import tableau_des_ancres
from cepage.fondations.socle import horloge

ANCRES_MONTREES = 30


@action("journal.verifier")
@require_http_methods(["GET", "POST"])
def journal(request: HttpRequest) -> HttpResponse:
    """The state of the journal; on demand, its whole verification. No content of an entry is shown."""
    contexte = {
        "etat": selectors.etat(horloge.maintenant()),
        "tableau": tableau_des_ancres(Ancre.objects.all()[:ANCRES_MONTREES]),
        "verdict": selectors.verifier() if request.method == "POST" else None,
    }
    return render(request, "journal/journal.html", contexte)


@action("journal.verifier")
@require_GET
def jeton(request: HttpRequest, numero: int) -> HttpResponse:
    """The token of an anchor, to keep elsewhere."""
    ancre = get_object_or_404(Ancre, numero=numero)
    reponse = HttpResponse(bytes(ancre.jeton), content_type="application/timestamp-reply")
    reponse["Content-Disposition"] = f'attachment; filename="journal-{numero}.tsr"'
    return reponse
