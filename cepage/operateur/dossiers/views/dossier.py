"""The dossier of a person: its page, its record, its notes and documents, its duplicates."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cepage.echanges.contrat.fiches import BENEFICIAIRE
from cepage.fondations.comptes.acces import action, peut
from cepage.fondations.comptes.models import Personne
from cepage.fondations.socle import horloge
from cepage.operateur.dossiers import encarts, stockage
from cepage.operateur.dossiers.colonnes import texte
from cepage.operateur.dossiers.enums import UO
from cepage.operateur.dossiers.forms import BeneficiaireForm, NoteForm, PieceForm
from cepage.operateur.dossiers.models import CHAMPS_BENEFICIAIRE, Beneficiaire, Fusion, PieceJointe
from cepage.operateur.dossiers.selectors import dossier as lecture
from cepage.operateur.dossiers.selectors.recherche import doublons_possibles
from cepage.operateur.dossiers.services import defaire_la_fusion, fusionner, modifier_beneficiaire
from cepage.operateur.dossiers.services.acteurs import VersionDepassee
from cepage.operateur.dossiers.services.suivi import ecrire_note, joindre_piece, mots_sensibles, noter_l_ouverture
from cepage.operateur.dossiers.views.commun import acte, acteur, agir, personne_ou_404


@action("dossiers.lire")
@require_GET
def dossier(request: HttpRequest, pk: int) -> HttpResponse:
    """Units, course, what is to be mended; opening it is kept."""
    vue, personne = personne_ou_404(request, pk)
    if personne.fusionne_dans_id:
        return redirect("dossiers:dossier", pk=personne.fusionne_dans_id)
    le = horloge.aujourd_hui()
    assert isinstance(request.user, Personne)
    noter_l_ouverture(personne, request.user, le)
    contexte = {
        "vu": lecture.lire(vue, personne, le),
        "personne": personne,
        "uos": [(uo.value, uo.label) for uo in UO if uo is not UO.UO0],
        "peut_tenir": peut(request, "dossiers.tenir"),
        "peut_aiguiller": peut(request, "dossiers.aiguiller"),
        "peut_noter": peut(request, "dossiers.noter"),
        "encarts": encarts.du_dossier(request, vue, personne),
    }
    return render(request, "dossiers/dossier.html", contexte)


@action("dossiers.aiguiller")
@require_http_methods(["GET", "POST"])
def modifier(request: HttpRequest, pk: int) -> HttpResponse:
    """The whole record; when someone saved since, both are shown and nothing typed is lost."""
    _, personne = personne_ou_404(request, pk)
    noms = [nom for nom in CHAMPS_BENEFICIAIRE if nom != "identifiant_beneficiaire"]
    initiales = {nom: getattr(personne, nom) for nom in noms} | {"version": personne.version}
    form = BeneficiaireForm(request.POST or None, initial=initiales)
    contexte: dict[str, object] = {"personne": personne, "form": form}
    if request.method == "POST" and form.is_valid():
        valeurs = {nom: form.cleaned_data[nom] for nom in noms}
        version = form.cleaned_data["version"]
        try:
            refus = agir(
                lambda: modifier_beneficiaire(
                    personne, valeurs, version=version, par=acteur(request), a=horloge.maintenant()
                ),
                form,
            )
        except VersionDepassee as depassee:
            reprise = request.POST.copy()
            reprise["version"] = str(personne.version)
            contexte["form"] = BeneficiaireForm(reprise)
            contexte["depassee"] = depassee
            contexte["differences"] = _differences(personne, valeurs)
            return render(request, "dossiers/fiche.html", contexte)
        if refus is None:
            messages.success(request, "La fiche est à jour ; elle partira avec l'envoi du soir.")
            return redirect("dossiers:dossier", pk=personne.principale.pk)
    return render(request, "dossiers/fiche.html", contexte)


def _differences(personne: Beneficiaire, valeurs: dict[str, object]) -> list[dict[str, str]]:
    """Field by field, what the other saved and what was typed here."""
    trouvees = []
    for nom, saisie in valeurs.items():
        actuelle, ici = texte(getattr(personne, nom)), texte(saisie)
        if actuelle != ici:
            libelle = BENEFICIAIRE.champ(nom).libelle
            trouvees.append({"libelle": libelle, "actuelle": actuelle or "—", "saisie": ici or "—"})
    return trouvees


@action("dossiers.noter")
@require_http_methods(["GET", "POST"])
def notes(request: HttpRequest, pk: int) -> HttpResponse:
    """Private notes: read and write; words that touch private life are pointed at before being kept."""
    _, personne = personne_ou_404(request, pk)
    form = NoteForm(request.POST or None)
    mots: list[str] = []
    if request.method == "POST" and form.is_valid():
        mots = mots_sensibles(form.cleaned_data["texte"])
        if not mots or form.cleaned_data["confirmee"]:
            ecrire_note(personne, form.cleaned_data["texte"], par=acteur(request), a=horloge.maintenant())
            messages.success(request, "La note est gardée. Elle reste chez vous.")
            return redirect("dossiers:notes", pk=personne.pk)
        form.add_error(
            "texte",
            f"Cette note touche à la vie privée (« {', '.join(mots)} »). Retirez ce qui n'aide pas le conseil, "
            "ou confirmez ci-dessous.",
        )
    contexte = {"personne": personne, "form": form, "mots": mots, "notes": personne.notes.all()[:100]}
    return render(request, "dossiers/notes.html", contexte)


@action("dossiers.tenir")
@require_http_methods(["GET", "POST"])
def pieces(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a document of the person."""
    _, personne = personne_ou_404(request, pk)
    form = PieceForm(request.POST or None, request.FILES or None)

    def faire() -> None:
        fichier = form.cleaned_data["fichier"]
        nom, octets = fichier.name or "document", fichier.read(stockage.TAILLE_MAXIMALE + 1)
        joindre_piece(personne, nom, octets, par=acteur(request), a=horloge.maintenant())

    return acte(
        request,
        personne,
        form,
        faire,
        titre="Joindre un document",
        bouton="Joindre le document",
        fait="Le document est joint au dossier.",
    )


@action("dossiers.tenir")
@require_GET
def piece(request: HttpRequest, pk: int) -> HttpResponse:
    """A document, always downloaded, never opened in the page."""
    jointe = get_object_or_404(PieceJointe, pk=pk)
    personne_ou_404(request, jointe.beneficiaire_id)
    chemin = stockage.chemin(jointe.emetteur, jointe.empreinte_sha256)
    if not chemin.is_file():
        raise Http404
    # Ten megabytes at most: read whole, so that the file is closed at once.
    reponse = HttpResponse(chemin.read_bytes(), content_type=stockage.TYPES[jointe.type_fichier])
    reponse["Content-Disposition"] = content_disposition_header(True, jointe.nom_fichier) or "attachment"
    return reponse


@action("dossiers.aiguiller")
@require_GET
def doublons(request: HttpRequest, pk: int) -> HttpResponse:
    """The records that may be the same person's."""
    vue, personne = personne_ou_404(request, pk)
    proches = doublons_possibles(
        vue,
        nom=personne.nom_naissance,
        prenom=personne.prenom,
        naissance=personne.date_naissance,
        telephone=personne.telephone,
        sauf=personne.pk,
    )
    reunies = Fusion.objects.filter(gardee=personne, annulee_le__isnull=True).select_related("reunie")
    return render(request, "dossiers/doublons.html", {"personne": personne, "proches": proches, "reunies": reunies})


@action("dossiers.aiguiller")
@require_POST
def reunir(request: HttpRequest, pk: int, autre: int) -> HttpResponse:
    """Bring another record to this one."""
    _, gardee = personne_ou_404(request, pk)
    _, reunie = personne_ou_404(request, autre)
    form = NoteForm()
    refus = agir(lambda: fusionner(gardee=gardee, reunie=reunie, par=acteur(request), a=horloge.maintenant()), form)
    if refus is None:
        messages.success(request, "Les deux fiches sont réunies. Vous pouvez revenir en arrière ci-dessous.")
    for refuse in refus or ():
        messages.error(request, f"{refuse.raison} {refuse.suite}")
    return redirect("dossiers:doublons", pk=gardee.pk)


@action("dossiers.aiguiller")
@require_POST
def separer(request: HttpRequest, pk: int) -> HttpResponse:
    """Undo a merge."""
    fusion = get_object_or_404(Fusion, pk=pk)
    personne_ou_404(request, fusion.gardee_id)
    defaire_la_fusion(fusion, par=acteur(request), a=horloge.maintenant())
    messages.success(request, "Les deux fiches sont de nouveau séparées.")
    return redirect("dossiers:doublons", pk=fusion.gardee_id)
