"""Pages of the contract: dictionary, code lists, anomaly codes, documents to download."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from cepage.echanges.contrat import selectors
from cepage.echanges.contrat.catalogue import Notice, notices
from cepage.echanges.contrat.exports import tous
from cepage.echanges.contrat.exports.json_schema import NOM as NOM_JSON_SCHEMA
from cepage.echanges.contrat.exports.xsd import NOM as NOM_XSD
from cepage.echanges.contrat.fiches import FICHES, VERSION
from cepage.echanges.contrat.forms import FiltreCodes, FiltreDictionnaire
from cepage.echanges.contrat.modele import Champ, Fiche
from cepage.fondations.comptes.acces import action
from cepage.fondations.referentiels import nomenclatures
from cepage.fondations.referentiels.nomenclatures import Code
from cepage.fondations.socle.composants.tableau import Colonne, Tableau
from cepage.fondations.socle.formats import accorder

Ligne = tuple[Fiche, Champ]
TYPES_MIME = {
    ".json": "application/schema+json",
    ".xsd": "application/xml",
    ".csv": "text/csv; charset=utf-8",
}


def _adresse_liste(ligne: Ligne) -> str | None:
    nom = ligne[1].nomenclature
    return reverse("contrat:liste", args=[nom]) if nom else None


COLONNES_CHAMPS = (
    Colonne("champ", "Champ", valeur=lambda li: li[1].nom, entete=True),
    Colonne("fiche", "Fiche", valeur=lambda li: li[0].libelle),
    Colonne("libelle", "Libellé", valeur=lambda li: li[1].libelle),
    Colonne("type", "Type", valeur=lambda li: li[1].type.value),
    Colonne("contrainte", "Contrainte", valeur=lambda li: li[1].contrainte),
    Colonne("liste", "Liste", valeur=lambda li: li[1].nomenclature, lien=_adresse_liste),
    Colonne("multiple", "Plusieurs valeurs", valeur=lambda li: "oui" if li[1].multiple else "non"),
    Colonne("obligatoire", "Obligatoire", valeur=lambda li: li[1].obligation.texte),
    Colonne("sensibilite", "Sensibilité", valeur=lambda li: li[1].sensibilite.value),
    Colonne("source", "Source", valeur=lambda li: li[1].source),
)
COLONNES_CODES = (
    Colonne("code", "Code", lien=lambda n: reverse("contrat:code", args=[n.code]), entete=True),
    Colonne("gravite", "Gravité", valeur=lambda n: n.gravite.value),
    Colonne("message", "Ce qui ne va pas"),
    Colonne("clause", "Clause"),
)


def _fin(code: Code) -> str:
    return f"fini le {code.fin:%d/%m/%Y}" if code.fin else "en vigueur"


COLONNES_LISTE = (
    Colonne("code", "Code", entete=True),
    Colonne("libelle", "Libellé"),
    Colonne("groupe", "Groupe"),
    Colonne("etat", "État", valeur=_fin),
    Colonne("source", "Source"),
)


@action("contrat.lire")
@require_safe
def dictionnaire(request: HttpRequest) -> HttpResponse:
    """Every field of the contract, searchable, with the documents to download."""
    filtre = FiltreDictionnaire(request.GET)
    choisis = filtre.cleaned_data if filtre.is_valid() else {}
    lignes = selectors.chercher_champs(**choisis)
    contexte = {
        "filtre": filtre,
        "lignes": lignes,
        "tableau": Tableau(accorder(len(lignes), "champ"), COLONNES_CHAMPS, lignes),
        "version": VERSION,
        "json_schema": NOM_JSON_SCHEMA,
        "xsd": NOM_XSD,
        "gabarits": [(fiche.libelle, f"{fiche.nom}.csv") for fiche in FICHES.values()],
        "nombre_codes": len(notices()),
    }
    return render(request, "contrat/dictionnaire.html", contexte)


@action("contrat.lire")
@require_safe
def liste(request: HttpRequest, nom: str) -> HttpResponse:
    """One code list, and the fields that use it."""
    champs = selectors.champs_de_la_liste(nom)
    if not champs:
        raise Http404(f"Le contrat n'a pas de liste « {nom} ».")
    codes = nomenclatures.table(nom)
    contexte = {
        "nom": nom,
        "champs": [(fiche, champ, selectors.jour_des_codes(fiche, champ)) for fiche, champ in champs],
        "tableau": Tableau(accorder(len(codes), "code"), COLONNES_LISTE, codes),
    }
    return render(request, "contrat/liste.html", contexte)


@action("contrat.lire")
@require_safe
def codes(request: HttpRequest) -> HttpResponse:
    """Every anomaly code, searchable."""
    filtre = FiltreCodes(request.GET)
    choisis = filtre.cleaned_data if filtre.is_valid() else {}
    trouves = selectors.chercher_codes(**choisis)
    tableau = Tableau(accorder(len(trouves), "code"), COLONNES_CODES, trouves)
    return render(request, "contrat/codes.html", {"filtre": filtre, "codes": trouves, "tableau": tableau})


@action("contrat.lire")
@require_safe
def code(request: HttpRequest, code: str) -> HttpResponse:
    """One anomaly code: sentence, severity, mend, clause."""
    notice: Notice | None = notices().get(code)
    if notice is None:
        raise Http404(f"Le contrat n'a pas de code « {code} ».")
    return render(request, "contrat/code.html", {"notice": notice})


@action("contrat.lire")
@require_safe
def telecharger(request: HttpRequest, nom: str) -> HttpResponse:
    """One published document."""
    contenu = tous().get(nom)
    if contenu is None:
        raise Http404(f"Le contrat n'a pas de document « {nom} ».")
    type_mime = TYPES_MIME["." + nom.rsplit(".", 1)[-1]]
    return HttpResponse(
        contenu, content_type=type_mime, headers={"Content-Disposition": f'attachment; filename="{nom}"'}
    )
