"""Pages of the invoice: make it from the décompte or deposit one's own, then follow its payment."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cepage.acheteur.decomptes import factures
from cepage.acheteur.decomptes.enums import Etat, EtatFacture
from cepage.acheteur.decomptes.facture_controle import FactureRefusee
from cepage.acheteur.decomptes.forms import CoordonneesForm, FichierForm, NumeroForm
from cepage.acheteur.decomptes.models import Coordonnees, Decompte, Facture
from cepage.acheteur.decomptes.selectors import totaux
from cepage.acheteur.decomptes.views import GESTE_INCONNU, acte_de, decompte_demande
from cepage.acheteur.marche.presentation import nom_du_lot
from cepage.fondations.comptes.acces import action, peut, roles_de
from cepage.fondations.comptes.models import Personne
from cepage.fondations.socle import horloge
from cepage.fondations.socle.transitions import TransitionRefusee


def _facture(decompte: Decompte) -> Facture | None:
    """The invoice that counts: the last one that was not refused, else the last one."""
    toutes = list(decompte.factures.order_by("-id"))
    return next((f for f in toutes if f.etat != EtatFacture.REJETEE), toutes[0] if toutes else None)


@action("facture.lire")
@require_GET
def facture(request: HttpRequest, reference: str) -> HttpResponse:
    """The invoice of a décompte, or how to make it."""
    return _montrer(request, decompte_demande(request, reference), NumeroForm(), FichierForm())


def _montrer(
    request: HttpRequest, lu: Decompte, numero: NumeroForm, fichier: FichierForm, statut: int = 200
) -> HttpResponse:
    trouvee = _facture(lu)
    roles = {a.role for a in roles_de(request)}
    gestes = [
        (t.vers, EtatFacture(t.vers).label)
        for t in factures.SUIVI.transitions
        if trouvee and t.de == trouvee.etat and t.roles & roles
    ]
    contexte = {
        "decompte": lu,
        "nom_lot": nom_du_lot(lu.lot),
        "facture": trouvee,
        "bilan": totaux(lu),
        "facturable": lu.etat in (Etat.ACCEPTE, Etat.FIGE),
        "a_faire": (trouvee is None or trouvee.etat == EtatFacture.REJETEE) and peut(request, "facture.deposer"),
        "coordonnees": Coordonnees.objects.filter(emetteur=lu.emetteur).first(),
        "gestes": gestes,
        "numero": numero,
        "fichier": fichier,
    }
    return render(request, "decomptes/facture.html", contexte, status=statut)


@action("facture.deposer")
@require_POST
def deposer(request: HttpRequest, reference: str) -> HttpResponse:
    """Make the invoice, or keep the operator's own once it is judged."""
    lu = decompte_demande(request, reference)
    depot = "fichier" in request.FILES or "deposer" in request.POST
    numero = NumeroForm(None if depot else request.POST)
    fichier = FichierForm(request.POST, request.FILES) if depot else FichierForm()
    form = fichier if depot else numero
    if not form.is_valid():
        return _montrer(request, lu, numero, fichier, 422)
    auteur, le = acte_de(request)["auteur"], horloge.maintenant()
    try:
        if depot:
            factures.deposer(lu, form.cleaned_data["fichier"].read(), auteur=auteur, le=le)
        else:
            factures.generer(lu, form.cleaned_data["numero"], auteur=auteur, le=le)
    except FactureRefusee as refus:
        for defaut in refus.defauts:
            form.add_error(None, defaut)
        return _montrer(request, lu, numero, fichier, 422)
    return redirect("decomptes:facture", reference=reference)


@action("facture.lire")
@require_GET
def fichier(request: HttpRequest, reference: str) -> HttpResponse:
    """The file of the invoice, as it came."""
    trouvee = _facture(decompte_demande(request, reference))
    if trouvee is None:
        raise Http404
    types = {"pdf": "application/pdf", "xml": "application/xml"}
    reponse = HttpResponse(bytes(trouvee.fichier), content_type=types[trouvee.extension])
    reponse["Content-Disposition"] = f'attachment; filename="facture-{reference}.{trouvee.extension}"'
    return reponse


@action("facture.payer")
@require_POST
def suivre(request: HttpRequest, reference: str) -> HttpResponse:
    """Move an invoice towards its payment."""
    trouvee = _facture(decompte_demande(request, reference))
    vers = request.POST.get("vers", "")
    if trouvee is None:
        raise Http404
    if vers not in EtatFacture.values:
        messages.error(request, GESTE_INCONNU)
        return redirect("decomptes:facture", reference=reference)
    try:
        factures.suivre(trouvee, vers, **acte_de(request))
    except TransitionRefusee as refus:
        messages.error(request, str(refus))
    return redirect("decomptes:facture", reference=reference)


@action("facture.deposer")
@require_http_methods(["GET", "POST"])
def coordonnees(request: HttpRequest) -> HttpResponse:
    """Who the operator is on its invoices."""
    personne = request.user
    assert isinstance(personne, Personne)
    code = str(personne.organisation.code_emetteur)
    connues = Coordonnees.objects.filter(emetteur=code).first() or Coordonnees(emetteur=code)
    form = CoordonneesForm(request.POST or None, instance=connues)
    if request.method == "POST" and form.is_valid():
        form.save()
        return redirect("decomptes:liste")
    return render(request, "decomptes/coordonnees.html", {"form": form})
