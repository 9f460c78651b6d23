"""Mon équipe, the list of the team, one counsellor, and what is written about them."""

from collections.abc import Callable
from typing import Any

from django import forms as formulaires
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cepage.fondations.comptes.acces import action, peut
from cepage.fondations.comptes.models import Personne
from cepage.fondations.socle import horloge
from cepage.fondations.socle.tableur import piece_jointe
from cepage.operateur.dossiers.selectors import listes
from cepage.operateur.dossiers.selectors.regard import Regard, regard
from cepage.operateur.dossiers.views.commun import agir
from cepage.operateur.equipe import forms
from cepage.operateur.equipe.models import ActionFormation, Conseiller, Derogation, Experience
from cepage.operateur.equipe.selectors import conseillers as lecture
from cepage.operateur.equipe.services import conseillers as services

_FORME = require_http_methods(["GET", "POST"])
COLONNES = (
    *("nom", "prénom", "membre", "profil", "qualification", "raison"),
    *("heures de formation suivies", "heures prévues", "dossiers ouverts", "échéance proche", "délai passé"),
)


def _nom(request: HttpRequest) -> str:
    assert isinstance(request.user, Personne)
    return request.user.nom_complet


@action("equipe.lire")
@require_GET
def accueil(request: HttpRequest) -> HttpResponse:
    """What is due, late, refused, not qualified, not trained; every number opens its list."""
    vue, le = regard(request), horloge.aujourd_hui()
    lignes = lecture.equipe(vue, le)
    etats = [(cle, nom, len(lecture.filtrer(lignes, cle))) for cle, (nom, _) in lecture.FILTRES.items()]
    contexte = {
        "le": le,
        "comptes": listes.comptes(listes.accompagnements(vue), le),
        "sans_referent": next((x for x in listes.par_conseiller(vue, le) if x.cle == "aucun"), None),
        "lignes": sorted(lignes, key=lambda x: (-x.retard, -x.bientot, x.personne.nom)),
        "etats": etats,
        "heures": sum(ligne.heures for ligne in lignes),
        "peut_transmettre": peut(request, "dossiers.transmettre"),
    }
    return render(request, "equipe/accueil.html", contexte)


def _choisies(request: HttpRequest) -> tuple[forms.FiltreEquipe, list[lecture.EnPoste]]:
    le, filtre = horloge.aujourd_hui(), forms.FiltreEquipe(request.GET)
    etat = filtre.cleaned_data["etat"] if filtre.is_valid() else ""
    return filtre, lecture.filtrer(lecture.equipe(regard(request), le), etat)


@action("equipe.lire")
@require_GET
def liste(request: HttpRequest) -> HttpResponse:
    """The team, those to be put in order first."""
    filtre, lignes = _choisies(request)
    contexte = {
        "filtre": filtre,
        "lignes": lignes,
        "annee": horloge.aujourd_hui().year,
        "parametres": request.GET.urlencode(),
        "filtree": bool(request.GET.get("etat")),
    }
    return render(request, "equipe/liste.html", contexte)


@action("equipe.lire")
@require_GET
def exporter(request: HttpRequest, extension: str) -> HttpResponse:
    """The team of the list, as CSV or ODS."""
    _, lignes = _choisies(request)
    rangees = [
        (
            *(x.personne.nom, x.personne.prenom, x.membre, x.profil),
            *((x.qualification.etat.value, x.qualification.raison) if x.qualification else ("", "")),
            *(x.heures, x.prevues, x.ouvertes, x.bientot, x.retard),
        )
        for x in lignes
    ]
    return piece_jointe(extension, "equipe", COLONNES, rangees, feuille="Équipe")


def _personne(vue: Regard, pk: int) -> Personne:
    """Someone of the team, present or gone; a foreign one is as a missing one."""
    siens = Personne.objects.filter(organisation=vue.personne.organisation_id)
    if vue.restreint:
        siens = siens.filter(rattachement__membre=vue.membre)
    return get_object_or_404(siens, pk=pk)


def _fiche(personne: Personne) -> Conseiller | None:
    return Conseiller.objects.filter(personne=personne).prefetch_related("experiences", "derogations").first()


@action("equipe.lire")
@require_GET
def conseiller(request: HttpRequest, pk: int) -> HttpResponse:
    """One person: qualification and its reason, what they carry, competences, training of each year."""
    vue, le = regard(request), horloge.aujourd_hui()
    personne = _personne(vue, pk)
    fiche = _fiche(personne)
    ligne = next((x for x in lecture.equipe(vue, le) if x.personne.pk == pk), None)
    actions = list(fiche.formations.all()) if fiche else []
    contexte = {
        "personne": personne,
        "fiche": fiche,
        "ligne": ligne,
        "le": le,
        "qualification": ligne.qualification if ligne else lecture.qualification_de(fiche, le),
        "competences": lecture.competences(fiche, le),
        "a_suivre": [f for f in actions if f.date_realisation is None],
        "suivies": [f for f in actions if f.date_realisation is not None],
        "heures": lecture.heures_suivies(actions, le.year),
        "peut_tenir": peut(request, "equipe.tenir"),
        "peut_rattacher": peut(request, "groupement.tenir"),
    }
    return render(request, "equipe/conseiller.html", contexte)


def _formulaire(
    request: HttpRequest,
    personne: Personne,
    form: formulaires.Form,
    faire: Callable[[], Any],
    *,
    titre: str,
    bouton: str,
    fait: str,
    explication: str = "",
) -> HttpResponse:
    """One form about a person, then their page; refused, the form with its reason and nothing lost."""
    if request.method == "POST" and form.is_valid() and agir(faire, form) is None:
        messages.success(request, fait)
        return redirect("equipe:conseiller", pk=personne.pk)
    contexte = {"personne": personne, "form": form, "titre": titre, "bouton": bouton, "explication": explication}
    return render(request, "equipe/formulaire.html", contexte, status=422 if form.errors else 200)


@action("equipe.tenir")
@_FORME
def fiche(request: HttpRequest, pk: int) -> HttpResponse:
    """Open or mend the record."""
    personne = _personne(regard(request), pk)
    tenue = _fiche(personne)
    champs = [nom for nom in forms.FicheForm.base_fields if nom != "version"]
    initiales: dict[str, Any] = {"entree": horloge.aujourd_hui(), "quotite": 1, "version": 0}
    if tenue is not None:
        initiales = {nom: getattr(tenue, nom) for nom in (*champs, "version")}
    form = forms.FicheForm(request.POST or None, initial=initiales)

    def faire() -> None:
        valeurs = {nom: form.cleaned_data[nom] for nom in champs}
        try:
            services.tenir_la_fiche(
                personne, valeurs, version=form.cleaned_data["version"], par=_nom(request), a=horloge.maintenant()
            )
        except ValidationError:
            # What was typed is shown again beside the version it now answers to.
            saisie = request.POST.copy()
            saisie["version"] = str(initiales["version"])
            form.data = saisie
            raise

    return _formulaire(
        request,
        personne,
        form,
        faire,
        titre="Fiche de conseiller",
        bouton="Enregistrer la fiche",
        fait="La fiche est à jour.",
        explication="Le contrat demande une certification de niveau 5 du domaine et de l'expérience, ou plus "
        "d'expérience (CCTP §3.1). L'expérience s'ajoute ensuite, poste par poste.",
    )


def _avec_fiche(request: HttpRequest, pk: int) -> tuple[Personne, Conseiller]:
    personne = _personne(regard(request), pk)
    tenue = _fiche(personne)
    if tenue is None:
        raise Http404
    return personne, tenue


@action("equipe.tenir")
@_FORME
def experience(request: HttpRequest, pk: int) -> HttpResponse:
    """Add an experience."""
    personne, tenue = _avec_fiche(request, pk)
    form = forms.ExperienceForm(request.POST or None)
    return _formulaire(
        request,
        personne,
        form,
        lambda: services.ajouter_une_experience(tenue, **form.cleaned_data),
        titre="Ajouter une expérience",
        bouton="Ajouter l'expérience",
        fait="L'expérience est ajoutée ; la qualification est recalculée.",
    )


@action("equipe.tenir")
@_FORME
def derogation(request: HttpRequest, pk: int) -> HttpResponse:
    """Note a dérogation."""
    personne, tenue = _avec_fiche(request, pk)
    form = forms.DerogationForm(request.POST or None)
    return _formulaire(
        request,
        personne,
        form,
        lambda: services.noter_une_derogation(tenue, **form.cleaned_data),
        titre="Noter une dérogation",
        bouton="Noter la dérogation",
        fait="La dérogation est notée.",
        explication="France compétences accepte, pour un temps, un conseiller qui n'a pas encore la qualification.",
    )


@action("equipe.tenir")
@_FORME
def competence(request: HttpRequest, pk: int) -> HttpResponse:
    """Say how far a competence is held."""
    personne, tenue = _avec_fiche(request, pk)
    le = horloge.aujourd_hui()
    form = forms.EvaluationForm(request.POST or None, le=le, initial={"le": le, "code": request.GET.get("code", "")})
    return _formulaire(
        request,
        personne,
        form,
        lambda: services.evaluer(tenue, **form.cleaned_data, par=_nom(request), a=le),
        titre="Évaluer une compétence",
        bouton="Enregistrer l'évaluation",
        fait="L'évaluation est notée ; les précédentes restent.",
    )


@action("equipe.tenir")
@_FORME
def formation(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a line to the plan."""
    personne, tenue = _avec_fiche(request, pk)
    le = horloge.aujourd_hui()
    form = forms.FormationForm(request.POST or None, le=le, initial={"annee": le.year})
    return _formulaire(
        request,
        personne,
        form,
        lambda: services.prevoir_une_formation(tenue, **form.cleaned_data),
        titre="Prévoir une formation",
        bouton="Ajouter au plan",
        fait="La formation est au plan individuel.",
    )


def _formation(request: HttpRequest, pk: int) -> tuple[Personne, ActionFormation]:
    prevue = get_object_or_404(ActionFormation.objects.select_related("conseiller__personne"), pk=pk)
    return _personne(regard(request), prevue.conseiller.personne_id), prevue


@action("equipe.tenir")
@_FORME
def suivre(request: HttpRequest, formation: int) -> HttpResponse:
    """Say that a planned training was followed."""
    personne, prevue = _formation(request, formation)
    le = horloge.aujourd_hui()
    form = forms.SuiviForm(
        request.POST or None, initial={"date_realisation": le, "heures_realisees": prevue.heures_prevues}
    )
    return _formulaire(
        request,
        personne,
        form,
        lambda: services.noter_le_suivi(prevue, **form.cleaned_data, a=le),
        titre=f"Formation suivie : {prevue.intitule}",
        bouton="Noter la formation suivie",
        fait="Les heures de formation sont comptées.",
    )


_RETIRABLES = {"experience": Experience, "derogation": Derogation, "formation": ActionFormation}


@action("equipe.tenir")
@require_POST
def retirer(request: HttpRequest, genre: str, objet: int) -> HttpResponse:
    """Remove what was entered by mistake."""
    if genre not in _RETIRABLES:
        raise Http404
    vise: Any = get_object_or_404(_RETIRABLES[genre], pk=objet)
    personne = _personne(regard(request), vise.conseiller.personne_id)
    try:
        services.retirer(vise)
    except ValidationError as refus:
        messages.error(request, " ".join(refus.messages))
    else:
        messages.success(request, "C'est retiré.")
    return redirect("equipe:conseiller", pk=personne.pk)


@action("equipe.lire")
@require_GET
def formations(request: HttpRequest) -> HttpResponse:
    """The plans of a year and the hours followed."""
    filtre, annee = _annee(request)
    lignes = list(lecture.formations(regard(request), horloge.aujourd_hui(), annee))
    contexte = {
        "filtre": filtre,
        "annee": annee,
        "lignes": lignes,
        "heures": lecture.heures_suivies(lignes, annee),
    }
    return render(request, "equipe/formations.html", contexte)


def _annee(request: HttpRequest) -> tuple[forms.AnneeForm, int]:
    le = horloge.aujourd_hui()
    filtre = forms.AnneeForm(request.GET or None, initial={"annee": le.year})
    return filtre, (filtre.cleaned_data["annee"] if filtre.is_valid() else None) or le.year


@action("equipe.lire")
@require_GET
def exporter_les_formations(request: HttpRequest, extension: str) -> HttpResponse:
    """The plans of a year, as CSV or ODS."""
    _, annee = _annee(request)
    colonnes = ("nom", "prénom", "année du plan", "intitulé", "organisme", "compétences", "heures prévues",
                "suivie le", "heures suivies")  # fmt: skip
    rangees = [
        (
            *(x.conseiller.personne.nom, x.conseiller.personne.prenom, x.annee, x.intitule, x.organisme),
            *(" ".join(x.competences), x.heures_prevues, x.date_realisation, x.heures_realisees),
        )
        for x in lecture.formations(regard(request), horloge.aujourd_hui(), annee)
    ]
    return piece_jointe(extension, f"formations_{annee}", colonnes, rangees, feuille=str(annee))
