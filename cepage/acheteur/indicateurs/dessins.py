"""The charts and the map of an indicator, each with its table, its definition, its date and its base."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from cepage.acheteur.indicateurs import presentation
from cepage.acheteur.indicateurs.modele import LOT_NATIONAL, Definition, Mesure, Mois, Valeur
from cepage.fondations.socle import formats
from cepage.fondations.socle.composants.carte import LOTS, Carte
from cepage.fondations.socle.composants.carte import Valeur as ValeurDeCarte
from cepage.fondations.socle.composants.graphique import ENCRE, PALETTE, Graphique
from cepage.fondations.socle.composants.tableau import Colonne, Tableau

if TYPE_CHECKING:
    from cepage.acheteur.indicateurs.views import Chiffre

LARGEUR, HAUTEUR = 640, 260
_AXES = {"part": ".1~%", "evolution": "+.0~%", "jours": ",.0f", "effectif": ",.0f"}
_UNITES = {"part": "part", "evolution": "évolution", "jours": "jours", "effectif": "effectif"}


def courbe(
    definition: Definition, mesure: Mesure, valeurs: Sequence[Valeur], lot: str, commun: Mapping[str, Any]
) -> Graphique | None:
    """The course of the figure over the months for a lot, beside the whole; None without value."""
    nature = presentation.genre(definition, mesure)
    series = {t: {v.periode: v for v in valeurs if v.lot == t} for t in dict.fromkeys((lot, LOT_NATIONAL))}
    series = {t: par_mois for t, par_mois in series.items() if any(v.valeur is not None for v in par_mois.values())}
    if not series:
        return None
    periodes = sorted({p for par_mois in series.values() for p in par_mois})
    points = [
        {"mois": f"{p}-01", "valeur": v.valeur, "lot": presentation.nom_du_lot(t)}
        for t, par_mois in series.items()
        for p, v in sorted(par_mois.items())
        if v.valeur is not None
    ]
    colonnes = [Colonne("mois", "Mois", entete=True)] + [
        Colonne(t, presentation.nom_du_lot(t), valeur=_lecteur(par_mois, nature)) for t, par_mois in series.items()
    ]
    lignes = [{"mois": formats.mois(Mois.lire(p).premier_jour), "periode": p} for p in reversed(periodes)]
    suivi = series.get(lot) or next(iter(series.values()))
    return Graphique(
        question=definition.titre,
        specification=_lignes(points, nature, [presentation.nom_du_lot(t) for t in series]),
        tableau=Tableau(f"{definition.libelle}, mois par mois", colonnes, lignes),
        resume=_resume(suivi, nature),
        definition=_definition(definition),
        date=formats.jour(commun["connu_le"]),
        base=_base(definition),
        reserve=_reserve(suivi[max(suivi)]),
    )


def barres(
    definition: Definition, mesure: Mesure, lignes: "Sequence[Chiffre]", commun: Mapping[str, Any]
) -> Graphique | None:
    """The numbers of persons by modality in the month; None when nobody came."""
    if not lignes:
        return None
    points = [{"nom": c.nom, "nombre": c.valeur.numerateur} for c in lignes]
    encodage = {
        "y": {"field": "nom", "type": "nominal", "sort": "-x", "title": None, "axis": {"labelLimit": 320}},
        "x": {"field": "nombre", "type": "quantitative", "title": "personnes", "axis": {"format": ",.0f"}},
    }
    specification = {
        "data": {"values": points},
        "width": LARGEUR - 260,
        "padding": {"left": 40, "top": 5, "right": 5, "bottom": 5},
        "height": {"step": 26},
        "encoding": encodage,
        "layer": [
            {"mark": {"type": "bar", "color": PALETTE[0]}},
            {
                "mark": {"type": "text", "align": "left", "dx": 4, "color": ENCRE},
                "encoding": {"text": {"field": "nombre", "format": ",.0f"}},
            },
        ],
    }
    premier = lignes[0]
    return Graphique(
        question=definition.titre,
        specification=specification,
        tableau=Tableau(
            f"{definition.libelle}, {commun['nom_mois']}, {commun['nom_lot']}",
            [
                Colonne("nom", "Modalité", entete=True),
                Colonne("nombre", "Personnes", "nombre", valeur=lambda c: c.valeur.numerateur),
                Colonne("texte", "Taux"),
            ],
            lignes,
        ),
        resume=f"En tête : {premier.nom}, {formats.accorder(premier.valeur.numerateur or 0, 'personne')}.",
        definition=_definition(definition),
        date=formats.jour(commun["connu_le"]),
        base=_base(definition),
        reserve=_reserve(premier.valeur),
    )


def carte(
    definition: Definition,
    mesure: Mesure,
    lignes: "Sequence[Chiffre]",
    parametres: Callable[..., str],
    commun: Mapping[str, Any],
) -> Carte | None:
    """The map of the month; None when fewer than two lots are within reach."""
    connus = {lot.code for lot in LOTS}
    valeurs = {
        c.valeur.lot: ValeurDeCarte(
            c.valeur.valeur,
            c.texte if c.valeur.valeur is not None else "—",
            f"?{parametres(lot=c.valeur.lot)}",
            ", ".join(c.reserves),
        )
        for c in lignes
        if c.valeur.lot in connus
    }
    if len(valeurs) < 2:
        return None
    return Carte(
        question=f"Où en sont les lots en {commun['nom_mois']} ?",
        valeurs=valeurs,
        unite=definition.libelle,
        definition=_definition(definition),
        base=_base(definition),
        date=formats.jour(commun["connu_le"]),
    )


def _lecteur(par_mois: Mapping[str, Valeur], nature: presentation.Genre) -> Callable[[Any], str]:
    def lire(ligne: Any) -> str:
        v = par_mois.get(ligne["periode"])
        return "" if v is None else presentation.texte(nature, v.valeur) + (" (provisoire)" if v.provisoire else "")

    return lire


def _lignes(points: list[dict[str, Any]], nature: str, noms: Sequence[str]) -> dict[str, Any]:
    """Lines labelled at their last point, no legend to look up."""
    dernier = max(str(p["mois"]) for p in points)
    points = [{**p, "dernier": p["mois"] == dernier} for p in points]
    couleur = {
        "field": "lot",
        "type": "nominal",
        "scale": {"domain": list(noms), "range": list(PALETTE[: len(noms)])},
    }
    base = {
        "x": {
            "field": "mois",
            "type": "temporal",
            "title": None,
            "axis": {"format": "%m/%Y", "labelOverlap": True},
        },
        "y": {
            "field": "valeur",
            "type": "quantitative",
            "title": _UNITES[nature],
            "axis": {"format": _AXES[nature]},
        },
        "color": {**couleur, "legend": {"title": None, "orient": "top", "labelLimit": 300}},
    }
    return {
        "data": {"values": points},
        "width": LARGEUR,
        "height": HAUTEUR,
        "encoding": base,
        "layer": [
            {"mark": {"type": "line", "strokeWidth": 2.5}},
            {"mark": {"type": "point", "filled": True, "size": 36}},
            {
                "transform": [{"filter": "datum.dernier"}],
                "mark": {"type": "text", "align": "left", "dx": 8, "fontWeight": "bold"},
                "encoding": {"text": {"field": "valeur", "format": _AXES[nature]}},
            },
        ],
    }


def _resume(par_mois: Mapping[str, Valeur], nature: presentation.Genre) -> str:
    connus = [v for _, v in sorted(par_mois.items()) if v.valeur is not None]
    dernier = connus[-1]
    phrase = f"{presentation.nom_du_lot(dernier.lot)} : {presentation.texte(nature, dernier.valeur)} en "
    phrase += formats.mois(Mois.lire(dernier.periode).premier_jour)
    if len(connus) > 1:
        premier = connus[0]
        phrase += f", {presentation.texte(nature, premier.valeur)} en "
        phrase += formats.mois(Mois.lire(premier.periode).premier_jour)
    return phrase + "."


def _definition(definition: Definition) -> str:
    return f"{definition.numerateur[0].upper()}{definition.numerateur[1:]}. {definition.source}."


def _base(definition: Definition) -> str:
    return definition.denominateur.removeprefix("(effectif) ; ")


def _reserve(v: Valeur) -> str:
    return " ; ".join(presentation.reserves(v))
