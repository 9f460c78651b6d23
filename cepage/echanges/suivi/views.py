"""Pages of the calendar of sendings: who is regular, what one operator owes, its proof, its documents, its slot."""

import re
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from cepage.echanges.reception import preuves
from cepage.echanges.reception.contexte import Titulaire
from cepage.echanges.suivi import regularite as attestation
from cepage.echanges.suivi import selectors, services, situation
from cepage.echanges.suivi.enums import DOCUMENTS, SIGNES, Etat, Genre
from cepage.echanges.suivi.forms import CreneauForm, DocumentForm, FiltreAttendus, FiltrePeriode
from cepage.echanges.suivi.models import DocumentDepose
from cepage.echanges.suivi.relances import silence_de
from cepage.echanges.suivi.situation import Situation
from cepage.fondations.comptes.acces import Perimetre, action, peut
from cepage.fondations.comptes.models import Personne
from cepage.fondations.referentiels import territoires
from cepage.fondations.socle import horloge
from cepage.fondations.socle.periodes import Periode
from cepage.fondations.socle.tableur import TYPE_ODS

PAR_PAGE = 50
_MOIS = re.compile(r"^20\d\d-(0[1-9]|1[0-2])$")


def _perimetre(request: HttpRequest) -> Perimetre:
    perimetre: Perimetre = request.perimetre  # type: ignore[attr-defined]
    return perimetre


def _emetteurs(request: HttpRequest) -> frozenset[str] | None:
    perimetre = _perimetre(request)
    return None if perimetre.totale else perimetre.emetteurs


def _tenue(request: HttpRequest, lot: str, emetteur: str) -> Titulaire:
    """The tenure the address designates, inside the scope; a foreign one is not found."""
    _perimetre(request).exiger_lot(lot)
    for _, tenue in selectors.titulaires([lot], _emetteurs(request)):
        if tenue.operateur == emetteur:
            return tenue
    raise Http404


def _situation(lot: str, emetteur: str, periode: Periode) -> Situation:
    (trouvee,) = situation.etablir(lot, periode, le=horloge.maintenant(), emetteur=emetteur)
    return trouvee


@action("suivi.lire")
@require_GET
def liste(request: HttpRequest) -> HttpResponse:
    """Every operator and lot: the last envoi, the silence, what is missing."""
    lots = _perimetre(request).lots
    lignes = selectors.apercu(
        territoires.lots() if lots is None else lots, _emetteurs(request), le=horloge.maintenant()
    )
    contexte = {
        "lignes": sorted(lignes, key=lambda li: (not (li.silence and li.silence.alerte), -li.manquants, li.lot)),
        "constate_le": selectors.dernier_constat(),
    }
    return render(request, "suivi/liste.html", contexte)


@action("suivi.lire")
@require_GET
def operateur(request: HttpRequest, lot: str, emetteur: str) -> HttpResponse:
    """What one operator owes for a lot: missing, to come, counts, slot, reminders, documents."""
    tenue, maintenant = _tenue(request, lot, emetteur), horloge.maintenant()
    jour, depose = horloge.aujourd_hui(), peut(request, "suivi.deposer")
    filtre = FiltrePeriode(request.GET, selectors.annees(tenue, jour))
    annee = filtre.cleaned_data["annee"] if filtre.is_valid() else None
    trouvee = _situation(lot, emetteur, selectors.periode_demandee(annee, maintenant))
    horaire, dit = selectors.horaire(lot, emetteur, jour)
    contexte = {
        "situation": trouvee,
        "tenue": tenue,
        "filtre": filtre,
        "annee": annee,
        "silence": silence_de(lot, emetteur, maintenant),
        "manques": selectors.manques(trouvee, depose=depose),
        "a_venir": trouvee.a_venir[:8],
        "horaire": horaire,
        "creneau_dit": dit,
        "hypotheses": any(s.attendu.confiance == "hypothèse" for s in trouvee.suivis),
        "relances": selectors.relances(lot, emetteur),
        "documents": selectors.documents(lot, emetteur),
        "peut_deposer": depose,
        "peut_regler": peut(request, "suivi.regler"),
        "signes": SIGNES,
    }
    return render(request, "suivi/operateur.html", contexte)


@action("suivi.lire")
@require_GET
def attendus(request: HttpRequest, lot: str, emetteur: str) -> HttpResponse:
    """Every expected sending that makes a count."""
    tenue, maintenant = _tenue(request, lot, emetteur), horloge.maintenant()
    filtre = FiltreAttendus(request.GET, selectors.annees(tenue, horloge.aujourd_hui()))
    choisis: dict[str, Any] = filtre.cleaned_data if filtre.is_valid() else {}
    trouvee = _situation(lot, emetteur, selectors.periode_demandee(choisis.get("annee"), maintenant))
    lignes = selectors.filtrer(trouvee, genre=choisis.get("genre", ""), etat=choisis.get("etat", ""))
    page = Paginator(lignes, PAR_PAGE).get_page(request.GET.get("page"))
    contexte = {"situation": trouvee, "filtre": filtre, "page": page, "signes": SIGNES}
    return render(request, "suivi/attendus.html", contexte)


@action("suivi.lire")
@require_GET
def livrables(request: HttpRequest, lot: str, emetteur: str, mois: str) -> HttpResponse:
    """The dossiers closed in a month whose livrable has not come."""
    tenue = _tenue(request, lot, emetteur)
    if not _MOIS.fullmatch(mois):
        raise Http404
    debut = Periode.du_mois(int(mois[:4]), int(mois[5:])).debut
    page = Paginator(selectors.livrables_manquants(lot, emetteur, mois), PAR_PAGE).get_page(request.GET.get("page"))
    contexte = {"tenue": tenue, "lot": lot, "mois": debut, "page": page, "peut_lire": peut(request, "registre.lire")}
    return render(request, "suivi/livrables.html", contexte)


@action("suivi.lire")
@require_GET
def ecarts(request: HttpRequest, lot: str, emetteur: str) -> HttpResponse:
    """The indicators sent that the register does not give."""
    tenue = _tenue(request, lot, emetteur)
    page = Paginator(selectors.ecarts(lot, emetteur), PAR_PAGE).get_page(request.GET.get("page"))
    return render(request, "suivi/ecarts.html", {"tenue": tenue, "lot": lot, "page": page})


@action("suivi.lire")
@require_GET
def constats(request: HttpRequest, lot: str, emetteur: str) -> HttpResponse:
    """The provable journal of what was received and what was not."""
    tenue = _tenue(request, lot, emetteur)
    page = Paginator(selectors.constats(lot, emetteur), PAR_PAGE).get_page(request.GET.get("page"))
    return render(request, "suivi/constats.html", {"tenue": tenue, "lot": lot, "page": page, "signes": SIGNES})


@action("suivi.deposer")
@require_http_methods(["GET", "POST"])
def deposer(request: HttpRequest, lot: str, emetteur: str) -> HttpResponse:
    """Hand over a document of the market."""
    tenue, maintenant = _tenue(request, lot, emetteur), horloge.maintenant()
    choix = _documents_attendus(lot, emetteur, tenue)
    form = DocumentForm(
        choix, request.POST or None, request.FILES or None, initial={"attendu": request.GET.get("attendu", "")}
    )
    if request.method == "POST" and form.is_valid():
        genre, _, periode = form.cleaned_data["attendu"].partition(":")
        fichier = form.cleaned_data["fichier"]
        assert isinstance(request.user, Personne)
        try:
            depose = services.deposer(
                emetteur=emetteur,
                lot=lot,
                genre=Genre(genre),
                periode=periode,
                nom=fichier.name,
                octets=fichier.read(),
                par=request.user,
                le=maintenant,
            )
        except services.DepotRefuse as refus:
            form.add_error("fichier", str(refus))
        else:
            messages.success(request, f"« {depose.nom_fichier} » est déposé et son empreinte est scellée.")
            return redirect("suivi:operateur", lot=lot, emetteur=emetteur)
    contexte = {"form": form, "tenue": tenue, "lot": lot, "choix": choix}
    return render(request, "suivi/deposer.html", contexte, status=422 if form.errors else 200)


def _documents_attendus(lot: str, emetteur: str, tenue: Titulaire) -> list[tuple[str, str]]:
    """The documents one may hand over: those of the tenure, what is missing or near first."""
    maintenant = horloge.maintenant()
    periode = services.depuis_le_debut(maintenant)
    fin = Periode(periode.debut, (selectors.periode_demandee(None, maintenant).fin or periode.debut))
    suivis = [s for s in _situation(lot, emetteur, fin).suivis if s.genre in DOCUMENTS]
    suivis.sort(key=lambda s: (s.etat in (Etat.RECU, Etat.RETARD), -s.attendu.echeance.timestamp()))
    choix = [(s.attendu.cle, f"{s.attendu.libelle} ({s.etat.label.lower()})") for s in suivis]
    cles = {cle for cle, _ in choix}
    return choix if Genre.UO5 in cles else [*choix, (str(Genre.UO5), str(Genre.UO5.label))]


@action("suivi.lire")
@require_GET
def document(request: HttpRequest, document: int) -> HttpResponseBase:
    """The bytes of a document, as they were handed over."""
    depose = get_object_or_404(DocumentDepose, pk=document)
    _perimetre(request).exiger_lot(depose.lot)
    chemin = preuves.chemin(depose.empreinte)
    if not chemin.is_file():
        raise Http404
    return FileResponse(chemin.open("rb"), as_attachment=True, filename=depose.nom_fichier)


@action("suivi.regler")
@require_http_methods(["GET", "POST"])
def creneau(request: HttpRequest, lot: str, emetteur: str) -> HttpResponse:
    """Tell an operator its slot."""
    tenue, jour = _tenue(request, lot, emetteur), horloge.aujourd_hui()
    horaire, dit = selectors.horaire(lot, emetteur, jour)
    initial = {
        "debut": jour,
        "heure_donnees": horaire.heure_donnees,
        "jour_indicateurs": horaire.jour_indicateurs,
        "heure_indicateurs": horaire.heure_indicateurs,
    }
    form = CreneauForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        assert isinstance(request.user, Personne)
        try:
            services.dire_le_creneau(
                emetteur=emetteur, lot=lot, par=request.user, le=horloge.maintenant(), **form.cleaned_data
            )
        except services.CreneauRefuse as refus:
            form.add_error("debut", str(refus))
        else:
            messages.success(request, "Le créneau est précisé ; l'opérateur le lit sur cette page.")
            return redirect("suivi:operateur", lot=lot, emetteur=emetteur)
    contexte = {"form": form, "tenue": tenue, "lot": lot, "dit": dit}
    return render(request, "suivi/creneau.html", contexte, status=422 if form.errors else 200)


@action("suivi.lire")
@require_GET
def regularite(request: HttpRequest, lot: str, emetteur: str, extension: str) -> HttpResponse:
    """The statement of regularity of a year, or of the last twelve months."""
    tenue, maintenant = _tenue(request, lot, emetteur), horloge.maintenant()
    filtre = FiltrePeriode(request.GET, selectors.annees(tenue, horloge.aujourd_hui()))
    annee = filtre.cleaned_data["annee"] if filtre.is_valid() else None
    periode = selectors.periode_demandee(annee, maintenant)
    trouvee = _situation(lot, emetteur, periode)
    match extension:
        case "pdf":
            contenu, genre = attestation.pdf(trouvee, periode, le=maintenant), "application/pdf"
        case "ods":
            contenu, genre = attestation.ods(trouvee), TYPE_ODS
        case _:
            raise Http404
    reponse = HttpResponse(contenu, content_type=genre)
    nom = f"regularite_{lot}_{emetteur}_{annee or 'douze-mois'}.{extension}"
    reponse.headers["Content-Disposition"] = f'attachment; filename="{nom}"'
    return reponse
