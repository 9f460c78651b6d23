"""Pages of the indicators: the dashboard of a month, one indicator, the dossiers behind a figure, exports."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from cepage.acheteur.indicateurs import dessins, export, presentation, selectors
from cepage.acheteur.indicateurs.definitions import DEFINITIONS
from cepage.acheteur.indicateurs.forms import FiltreIndicateur, FiltreIndicateurs
from cepage.acheteur.indicateurs.modele import LOT_NATIONAL, Compte, Definition, Mesure, Mois, Valeur
from cepage.acheteur.indicateurs.selectors import Etendue
from cepage.fondations.comptes.acces import Perimetre, action, perimetre, roles_de
from cepage.fondations.socle import horloge

MOIS_DE_LA_COURBE = 24
PAR_PAGE = 50


@dataclass(frozen=True)
class Demande:
    """What the person looks at, read from the URL and held within the lots they may see."""

    vue: Etendue
    filtre: FiltreIndicateurs
    mois: Mois
    lot: str
    lots: tuple[str, ...] | None
    connu_le: date | None
    mesure: int

    def chiffres(self, debut: Mois, codes: Sequence[str] | None = None) -> list[Valeur]:
        """The figures from `debut` to the month asked, for every lot within reach."""
        return selectors.chiffres(
            self.vue,
            debut,
            self.mois,
            lots=self.lots,
            connu_le=self.connu_le,
            aujourd_hui=horloge.aujourd_hui(),
            codes=codes,
        )

    def parametres(self, **remplaces: str) -> str:
        """The query string that keeps this view, some parts replaced."""
        gardes = {"mois": str(self.mois), "lot": self.lot}
        if self.connu_le:
            gardes["connu_le"] = self.connu_le.isoformat()
        return urlencode(gardes | remplaces)


@dataclass(frozen=True)
class Chiffre:
    """A figure as a page writes it."""

    definition: Definition
    mesure: Mesure
    valeur: Valeur
    nom: str
    texte: str
    rapport: str
    reserves: list[str]
    intervalle: str
    dossiers: str
    detail: str


def _perimetre(request: HttpRequest) -> Perimetre:
    accorde: Perimetre = request.perimetre  # type: ignore[attr-defined]
    return accorde


def _demander(request: HttpRequest, definition: Definition | None = None) -> Demande | None:
    vue = selectors.etendue()
    if vue is None or not vue.mois:
        return None
    accordes = _perimetre(request).lots
    lots = None if accordes is None else tuple(lot for lot in vue.lots if lot in accordes)
    choix = [LOT_NATIONAL, *vue.lots] if lots is None else list(lots)
    if not choix:
        return None
    filtre = (
        FiltreIndicateurs(_completer(request, vue, choix), vue.mois, choix)
        if definition is None
        else FiltreIndicateur(_completer(request, vue, choix), vue.mois, choix, definition)
    )
    lus = filtre.cleaned_data if filtre.is_valid() else {}
    return Demande(
        vue=vue,
        filtre=filtre,
        mois=Mois.lire(lus["mois"]) if lus.get("mois") else vue.mois[-1],
        lot=lus.get("lot") or choix[0],
        lots=lots,
        connu_le=lus.get("connu_le"),
        mesure=int(lus.get("mesure") or 0),
    )


def _completer(request: HttpRequest, vue: Etendue, choix: Sequence[str]) -> dict[str, str]:
    """The parameters of the URL, those left out at their first value."""
    donnees = {nom: str(valeur) for nom, valeur in request.GET.items()}
    donnees.setdefault("mois", str(vue.mois[-1]))
    donnees.setdefault("lot", choix[0])
    donnees.setdefault("mesure", "0")
    return donnees


def _registre(request: HttpRequest) -> Callable[[str], bool]:
    """Which lots' dossiers the person may open: those of the register, not those of the figures."""
    accorde = perimetre(request.user, "registre.lire", roles_de(request))  # type: ignore[arg-type]
    if accorde is None:
        return lambda lot: False
    return lambda lot: accorde.lots is None or lot in accorde.lots


def _ecrire(
    demande: Demande,
    definition: Definition,
    mesure: Mesure,
    v: Valeur,
    nom: str,
    ouvrir: Callable[[str], bool],
) -> Chiffre:
    adresse = ""
    compte = mesure.numerateur if v.numerateur is not None else mesure.denominateur
    if ouvrir(v.lot) and isinstance(compte, Compte) and (v.numerateur or v.denominateur):
        parametres = demande.parametres(
            lot=v.lot,
            mois=v.periode,
            maille=v.maille,
            cote="denominateur" if v.numerateur is None else "numerateur",
        )
        adresse = f"{reverse('indicateurs:dossiers', args=[definition.code])}?{parametres}"
    rang = str(definition.mesures.index(mesure))
    page = reverse("indicateurs:indicateur", args=[definition.code])
    return Chiffre(
        definition=definition,
        mesure=mesure,
        valeur=v,
        nom=nom,
        texte=presentation.texte(presentation.genre(definition, mesure), v.valeur),
        rapport=presentation.rapport(mesure, v),
        reserves=presentation.reserves(v),
        intervalle=presentation.intervalle(mesure, v),
        dossiers=adresse,
        detail=f"{page}?{demande.parametres(mesure=rang)}",
    )


@action("indicateurs.lire")
@require_GET
def tableau_de_bord(request: HttpRequest) -> HttpResponse:
    """Every indicator of a month for a lot, by family."""
    demande = _demander(request)
    if demande is None:
        return render(request, "indicateurs/vide.html")
    valeurs = [v for v in demande.chiffres(demande.mois) if v.lot == demande.lot]
    ouvrir = _registre(request)
    familles = []
    for tete, titre in presentation.FAMILLES:
        chiffres = [
            _ecrire(demande, d, m, v, presentation.nom_de_mesure(m), ouvrir)
            for d in DEFINITIONS.values()
            if d.code.partition(".")[0] == tete
            for m in d.mesures
            if m.ventilation is None
            for v, _ in selectors.par_mesure(m, valeurs, d.code)
        ]
        groupes: dict[str, list[Chiffre]] = {}
        for chiffre in chiffres:
            groupes.setdefault(chiffre.definition.code, []).append(chiffre)
        ventiles = {
            d.code: f"{reverse('indicateurs:indicateur', args=[d.code])}?{demande.parametres()}"
            for d in DEFINITIONS.values()
            if d.code.partition(".")[0] == tete and all(m.ventilation for m in d.mesures)
        }
        cartes = [(g[0].definition, g[0].detail, g) for g in groupes.values()]
        cartes += [(DEFINITIONS[code], adresse, []) for code, adresse in ventiles.items()]
        familles.append((titre, sorted(cartes, key=lambda c: c[0].code)))
    return render(request, "indicateurs/tableau_de_bord.html", {**_commun(demande), "familles": familles})


@action("indicateurs.lire")
@require_GET
def indicateur(request: HttpRequest, code: str) -> HttpResponse:
    """One indicator: its definition, its course, its map, its figures by lot."""
    definition = _definition(code)
    demande = _demander(request, definition)
    if demande is None:
        return render(request, "indicateurs/vide.html")
    mesure = definition.mesures[demande.mesure]
    debut = demande.mois.plus(1 - MOIS_DE_LA_COURBE)
    serie = selectors.par_mesure(mesure, demande.chiffres(debut, [code]), code)
    du_mois = [(v, modalite) for v, modalite in serie if v.periode == str(demande.mois)]
    du_lot = [v for v, _ in du_mois if v.lot == demande.lot]
    ouvrir = _registre(request)
    if mesure.ventilation:
        lignes = [
            _ecrire(demande, definition, mesure, v, presentation.nom_de_modalite(mesure, modalite or ""), ouvrir)
            for v, modalite in du_mois
            if v.lot == demande.lot
        ]
        lignes.sort(key=lambda c: -(c.valeur.numerateur or 0))
        dessin, carte = dessins.barres(definition, mesure, lignes, _commun(demande)), None
    else:
        lignes = [_ecrire(demande, definition, mesure, v, presentation.nom_du_lot(v.lot), ouvrir) for v, _ in du_mois]
        valeurs = [v for v, _ in serie]
        dessin = dessins.courbe(definition, mesure, valeurs, demande.lot, _commun(demande))
        carte = dessins.carte(definition, mesure, lignes, demande.parametres, _commun(demande))
    contexte = {
        **_commun(demande),
        "definition": definition,
        "nom_mesure": presentation.nom_de_mesure(mesure) if len(definition.mesures) > 1 else "",
        "chiffre": lignes[[c.valeur.lot for c in lignes].index(demande.lot)] if du_lot and lignes else None,
        "ventile": mesure.ventilation,
        "lignes": lignes,
        "intervalles": any(c.intervalle for c in lignes),
        "dessin": dessin,
        "carte": carte,
        "bases": sorted({v.mention for v in du_lot if v.mention}),
    }
    return render(request, "indicateurs/indicateur.html", contexte)


@action("registre.lire")
@require_GET
def dossiers(request: HttpRequest, code: str) -> HttpResponse:
    """The dossiers a figure counts, pseudonymised; within the lots and operators the person may read."""
    definition = _definition(code)
    vue = selectors.etendue()
    lot, maille = request.GET.get("lot", ""), request.GET.get("maille", "")
    cote = "denominateur" if request.GET.get("cote") == "denominateur" else "numerateur"
    accorde = _perimetre(request)
    if vue is None or (lot == LOT_NATIONAL and accorde.lots is not None):
        raise Http404
    if lot != LOT_NATIONAL:
        accorde.exiger_lot(lot)
        if lot not in vue.lots:
            raise Http404
    try:
        mois = Mois.lire(request.GET.get("mois", ""))
        connu_le = date.fromisoformat(request.GET["connu_le"]) if request.GET.get("connu_le") else None
        emetteurs = None if accorde.totale else accorde.emetteurs
        numeros = selectors.dossiers_du_chiffre(code, lot, mois, maille, cote, connu_le, emetteurs)
    except (ValueError, KeyError) as erreur:
        raise Http404(str(erreur)) from erreur
    contexte = {
        "definition": definition,
        "cote": cote,
        "compte": definition.numerateur if cote == "numerateur" else definition.denominateur,
        "lot": presentation.nom_du_lot(lot),
        "mois": mois,
        "nom_mois": presentation.nom_du_mois(mois),
        "maille": maille,
        "connu_le": connu_le,
        "page": Paginator(numeros, PAR_PAGE).get_page(request.GET.get("page")),
        "retour": reverse("indicateurs:indicateur", args=[code]) + f"?mois={mois}&lot={lot}",
    }
    return render(request, "indicateurs/dossiers.html", contexte)


@action("indicateurs.lire")
@require_GET
def exporter(request: HttpRequest, extension: str) -> HttpResponse:
    """The figures seen, as a file: the month for every indicator, or the months drawn for one."""
    code = request.GET.get("code")
    definition = _definition(code) if code else None
    demande = _demander(request)
    if demande is None:
        raise Http404
    debut = demande.mois.plus(1 - MOIS_DE_LA_COURBE) if definition else demande.mois
    valeurs = demande.chiffres(debut, [code] if code else None)
    nom = f"indicateurs-{code or 'tous'}-{demande.mois}"
    return export.fichier(extension, nom, valeurs, demande.connu_le or horloge.aujourd_hui())


def _definition(code: str) -> Definition:
    if code not in DEFINITIONS:
        raise Http404
    return DEFINITIONS[code]


def _commun(demande: Demande) -> dict[str, object]:
    return {
        "filtre": demande.filtre,
        "mois": demande.mois,
        "nom_mois": presentation.nom_du_mois(demande.mois),
        "lot": demande.lot,
        "nom_lot": presentation.nom_du_lot(demande.lot),
        "connu_le": demande.connu_le or demande.vue.le.date(),
        "rejoue": demande.connu_le is not None,
        "mis_a_jour": demande.vue.le,
        "parametres": demande.parametres(),
    }
