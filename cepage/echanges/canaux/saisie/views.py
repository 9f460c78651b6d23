"""Typing one fiche: choose its kind, fill its screen, see what is wrong, put it on the day's list."""

from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cepage.echanges.canaux.saisie import commun, pieces, selectors, services
from cepage.echanges.canaux.saisie.enums import Etat, Nature
from cepage.echanges.canaux.saisie.forms import CLOSE, FicheForm, ancre, phrase
from cepage.echanges.canaux.saisie.jugement import BLOQUANT
from cepage.echanges.canaux.saisie.models import FicheSaisie
from cepage.echanges.canaux.saisie.recherche import RechercheForm
from cepage.echanges.canaux.saisie.sections import ECRANS
from cepage.echanges.reception import preuves
from cepage.fondations.comptes.acces import action, peut
from cepage.fondations.socle import horloge
from cepage.fondations.socle.transitions import TransitionRefusee

SAISIR = "saisie.saisir"


@action(SAISIR)
@require_GET
def choisir(request: HttpRequest) -> HttpResponse:
    """What to declare: one card for each kind of fiche."""
    lots = commun.lots(request)
    contexte = {"ecrans": ECRANS.items(), "lots": lots, "lot": commun.lot_demande(request, request.GET)}
    return render(request, "saisie/choisir.html", contexte)


@action(SAISIR)
@require_http_methods(["GET", "POST"])
def nouvelle(request: HttpRequest, sorte: str) -> HttpResponse:
    """A new fiche; its first save makes it a draft."""
    commun.ecran(sorte)
    lot = commun.lot_demande(request, request.POST if request.method == "POST" else request.GET)
    vierge = services.commencer(
        commun.emetteur(request), lot, sorte, par=commun.auteur(request), a=horloge.maintenant()
    )
    if request.method == "POST":
        return _recevoir(request, vierge)
    connus = {n: request.GET[n] for n in ("identifiant_beneficiaire", "numero_dossier") if n in request.GET}
    form = FicheForm(sorte, connus, aujourd_hui=horloge.aujourd_hui())
    return _montrer(request, vierge, form)


@action(SAISIR)
@require_http_methods(["GET", "POST"])
def fiche(request: HttpRequest, numero: int) -> HttpResponse:
    """The screen of a fiche; once it is on the list or accepted, it is read only."""
    courante = commun.fiche(request, numero)
    if request.method == "POST":
        return _recevoir(request, courante)
    form = FicheForm(
        courante.fiche,
        courante.contenu,
        aujourd_hui=horloge.aujourd_hui(),
        bloques=services.champs_de_la_cle(courante),
    )
    form.signaler(services.bloquants(courante))
    if request.GET.get("situation") == CLOSE:
        form.dire_close()
    return _montrer(request, courante, form)


def _recevoir(request: HttpRequest, courante: FicheSaisie) -> HttpResponse:
    """Keep what was typed, whatever happens next."""
    aujourd_hui = horloge.aujourd_hui()
    bloques = services.champs_de_la_cle(courante)
    form = FicheForm(courante.fiche, request.POST, aujourd_hui=aujourd_hui, bloques=bloques)
    try:
        gardee = _enregistrer(request, courante, form)
    except services.FicheChangee as change:
        return _montrer_les_deux(request, change.courante, form)
    return _suite(request, gardee, close_sans_date=form.close_sans_date)


def _enregistrer(request: HttpRequest, courante: FicheSaisie, form: FicheForm) -> FicheSaisie:
    contenu = services.meme_cle(courante, form.contenu())
    version = request.POST.get("version", "")
    commun_: dict[str, Any] = {
        "version": int(version) if version.isdigit() else -1,
        "par": commun.auteur(request),
        "a": horloge.maintenant(),
    }
    fichier = request.FILES.get("fichier")
    if isinstance(fichier, UploadedFile) and courante.fiche == "livrable":
        try:
            piece = _lire(fichier)
            pieces.type_de(piece.octets)
            return services.enregistrer(courante, contenu, piece=piece, **commun_)
        except pieces.PieceRefusee as refus:
            messages.error(request, f"{refus} Le reste de la fiche est gardé.")
    return services.enregistrer(courante, contenu, **commun_)


def _lire(fichier: "UploadedFile[bytes]") -> services.PieceJointe:
    if (fichier.size or 0) > pieces.TAILLE_MAXIMALE:
        raise pieces.PieceRefusee(pieces.TROP_GROS)
    return services.PieceJointe(fichier.name or "", fichier.read())


def _suite(request: HttpRequest, gardee: FicheSaisie, *, close_sans_date: bool) -> HttpResponse:
    """What the button asked for, once the fiche is kept; a unit said closed on no day does not go on the list."""
    geste, a = request.POST.get("geste", ""), horloge.maintenant()
    if geste == "garder":
        messages.success(request, "Le brouillon est gardé. Vous pourrez le reprendre quand vous voudrez.")
        return redirect("saisie:journee")
    if geste == "lister" and not close_sans_date:
        try:
            if services.lister(gardee, par=commun.auteur(request), a=a):
                messages.success(request, f"{selectors.intitule(gardee)} : la fiche est sur la liste du jour.")
                return redirect("saisie:journee")
        except TransitionRefusee as refus:
            messages.error(request, str(refus))
    else:
        services.verifier(gardee, a=a)
    retour = reverse("saisie:fiche", args=[gardee.pk])
    return redirect(f"{retour}?situation={CLOSE}" if close_sans_date else retour)


def _montrer(
    request: HttpRequest, courante: FicheSaisie, form: FicheForm, statut: int = 200, **plus: Any
) -> HttpResponse:
    modifiable = courante.etat in services.MODIFIABLES and courante.nature != Nature.ANNULATION
    contexte = {
        "fiche": courante,
        "ecran": ECRANS[courante.fiche],
        "form": form,
        "intitule": selectors.intitule(courante) if courante.version else "",
        "modifiable": modifiable,
        "avertissements": _avertissements(courante, form),
        "suggestions": selectors.suggestions(courante.fiche, courante.lot) if modifiable else {},
        "plusieurs_lots": len(commun.lots(request)) > 1,
        "correction": courante.nature == Nature.MODIFICATION,
        "differences": None,
        "piece": courante.contenu.get("nom_fichier", "") if courante.piece else "",
        "peut_lire_l_envoi": peut(request, "envoi.lire"),
        **plus,
    }
    return render(request, "saisie/fiche.html", contexte, status=statut)


def _avertissements(courante: FicheSaisie, form: FicheForm) -> list[tuple[str, str, str]]:
    """Anchor, label and sentence of what the exchange point would let in with a remark."""
    trouves = []
    for constat in courante.constats:
        if constat["gravite"] != BLOQUANT:
            champ = form[constat["champ"]] if constat["champ"] in form.fields else None
            dit = phrase(constat)
            trouves.append((ancre(champ), str(champ.label), dit) if champ else ("", "", dit))
    return trouves


def _montrer_les_deux(request: HttpRequest, courante: FicheSaisie, form: FicheForm) -> HttpResponse:
    """What one typed stays in the form; what the other saved is beside it, field by field."""
    saisi = form.contenu()
    if courante.etat not in services.MODIFIABLES:
        form = FicheForm(courante.fiche, courante.contenu, aujourd_hui=horloge.aujourd_hui())
    return _montrer(request, courante, form, 409, differences=selectors.differences(courante, saisi))


@action(SAISIR)
@require_POST
def retirer(request: HttpRequest, numero: int) -> HttpResponse:
    """Take a fiche off the day's list, to change it."""
    courante = commun.fiche(request, numero)
    try:
        services.retirer(courante, par=commun.auteur(request), a=horloge.maintenant())
    except TransitionRefusee as refus:
        messages.error(request, str(refus))
        return redirect("saisie:journee")
    return redirect("saisie:fiche", numero=courante.pk)


@action(SAISIR)
@require_http_methods(["GET", "POST"])
def supprimer(request: HttpRequest, numero: int) -> HttpResponse:
    """Say what will be lost, then erase a draft."""
    courante = commun.fiche(request, numero)
    if request.method != "POST" and courante.etat in services.MODIFIABLES:
        contexte = {"fiche": courante, "intitule": selectors.intitule(courante), "ecran": ECRANS[courante.fiche]}
        return render(request, "saisie/supprimer.html", contexte)
    try:
        services.supprimer(courante)
    except services.FicheRefusee as refus:
        messages.error(request, str(refus))
    else:
        messages.success(request, "Le brouillon est supprimé.")
    return redirect("saisie:journee")


@action(SAISIR)
@require_GET
def piece(request: HttpRequest, numero: int) -> HttpResponseBase:
    """The file of a livrable, as an attachment."""
    courante = commun.fiche(request, numero)
    attente = pieces.chemin(courante.emetteur, courante.piece)
    trouve = attente if attente.is_file() else preuves.chemin(courante.piece)
    if not courante.piece or not trouve.is_file():
        raise Http404
    nom = courante.contenu.get("nom_fichier", "livrable.pdf")
    genre = pieces.TYPES.get(nom.rsplit(".", 1)[-1], "application/octet-stream")
    return FileResponse(trouve.open("rb"), as_attachment=True, filename=nom, content_type=genre)


@action(SAISIR)
@require_GET
def acceptees(request: HttpRequest) -> HttpResponse:
    """The accepted fiches, to correct or cancel one."""
    form = RechercheForm(request.GET)
    choisis = form.cleaned_data if form.is_valid() else {}
    lignes = selectors.acceptees(commun.lots(request), **choisis)
    page = Paginator(lignes, 50).get_page(request.GET.get("page"))
    contexte = {
        "filtre": form,
        "filtree": any(choisis.values()),
        "page": page,
        "lignes": [(f, ECRANS[f.fiche], selectors.intitule(f)) for f in page],
    }
    return render(request, "saisie/acceptees.html", contexte)


@action(SAISIR)
@require_POST
def corriger(request: HttpRequest, numero: int) -> HttpResponse:
    """Open the correction of an accepted fiche."""
    try:
        suite = services.corriger(commun.fiche(request, numero), par=commun.auteur(request), a=horloge.maintenant())
    except services.FicheRefusee as refus:
        messages.error(request, str(refus))
        return redirect("saisie:acceptees")
    return redirect("saisie:fiche", numero=suite.pk)


@action(SAISIR)
@require_http_methods(["GET", "POST"])
def annuler(request: HttpRequest, numero: int) -> HttpResponse:
    """Say what a cancellation does, then put it on the day's list."""
    courante = commun.fiche(request, numero)
    if request.method != "POST":
        contexte = {"fiche": courante, "intitule": selectors.intitule(courante), "ecran": ECRANS[courante.fiche]}
        return render(request, "saisie/annuler.html", contexte)
    try:
        suite = services.annuler(courante, par=commun.auteur(request), a=horloge.maintenant())
    except services.FicheRefusee as refus:
        messages.error(request, str(refus))
        return redirect("saisie:acceptees")
    if suite.etat == Etat.LISTE:
        messages.success(request, "L'annulation est sur la liste du jour. Elle prendra effet quand vous l'enverrez.")
        return redirect("saisie:journee")
    return redirect("saisie:fiche", numero=suite.pk)
