"""Ma journée, mon équipe, mon groupement, the lists behind each number, and the envoi of the evening."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from cepage.echanges.envoi import services as envois
from cepage.echanges.envoi.models import EnvoiSortant
from cepage.echanges.envoi.transports import TransportIndisponible
from cepage.fondations.comptes.acces import action, peut
from cepage.fondations.socle import horloge
from cepage.operateur.dossiers import encarts
from cepage.operateur.dossiers.enums import SortDuRecu
from cepage.operateur.dossiers.forms import RechercheForm
from cepage.operateur.dossiers.selectors import listes
from cepage.operateur.dossiers.selectors.dossier import ce_qui_reste
from cepage.operateur.dossiers.selectors.envoi import cible
from cepage.operateur.dossiers.selectors.regard import regard

PAR_PAGE = 30
APERCU = 8


@action("dossiers.lire")
@require_GET
def journee(request: HttpRequest) -> HttpResponse:
    """What is due, late, refused among one's own dossiers; search from here."""
    vue, le = regard(request), horloge.aujourd_hui()
    miennes = listes.les_miennes(vue)
    attente = vue.recus().filter(sort=SortDuRecu.A_RATTACHER)
    pressees = miennes.filter(etat="ouverte", echeance__isnull=False).order_by("echeance", "id")
    contexte = {
        "form": RechercheForm(),
        "le": le,
        "encarts": encarts.de_la_journee(request, vue),
        "comptes": listes.comptes(miennes, le),
        "pressees": [(u, ce_qui_reste(u, le)) for u in pressees.select_related("beneficiaire")[:APERCU]],
        "a_rattacher": attente.count() if peut(request, "dossiers.tenir") else 0,
        "peut_aiguiller": peut(request, "dossiers.aiguiller"),
        "peut_piloter": peut(request, "dossiers.piloter"),
    }
    return render(request, "dossiers/journee.html", contexte)


@action("dossiers.lire")
@require_GET
def liste(request: HttpRequest, cle: str) -> HttpResponse:
    """The dossiers behind a number: one's own, or the team's for those who lead it."""
    if cle not in listes.LISTES:
        raise Http404
    vue, le = regard(request), horloge.aujourd_hui()
    equipe = request.GET.get("qui") == "equipe"
    if equipe and not peut(request, "dossiers.piloter"):
        raise PermissionDenied("Voir les dossiers de l'équipe")
    unites = listes.accompagnements(vue) if equipe else listes.les_miennes(vue)
    for nom in ("referent", "membre") if equipe else ():
        voulu = request.GET.get(nom, "")
        if voulu == "aucun":
            unites = unites.filter(Q(**{f"{nom}__isnull": True}))
        elif voulu.isdecimal():
            unites = unites.filter(**{nom: int(voulu)})
    choisies = listes.filtrer(unites, cle, le).select_related("beneficiaire__fusionne_dans", "referent")
    page = Paginator(choisies.order_by("echeance", "id"), PAR_PAGE).get_page(request.GET.get("page"))
    contexte = {
        "titre": listes.LISTES[cle],
        "page": page,
        "lignes": [(u, ce_qui_reste(u, le)) for u in page],
        "equipe": equipe,
    }
    return render(request, "dossiers/liste.html", contexte)


@action("dossiers.transmettre")
@require_GET
def ce_soir(request: HttpRequest) -> HttpResponse:
    """What would be refused tonight, fiche by fiche, with the way to the field; and the last envois."""
    vue = regard(request)
    essais, indisponible = [], ""
    for lot in vue.lots:
        try:
            essais.append((lot, envois.essayer(vue.emetteur, lot, le=horloge.maintenant())))
        except TransportIndisponible as erreur:
            indisponible = str(erreur)
    contexte = {
        "essais": [(lot, essai, cible(vue, essai)) for lot, essai in essais],
        "indisponible": indisponible,
        "total": sum(essai.examinees for _, essai in essais),
        "derniers": EnvoiSortant.objects.filter(lot__in=vue.lots)[:10],
    }
    return render(request, "dossiers/ce_soir.html", contexte)


@action("dossiers.transmettre")
@require_POST
def transmettre(request: HttpRequest) -> HttpResponse:
    """Build and send now, without waiting for the slot."""
    vue, le = regard(request), horloge.maintenant()
    for lot in vue.lots:
        envois.construire(vue.emetteur, lot, le=le)
        for resultat in envois.transmettre(vue.emetteur, lot, le=le):
            if resultat.erreur:
                messages.error(request, f"{resultat.envoi.nom_fichier} n'est pas parti : {resultat.erreur}")
            elif resultat.refusees:
                messages.warning(
                    request,
                    f"{resultat.envoi.nom_fichier} : {resultat.acceptees} acceptées, {resultat.refusees} refusées. "
                    "Elles sont dans la journée de leur conseiller.",
                )
            else:
                messages.success(request, f"{resultat.envoi.nom_fichier} : {resultat.acceptees} fiches acceptées.")
    return redirect("dossiers:ce_soir")
