"""Pages of the décomptes: the list, one décompte, its lines, and the acts of the buyer and of the operator."""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cepage.acheteur.decomptes import calcul, documents, presentation, selectors, services
from cepage.acheteur.decomptes.enums import SIGNES, Etat
from cepage.acheteur.decomptes.forms import CalculForm, FiltreDecomptes, FiltreLignes, MotifForm, RemarqueForm
from cepage.acheteur.decomptes.models import Decompte
from cepage.acheteur.marche.presentation import nom_du_lot
from cepage.acheteur.marche.selectors import lots_tenus
from cepage.fondations.comptes.acces import Perimetre, action, peut, roles_de
from cepage.fondations.comptes.models import Personne
from cepage.fondations.socle import horloge
from cepage.fondations.socle.composants.pagination import paginer
from cepage.fondations.socle.composants.tableau import Tableau
from cepage.fondations.socle.tableur import TYPE_ODS
from cepage.fondations.socle.transitions import TransitionRefusee

GESTE_INCONNU = "Ce geste n'existe pas : choisissez un des boutons de la page. Rien n'a changé."
_REFERENCE = re.compile(r"(\d{4})-T([1-4])-Lot(\d{2})-([0-9A-Z]{2})")


def _perimetre(request: HttpRequest) -> Perimetre:
    perimetre: Perimetre = request.perimetre  # type: ignore[attr-defined]
    return perimetre


def _personne(request: HttpRequest) -> Personne:
    personne = request.user
    assert isinstance(personne, Personne)
    return personne


def decompte_demande(request: HttpRequest, reference: str) -> Decompte:
    """The décompte of that reference within reach. Raises Http404."""
    lue = _REFERENCE.fullmatch(reference)
    if lue is None:
        raise Http404
    annee, rang, lot, emetteur = lue.groups()
    trouve = get_object_or_404(Decompte, annee=int(annee), trimestre=int(rang), lot=lot, emetteur=emetteur)
    _perimetre(request).exiger_lot(trouve.lot)
    return trouve


def _lots(request: HttpRequest) -> list[tuple[str, str]]:
    lots = _perimetre(request).lots
    tenus = lots_tenus(horloge.aujourd_hui())
    return [(lot, nom_du_lot(lot)) for lot in tenus if lots is None or lot in lots]


@action("decompte.lire")
@require_GET
def liste(request: HttpRequest) -> HttpResponse:
    """The décomptes within reach."""
    filtre = FiltreDecomptes(request.GET, _lots(request))
    choisis = filtre.cleaned_data if filtre.is_valid() else {}
    lus = list(selectors.decomptes(_perimetre(request).lots, **choisis))
    contexte = {
        "filtre": filtre,
        "filtree": any(choisis.values()),
        "decomptes": [(d, nom_du_lot(d.lot), *SIGNES[d.etat]) for d in lus],
        "peut_arreter": peut(request, "decompte.arreter"),
        "peut_simuler": peut(request, "decompte.simuler"),
    }
    return render(request, "decomptes/liste.html", contexte)


@action("decompte.arreter")
@require_http_methods(["GET", "POST"])
def calculer(request: HttpRequest) -> HttpResponse:
    """Compute the décomptes of a lot and a quarter."""
    form = CalculForm(request.POST or None, _lots(request))
    if request.method == "POST" and form.is_valid():
        try:
            calcules = calcul.calculer(
                form.cleaned_data["lot"], form.cleaned_data["trimestre"], maintenant=horloge.maintenant()
            )
        except calcul.DecompteImpossible as refus:
            form.add_error(None, str(refus))
        else:
            return redirect("decomptes:decompte", reference=calcules[0].reference)
    return render(request, "decomptes/calculer.html", {"form": form})


@action("decompte.lire")
@require_GET
def decompte(request: HttpRequest, reference: str) -> HttpResponse:
    """One décompte: what is due, why, where it stands, what was said of it."""
    return _montrer(request, decompte_demande(request, reference), RemarqueForm(), MotifForm())


def _montrer(
    request: HttpRequest, lu: Decompte, remarque: RemarqueForm, motif: MotifForm, statut: int = 200
) -> HttpResponse:
    roles = {a.role for a in roles_de(request)}
    signe, couleur = SIGNES[lu.etat]
    postes = selectors.postes(lu)
    contexte = {
        "decompte": lu,
        "nom_lot": nom_du_lot(lu.lot),
        "signe": signe,
        "couleur": couleur,
        "postes": presentation.tableau_des_postes(lu, postes),
        "vide": not any(p.unites_closes or p.net_ht for p in postes),
        "raisons": presentation.tableau_des_raisons(lu, raisons) if (raisons := selectors.raisons(lu)) else None,
        "total": presentation.total(selectors.totaux(lu)),
        "penalites": _penalites(request, lu),
        "remarques": selectors.remarques(lu),
        "gestes": {t.vers for t in services.TRANSITIONS.transitions if t.de == lu.etat and t.roles & roles},
        "peut_remarquer": peut(request, "decompte.remarquer"),
        "remarque": remarque,
        "motif": motif,
    }
    return render(request, "decomptes/decompte.html", contexte, status=statut)


def _penalites(request: HttpRequest, lu: Decompte) -> Tableau | None:
    retenues = selectors.penalites(lu)
    return presentation.tableau_des_penalites(retenues, peut(request, "penalite.lire")) if retenues else None


@action("decompte.lire")
@require_GET
def lignes(request: HttpRequest, reference: str) -> HttpResponse:
    """The lines of a décompte, down to the unit and the version of its fiche."""
    lu = decompte_demande(request, reference)
    filtre = FiltreLignes(request.GET)
    choisis = filtre.cleaned_data if filtre.is_valid() else {}
    page = paginer(selectors.lignes(lu, **choisis), request.GET.get("apres"))
    contexte = {
        "decompte": lu,
        "filtre": filtre,
        "commande": choisis.get("commande", ""),
        "page": page,
        "tableau": presentation.tableau_des_lignes(page.lignes, peut(request, "registre.lire")),
    }
    return render(request, "decomptes/lignes.html", contexte)


@action("decompte.lire")
@require_GET
def dossier(request: HttpRequest, numero: str) -> HttpResponse:
    """What a dossier brought, décompte by décompte: the way back from the register."""
    lues = selectors.lignes_du_dossier(numero)
    for ligne in lues:
        _perimetre(request).exiger_lot(ligne.decompte.lot)
    contexte = {
        "numero": numero,
        "lignes": lues,
        "tableau": presentation.tableau_des_lignes(lues, peut(request, "registre.lire"), avec_decompte=True),
        "total": sum((ligne.montant_ht for ligne in lues), start=Decimal(0)),
        "peut_lire_registre": peut(request, "registre.lire"),
    }
    return render(request, "decomptes/dossier.html", contexte)


@action("decompte.lire")
@require_GET
def exporter(request: HttpRequest, reference: str, extension: str) -> HttpResponse:
    """A décompte as a file: PDF or ODS."""
    lu = decompte_demande(request, reference)
    fabriques: dict[str, tuple[str, Callable[[], bytes]]] = {
        "pdf": ("application/pdf", lambda: documents.pdf(lu, le=lu.calcule_le)),
        "ods": (TYPE_ODS, lambda: documents.ods(lu)),
    }
    if extension not in fabriques:
        raise Http404
    type_mime, fabriquer = fabriques[extension]
    reponse = HttpResponse(fabriquer(), content_type=type_mime)
    reponse["Content-Disposition"] = f'attachment; filename="decompte-{lu.reference}.{extension}"'
    return reponse


@action("decompte.arreter")
@require_POST
def deplacer(request: HttpRequest, reference: str) -> HttpResponse:
    """The buyer's acts: compute again, propose, take back, freeze."""
    lu = decompte_demande(request, reference)
    vers = request.POST.get("vers", "")
    motif = MotifForm(request.POST if vers == Etat.PROVISOIRE else None)
    if vers == "recalculer":
        calcul.calculer(lu.lot, lu.periode, maintenant=horloge.maintenant())
        return redirect("decomptes:decompte", reference=reference)
    if vers not in Etat.values:
        messages.error(request, GESTE_INCONNU)
        return redirect("decomptes:decompte", reference=reference)
    if vers == Etat.PROVISOIRE and not motif.is_valid():
        return _montrer(request, lu, RemarqueForm(), motif, 422)
    texte = motif.cleaned_data["motif"] if motif.is_bound else ""
    return _agir(request, lu, lambda: services.deplacer(lu, vers, motif=texte, **acte_de(request)))


@action("decompte.accepter")
@require_POST
def accepter(request: HttpRequest, reference: str) -> HttpResponse:
    """The operator agrees."""
    lu = decompte_demande(request, reference)
    return _agir(request, lu, lambda: services.accepter(lu, **acte_de(request)))


def acte_de(request: HttpRequest) -> dict[str, Any]:
    """Who acts, with which roles, when."""
    return {
        "roles": [a.role for a in roles_de(request)],
        "auteur": _personne(request).nom_complet,
        "effet": horloge.aujourd_hui(),
        "saisi_le": horloge.maintenant(),
    }


def _agir(request: HttpRequest, lu: Decompte, acte: Callable[[], None]) -> HttpResponse:
    try:
        acte()
    except TransitionRefusee as refus:
        messages.error(request, str(refus))
    return redirect("decomptes:decompte", reference=lu.reference)


@action("decompte.remarquer")
@require_POST
def remarquer(request: HttpRequest, reference: str) -> HttpResponse:
    """Say something of a décompte."""
    lu = decompte_demande(request, reference)
    form = RemarqueForm(request.POST)
    if not form.is_valid():
        return _montrer(request, lu, form, MotifForm(), 422)
    personne = _personne(request)
    services.remarquer(
        lu,
        form.cleaned_data["texte"],
        auteur=personne.nom_complet,
        organisation=personne.organisation.nom,
        ecrite_le=horloge.maintenant(),
    )
    return redirect("decomptes:decompte", reference=reference)
