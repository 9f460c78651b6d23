"""The UO0 on one screen: search or open the record, propose an orientation, keep its outcome."""

from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from cepage.fondations.comptes.acces import action
from cepage.fondations.referentiels import nomenclatures
from cepage.fondations.regles import Orientation, age_le, charger_marche, choisir, faits_des_codes, orienter
from cepage.fondations.socle import horloge
from cepage.operateur.dossiers import encarts
from cepage.operateur.dossiers.enums import UO
from cepage.operateur.dossiers.forms import APPEL, SITUATION, AiguillageForm, RechercheForm
from cepage.operateur.dossiers.models import Beneficiaire
from cepage.operateur.dossiers.selectors import dossier as lecture
from cepage.operateur.dossiers.selectors.recherche import Trouvees, chercher, comprendre, doublons_possibles
from cepage.operateur.dossiers.selectors.regard import Regard, regard
from cepage.operateur.dossiers.services import (
    Acteur,
    Engagement,
    creer_beneficiaire,
    engager_uo,
    modifier_beneficiaire,
    suivie_ailleurs,
)
from cepage.operateur.dossiers.services.acteurs import VersionDepassee
from cepage.operateur.dossiers.services.unites import MARCHE
from cepage.operateur.dossiers.views.commun import acteur, agir, personne_ou_404

SESSION = "dossiers_recherche"
SANS_INTERLOCUTEUR = ("INFORMATION", "SANS_SUITE")
"""Outcomes open to everybody: the information was enough, or the person wants nothing more."""


@action("dossiers.aiguiller")
@require_http_methods(["GET", "POST"])
def recherche(request: HttpRequest) -> HttpResponse:
    """Search the person who calls; open a record when there is none.

    What is typed names a person: the session keeps it, no address shows it. The menu leads to an empty search.
    """
    if request.method == "POST":
        saisie = RechercheForm(request.POST)
        request.session[SESSION] = saisie.cleaned_data["q"] if saisie.is_valid() else ""
        return redirect(f"{reverse('dossiers:recherche')}?resultats")
    texte = request.session.get(SESSION, "") if "resultats" in request.GET else ""
    form = RechercheForm(initial={"q": texte})
    demande = comprendre(texte)
    trouvees = chercher(regard(request), demande) if texte else Trouvees([])
    contexte = {"form": form, "texte": texte, "trouvees": trouvees, "comprise": not demande.vide}
    return render(request, "dossiers/recherche.html", contexte)


@action("dossiers.aiguiller")
@require_http_methods(["GET", "POST"])
def nouvelle(request: HttpRequest) -> HttpResponse:
    """The call of someone who has no record yet."""
    demande = comprendre(request.session.get(SESSION, "") if "recherche" in request.GET else "")
    initiales = {
        "nom_naissance": " ".join(demande.mots[:1]).title(),
        "prenom": " ".join(demande.mots[1:]).title(),
        "date_naissance": demande.naissance,
        "telephone": demande.telephone,
    }
    return _appel(request, regard(request), None, AiguillageForm(request.POST or None, initial=initiales))


@action("dossiers.aiguiller")
@require_http_methods(["GET", "POST"])
def connue(request: HttpRequest, pk: int) -> HttpResponse:
    """The call of someone already known."""
    vue, personne = personne_ou_404(request, pk)
    personne = personne.principale
    initiales = {nom: getattr(personne, nom) for nom in (*APPEL, *SITUATION)}
    return _appel(request, vue, personne, AiguillageForm(request.POST or None, initial=initiales))


def _appel(request: HttpRequest, vue: Regard, personne: Beneficiaire | None, form: AiguillageForm) -> HttpResponse:
    le = horloge.aujourd_hui()
    contexte: dict[str, object] = {"form": form, "personne": personne, "propose": False}
    if personne is not None:
        contexte["historique"] = lecture.lire(vue, personne, le).parcours[:5]
    if request.method == "POST" and form.is_valid():
        orientation = _orienter(form, vue.lot(), le)
        doublons = [] if personne else _doublons(vue, form)
        choisi = request.POST.get("aiguillage", "")
        if choisi in _suites(orientation) and (not doublons or request.POST.get("nouvelle")):
            reponse = _enregistrer(request, vue, personne, form, orientation, choisi)
            if isinstance(reponse, HttpResponse):
                return reponse
            contexte["refus"] = reponse
        contexte |= {
            "propose": True,
            "orientation": orientation,
            "suites": [(code, nomenclatures.libelle("aiguillage", code)) for code in SANS_INTERLOCUTEUR],
            "choisi": choisi or orientation.operateur,
            "doublons": doublons,
            "ailleurs": _ailleurs(vue, form, le),
            "encarts": encarts.de_l_appel(request, vue, personne or _visee(vue, form)),
        }
    return render(request, "dossiers/appel.html", contexte)


def _suites(orientation: Orientation) -> tuple[str, ...]:
    return (*orientation.possibles(), *SANS_INTERLOCUTEUR)


def _orienter(form: AiguillageForm, lot: str, le: date) -> Orientation:
    regles = charger_marche(MARCHE)
    faits = faits_des_codes(
        statuts=form.cleaned_data["statut"],
        categorie_sociale=form.cleaned_data["categorie_sociale"] or "NSP",
        handicap=form.cleaned_data["handicap"] or "NSP",
        age=age_le(form.cleaned_data["date_naissance"], le),
        lot=lot,
        le=le,
        regles=regles,
    )
    return orienter(faits, regles=regles)


def _doublons(vue: Regard, form: AiguillageForm) -> list[Beneficiaire]:
    valeurs = form.cleaned_data
    return doublons_possibles(
        vue,
        nom=valeurs["nom_naissance"],
        prenom=valeurs["prenom"],
        naissance=valeurs["date_naissance"],
        telephone=valeurs["telephone"],
    )


def _ailleurs(vue: Regard, form: AiguillageForm, le: date) -> bool:
    return suivie_ailleurs(_visee(vue, form), le)


def _visee(vue: Regard, form: AiguillageForm) -> Beneficiaire:
    """The person of the call, not kept yet."""
    valeurs = form.cleaned_data
    return Beneficiaire(
        lot=vue.lot(),
        nom_naissance=valeurs["nom_naissance"],
        prenom=valeurs["prenom"],
        date_naissance=valeurs["date_naissance"],
        adresse_code_postal=valeurs["adresse_code_postal"],
    )


def _enregistrer(
    request: HttpRequest,
    vue: Regard,
    personne: Beneficiaire | None,
    form: AiguillageForm,
    orientation: Orientation,
    choisi: str,
) -> "HttpResponse | object":
    """Write the record and its UO0 together; gives the dossier, or the refusals."""
    par, a = acteur(request), horloge.maintenant()
    faite: list[Beneficiaire] = []

    def faire() -> None:
        tenue = _tenir(vue, personne, form, par)
        engager_uo(
            Engagement(
                beneficiaire=tenue,
                uo=UO.UO0,
                date_engagement=horloge.aujourd_hui(),
                aiguillage=choisi,
                **form.de_la_demande(),
            ),
            par=par,
            a=a,
        )
        encarts.apres_aiguillage(request, vue, tenue, choisi)
        faite.append(tenue)

    refus = agir(faire, form)
    if refus is not None:
        return refus
    if choisi in orientation.possibles():
        messages.success(request, f"Aiguillage enregistré. À dire : « {choisir(orientation, choisi).phrase} »")
    else:
        messages.success(request, "Aiguillage enregistré.")
    return redirect("dossiers:dossier", pk=faite[0].pk)


def _tenir(vue: Regard, personne: Beneficiaire | None, form: AiguillageForm, par: Acteur) -> Beneficiaire:
    a, valeurs = horloge.maintenant(), form.de_la_personne()
    if personne is None:
        return creer_beneficiaire(valeurs, emetteur=vue.emetteur, lot=vue.lot(), par=par, a=a, membre=vue.membre)
    changees = {nom: valeur for nom, valeur in valeurs.items() if getattr(personne, nom) != valeur}
    if not changees:
        return personne
    try:
        return modifier_beneficiaire(personne, changees, version=personne.version, par=par, a=a)
    except VersionDepassee:
        # Read in this same request: only someone saving at this very instant is in the way; theirs is kept.
        return Beneficiaire.objects.get(pk=personne.pk)
