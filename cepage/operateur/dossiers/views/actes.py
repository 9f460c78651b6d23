"""The acts on a unit or a person: each is a form, a service, and the dossier again."""

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from cepage.fondations.comptes.acces import action
from cepage.fondations.comptes.enums import Role
from cepage.fondations.comptes.models import Attribution, Personne
from cepage.fondations.regles import Refus, charger_marche
from cepage.fondations.socle import horloge
from cepage.operateur.dossiers import forms
from cepage.operateur.dossiers.enums import UO, Etat
from cepage.operateur.dossiers.models import Beneficiaire, UniteOeuvre
from cepage.operateur.dossiers.selectors.regard import Regard
from cepage.operateur.dossiers.services import (
    Engagement,
    annuler,
    changer_statut,
    clore_par_courriel,
    clore_par_signature,
    contester_l_abandon,
    engager_uo,
    examiner,
)
from cepage.operateur.dossiers.services.courriels import consigner_courriel
from cepage.operateur.dossiers.services.suivi import (
    completer_unite,
    consigner_etape,
    consigner_interaction,
    passer_la_main,
)
from cepage.operateur.dossiers.services.unites import MARCHE
from cepage.operateur.dossiers.views.commun import acte, acteur, personne_ou_404, unite_ou_404

_FORME = require_http_methods(["GET", "POST"])


@action("dossiers.tenir")
@_FORME
def engager(request: HttpRequest, pk: int, uo: str) -> HttpResponse:
    """Engage a unit; what forbids it is told before anything is typed."""
    _, personne = personne_ou_404(request, pk)
    personne, le = personne.principale, horloge.aujourd_hui()
    libelle = UO(uo).label
    derniere = personne.unites.exclude(etat=Etat.ANNULEE).order_by("date_engagement", "id").last()
    initiales: dict[str, object] = {"date_engagement": le, "origine_demarche": "INDIVIDUELLE"}
    if derniere is not None:
        initiales |= {nom: getattr(derniere, nom) for nom in forms.DEMANDE}
    form = forms.EngagementForm(request.POST or None, initial=initiales, uo=uo)

    def demande() -> Engagement:
        return Engagement(beneficiaire=personne, uo=uo, **form.cleaned_data)

    refus = () if request.method == "POST" else _refus_d_avance(personne, uo, le)
    return acte(
        request,
        personne,
        form,
        lambda: engager_uo(demande(), par=acteur(request), a=horloge.maintenant()),
        titre=f"Engager l'{libelle}",
        bouton=f"Engager l'{libelle}",
        fait=f"L'{libelle} est engagée ; sa fiche partira avec l'envoi du soir.",
        refus=refus,
    )


def _refus_d_avance(personne: Beneficiaire, uo: str, le: date) -> tuple[Refus, ...]:
    """What forbids the unit whatever is typed: the aléa and the place may still be given in the form."""
    vide = Engagement(
        beneficiaire=personne,
        uo=uo,
        date_engagement=le,
        origine_demarche="",
        motif_sollicitation="",
        alea_uo22=_premier_alea(uo, le),
        derogation_territoriale="AUTRE",
    )
    return examiner(vide, a=horloge.maintenant(), interroger=False).refus


def _premier_alea(uo: str, le: date) -> str:
    if uo != UO.UO22:
        return ""
    return charger_marche(MARCHE).liste("unites.alea.uo22", le=le)[0]


@action("dossiers.tenir")
@_FORME
def clore(request: HttpRequest, pk: int) -> HttpResponse:
    """Close a unit by the person's signature, or an UO2.2 by its closing mail."""
    _, unite = unite_ou_404(request, pk)
    form = forms.ClotureForm(request.POST or None, initial={"le": horloge.aujourd_hui()})
    cloturer = clore_par_courriel if unite.uo == UO.UO22 else clore_par_signature
    return acte(
        request,
        unite.beneficiaire,
        form,
        lambda: cloturer(unite, par=acteur(request), a=horloge.maintenant(), **form.cleaned_data),
        titre=f"Clore l'{unite.libelle}",
        bouton=f"Clore l'{unite.libelle}",
        fait=f"L'{unite.libelle} est close.",
        explication=(
            "L'UO2.2 se clôt à la date de son courriel de clôture, déjà consigné au dossier."
            if unite.uo == UO.UO22
            else "L'unité se clôt le jour où la personne signe son document."
        ),
    )


@action("dossiers.tenir")
@_FORME
def contester(request: HttpRequest, pk: int) -> HttpResponse:
    """Contest an abandon: the person had not given up."""
    _, unite = unite_ou_404(request, pk)
    form = forms.RaisonForm(request.POST or None)
    return acte(
        request,
        unite.beneficiaire,
        form,
        lambda: contester_l_abandon(unite, par=acteur(request), a=horloge.maintenant(), **form.cleaned_data),
        titre=f"Contester l'abandon de l'{unite.libelle}",
        bouton="Rouvrir l'unité",
        fait=f"L'{unite.libelle} est rouverte. Elle ne sera plus close la nuit : c'est à vous de la clore.",
        explication="Dites ce que la personne a demandé, et quand : la raison reste au dossier.",
    )


@action("dossiers.tenir")
@_FORME
def annulation(request: HttpRequest, pk: int) -> HttpResponse:
    """Cancel a unit opened by mistake."""
    _, unite = unite_ou_404(request, pk)
    form = forms.RaisonForm(request.POST or None)
    return acte(
        request,
        unite.beneficiaire,
        form,
        lambda: annuler(unite, par=acteur(request), a=horloge.maintenant(), **form.cleaned_data),
        titre=f"Annuler l'{unite.libelle} {unite.numero_dossier}",
        bouton="Annuler l'unité",
        fait="L'unité est annulée ; son annulation partira avec l'envoi du soir.",
        explication="L'unité reste lisible avec sa raison, mais elle ne compte plus et ne sera pas payée.",
        dangereux=True,
    )


@action("dossiers.tenir")
@_FORME
def interaction(request: HttpRequest, pk: int) -> HttpResponse:
    """Note a contact."""
    _, unite = unite_ou_404(request, pk)
    initiales = {"le": horloge.aujourd_hui(), "mode_contact": "PRESENTIEL"}
    form = forms.InteractionForm(request.POST or None, initial=initiales)
    return acte(
        request,
        unite.beneficiaire,
        form,
        lambda: consigner_interaction(unite, par=acteur(request), a=horloge.maintenant(), **form.cleaned_data),
        titre=f"Noter un contact ({unite.libelle})",
        bouton="Noter le contact",
        fait="Le contact est noté.",
    )


@action("dossiers.tenir")
@_FORME
def realisation(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what was done in an UO2."""
    _, unite = unite_ou_404(request, pk)
    initiales = {nom: getattr(unite, nom) for nom in forms.RealisationForm.CHAMPS if nom != "autoprescriptions"}
    prestations = [p for p in unite.prestations_complementaires if p != "AUCUNE"]
    initiales["autoprescriptions"] = [
        p for p, sienne in zip(prestations, unite.autoprescription, strict=False) if sienne
    ]
    form = forms.RealisationForm(request.POST or None, initial=initiales, uo=unite.uo)
    return acte(
        request,
        unite.beneficiaire,
        form,
        lambda: completer_unite(unite, form.pour_l_unite(), par=acteur(request), a=horloge.maintenant()),
        titre=f"Décrire ce qui a été fait ({unite.libelle})",
        bouton="Garder la description",
        fait="La description est gardée.",
        explication="Ces réponses sont dues à la clôture de l'unité.",
    )


@action("dossiers.tenir")
@_FORME
def statut(request: HttpRequest, pk: int) -> HttpResponse:
    """Note a change of status."""
    _, personne = personne_ou_404(request, pk)
    initiales = {"depuis": horloge.aujourd_hui(), "statut": personne.statut}
    form = forms.StatutForm(request.POST or None, initial=initiales)
    return acte(
        request,
        personne,
        form,
        lambda: changer_statut(personne, par=acteur(request), a=horloge.maintenant(), **form.cleaned_data),
        titre="Noter un changement de situation",
        bouton="Noter le changement",
        fait="Le changement de situation est noté.",
        explication="Quelqu'un qui perd son emploi pendant l'accompagnement peut le poursuivre.",
    )


@action("dossiers.tenir")
@_FORME
def etape(request: HttpRequest, pk: int) -> HttpResponse:
    """Note a step."""
    _, personne = personne_ou_404(request, pk)
    form = forms.EtapeForm(request.POST or None, initial={"le": horloge.aujourd_hui()})
    return acte(
        request,
        personne,
        form,
        lambda: consigner_etape(personne, par=acteur(request), a=horloge.maintenant(), **form.cleaned_data),
        titre="Noter une étape du parcours",
        bouton="Noter l'étape",
        fait="L'étape est notée.",
    )


@action("dossiers.tenir")
@_FORME
def courriel(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep, and possibly send, one of the three mails of an UO2.2."""
    _, personne = personne_ou_404(request, pk)
    ouverte = UniteOeuvre.objects.filter(beneficiaire=personne, uo=UO.UO22, etat=Etat.OUVERTE).first()
    form = forms.CourrielForm(request.POST or None, initial={"le": horloge.aujourd_hui()})
    return acte(
        request,
        personne,
        form,
        lambda: consigner_courriel(
            personne, unite=ouverte, par=acteur(request), a=horloge.maintenant(), **form.cleaned_data
        ),
        titre="Consigner un courriel de l'UO2.2",
        bouton="Consigner le courriel",
        fait="Le courriel est au dossier.",
        explication=(
            "L'UO2.2 se prouve par trois courriels : celui qui engage, la réponse de la personne, celui qui clôt. "
            "Les deux premiers viennent avant l'engagement de l'unité."
        ),
    )


@action("dossiers.tenir")
@_FORME
def main(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand a unit over to another référent."""
    vue, unite = unite_ou_404(request, pk)
    conseillers = _conseillers(vue)
    form = forms.MainForm(request.POST or None, conseillers=conseillers, champ="Nouveau conseiller référent")
    return acte(
        request,
        unite.beneficiaire,
        form,
        lambda: passer_la_main(
            unite, _choisi(conseillers, form.cleaned_data["personne"]), par=acteur(request), a=horloge.maintenant()
        ),
        titre=f"Passer la main ({unite.libelle})",
        bouton="Passer la main",
        fait="Le dossier a un nouveau référent.",
        explication="Une personne a un seul référent à la fois (CCTP §2.1.3).",
    )


@action("dossiers.tenir")
@_FORME
def deleguer(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask an expert to help on a unit; the référent stays."""
    vue, unite = unite_ou_404(request, pk)
    conseillers = _conseillers(vue)
    form = forms.MainForm(request.POST or None, conseillers=conseillers, champ="Expert")
    return acte(
        request,
        unite.beneficiaire,
        form,
        lambda: completer_unite(
            unite,
            {"delegue": _choisi(conseillers, form.cleaned_data["personne"])},
            par=acteur(request),
            a=horloge.maintenant(),
        ),
        titre=f"Déléguer à un expert ({unite.libelle})",
        bouton="Déléguer l'unité",
        fait="L'expert voit maintenant ce dossier dans sa journée.",
        explication="Le conseiller référent reste le même.",
    )


def _conseillers(vue: Regard) -> list[Personne]:
    tenues = Attribution.en_vigueur(horloge.aujourd_hui()).filter(
        role=Role.CONSEILLER, personne__organisation=vue.personne.organisation_id, personne__is_active=True
    )
    siens = Personne.objects.filter(attributions__in=tenues)
    if vue.restreint:
        siens = siens.filter(rattachement__membre=vue.membre)
    return list(siens.distinct())


def _choisi(conseillers: list[Personne], pk: str) -> Personne:
    return next(p for p in conseillers if str(p.pk) == pk)
