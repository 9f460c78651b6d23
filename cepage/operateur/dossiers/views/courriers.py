"""The mails of the team: what waits to leave, what came back and waits for a dossier."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from cepage.fondations.comptes.acces import action
from cepage.fondations.socle import horloge
from cepage.operateur.dossiers.enums import SortDuRecu
from cepage.operateur.dossiers.forms import RattachementForm
from cepage.operateur.dossiers.models import CourrielRecu
from cepage.operateur.dossiers.selectors.regard import Regard, regard
from cepage.operateur.dossiers.services import reponses
from cepage.operateur.dossiers.views.commun import acteur, agir

MONTRES = 50


@action("dossiers.tenir")
@require_GET
def liste(request: HttpRequest) -> HttpResponse:
    """The messages to join to a dossier, the oldest first; the mails that did not leave."""
    return _page(request, regard(request))


def _page(request: HttpRequest, vue: Regard, **plus: object) -> HttpResponse:
    attente = vue.recus().filter(sort=SortDuRecu.A_RATTACHER).select_related("beneficiaire")
    contexte = {
        "recus": [(recu, _form(recu)) for recu in attente[:MONTRES]],
        "combien": attente.count(),
        "sortants": vue.sortants()[:MONTRES],
        "combien_sortants": vue.sortants().count(),
        **plus,
    }
    return render(request, "dossiers/courriels.html", contexte, status=422 if plus else 200)


def _form(recu: CourrielRecu) -> RattachementForm:
    connue = recu.beneficiaire.identifiant_beneficiaire if recu.beneficiaire else ""
    return RattachementForm(initial={"identifiant": connue}, prefix=str(recu.pk))


@action("dossiers.tenir")
@require_POST
def rattacher(request: HttpRequest, pk: int) -> HttpResponse:
    """Join a message to its person, as their answer."""
    vue = regard(request)
    recu = get_object_or_404(vue.recus(), pk=pk)
    form = RattachementForm(request.POST, prefix=str(pk))
    if not form.is_valid():
        return _page(request, vue, faute=next(iter(form.errors.values()))[0])
    identifiant = form.cleaned_data["identifiant"]
    personne = vue.beneficiaires().filter(identifiant_beneficiaire=identifiant).first()
    if personne is None:
        return _page(request, vue, faute=f"Aucune personne n'a l'identifiant « {identifiant} ». Relisez son dossier.")
    refus = agir(
        lambda: reponses.rattacher(recu, personne.principale, par=acteur(request), a=horloge.maintenant()), form
    )
    if refus is not None:
        return _page(request, vue, refus=refus)
    messages.success(request, "La réponse est au dossier de la personne.")
    return redirect("dossiers:courriels")


@action("dossiers.tenir")
@require_POST
def ecarter(request: HttpRequest, pk: int) -> HttpResponse:
    """Leave a message out of the dossiers."""
    vue = regard(request)
    recu = get_object_or_404(vue.recus(), pk=pk)
    refus = agir(lambda: reponses.ecarter(recu, par=acteur(request)), RattachementForm())
    if refus is not None:
        return _page(request, vue, refus=refus)
    messages.success(request, "Le message est écarté ; il n'entre dans aucun dossier.")
    return redirect("dossiers:courriels")
