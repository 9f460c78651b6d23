"""The day's list: what is to be mended, what is a draft, what is ready; trying it, sending it, reading the receipt."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from cepage.echanges.canaux.saisie import commun, selectors, services, sorties
from cepage.echanges.canaux.saisie.enums import Etat
from cepage.echanges.canaux.saisie.models import FicheSaisie
from cepage.echanges.canaux.saisie.sections import ECRANS, Ecran
from cepage.echanges.reception.enums import Statut
from cepage.fondations.comptes.acces import action, peut
from cepage.fondations.socle import horloge

_ENVOIS_MONTRES = 5


@dataclass(frozen=True)
class Ligne:
    """A fiche as the lists show it."""

    fiche: FicheSaisie
    ecran: Ecran
    intitule: str
    bloquants: int
    avertissements: int


def _lignes(fiches: "list[FicheSaisie]") -> list[Ligne]:
    lignes = []
    for fiche in fiches:
        bloquants = len(services.bloquants(fiche))
        reste = len(fiche.constats) - bloquants
        lignes.append(Ligne(fiche, ECRANS[fiche.fiche], selectors.intitule(fiche), bloquants, reste))
    return lignes


@action("saisie.saisir")
@require_GET
def journee(request: HttpRequest) -> HttpResponse:
    """What is to be mended first, then what is ready, then the drafts."""
    lots = commun.lots(request)
    fiches = list(selectors.fiches(lots).exclude(etat=Etat.ACCEPTEE))
    par_etat = {etat: _lignes([f for f in fiches if f.etat == etat]) for etat in Etat}
    contexte = {
        "refusees": par_etat[Etat.REFUSEE],
        "pretes": par_etat[Etat.LISTE],
        "brouillons": par_etat[Etat.BROUILLON],
        "acceptees": selectors.par_etat(lots)[Etat.ACCEPTEE],
        "envois": selectors.envois(lots)[:_ENVOIS_MONTRES],
        "plusieurs_lots": len(lots) > 1,
        "lots_a_envoyer": sorted({li.fiche.lot for li in par_etat[Etat.LISTE]}),
        "peut_envoyer": peut(request, "saisie.envoyer"),
    }
    return render(request, "saisie/journee.html", contexte)


@action("saisie.envoyer")
@require_http_methods(["GET", "POST"])
def envoyer(request: HttpRequest) -> HttpResponse:
    """Try the day's list, then send it."""
    donnees = request.POST if request.method == "POST" else request.GET
    lot, emetteur, a = commun.lot_demande(request, donnees), commun.emetteur(request), horloge.maintenant()
    if request.method == "POST" and request.POST.get("geste") == "envoyer":
        envoi = sorties.envoyer(emetteur, lot, par=commun.personne(request), a=a)
        if envoi is None:
            messages.info(request, "Il n'y a rien à envoyer : la liste du jour est vide.")
            return redirect("saisie:journee")
        return redirect("saisie:envoi", numero=envoi.pk)
    essai = sorties.essayer_la_liste(emetteur, lot, a=a) if request.method == "POST" else None
    lignes = _lignes(sorties.liste_du_jour(lot))
    contexte = {
        "lot": lot,
        "lots": commun.lots(request),
        "lignes": lignes,
        "essai": essai,
        "refusees": [li for li in lignes if li.bloquants],
        "a_verifier": [li for li in lignes if li.avertissements and not li.bloquants],
    }
    return render(request, "saisie/envoyer.html", contexte)


@action("saisie.saisir")
@require_GET
def envoi(request: HttpRequest, numero: int) -> HttpResponse:
    """The receipt of an envoi, each refused fiche one click away from its screen."""
    recu = get_object_or_404(selectors.envois(commun.lots(request)), pk=numero)
    lignes = _lignes(list(selectors.fiches([recu.lot]).filter(envoi=recu)))
    contexte = {
        "envoi": recu,
        "statut": Statut(recu.statut),
        "refusees": [li for li in lignes if li.fiche.etat == Etat.REFUSEE],
        "acceptees": [li for li in lignes if li.fiche.etat == Etat.ACCEPTEE],
        "entier": recu.statut == Statut.REFUSE and bool(recu.remarques),
        "peut_lire_l_envoi": peut(request, "envoi.lire"),
    }
    return render(request, "saisie/envoi.html", contexte)
