"""The page of the prime: a half-year of a lot, unit by unit, with the sentence that explains each verdict."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from cepage.acheteur.decomptes.forms import PrimeForm
from cepage.acheteur.decomptes.models import Decompte
from cepage.acheteur.decomptes.primes import lire_la_prime
from cepage.acheteur.decomptes.trimestres import Semestre
from cepage.acheteur.marche.presentation import nom_du_lot, sigle
from cepage.fondations.comptes.acces import Perimetre, action


@action("prime.lire")
@require_GET
def prime(request: HttpRequest) -> HttpResponse:
    """The prime of a lot for a half-year that has a décompte, the last one first."""
    perimetre: Perimetre = request.perimetre  # type: ignore[attr-defined]
    decomptes = Decompte.objects.order_by("lot")
    if perimetre.lots is not None:
        decomptes = decomptes.filter(lot__in=sorted(perimetre.lots))
    connus = {(d.lot, Semestre(d.annee, (d.trimestre + 1) // 2)) for d in decomptes}
    if not connus:
        return render(request, "decomptes/prime_vide.html")
    lots = sorted({lot for lot, _ in connus})
    semestres = sorted({s for _, s in connus}, reverse=True)
    donnees = {"lot": lots[0], "semestre": str(semestres[0])} | {n: str(v) for n, v in request.GET.items()}
    form = PrimeForm(donnees, [(lot, nom_du_lot(lot)) for lot in lots], [(str(s), s.en_mots) for s in semestres])
    choix = form.cleaned_data if form.is_valid() else {"lot": lots[0], "semestre": str(semestres[0])}
    semestre = Semestre.lire(choix["semestre"])
    lue = lire_la_prime(choix["lot"], semestre)
    contexte = {
        "form": form,
        "prime": lue,
        "nom_lot": nom_du_lot(choix["lot"]),
        "semestre": semestre,
        "verdicts": [(sigle(v.uo), v) for v in lue.verdicts],
    }
    return render(request, "decomptes/prime.html", contexte)
