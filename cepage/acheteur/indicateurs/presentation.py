"""How figures are said: names of lots, months and measures, values with their unit, intervals, reserves."""

import math
from typing import Literal

from cepage.acheteur.indicateurs.modele import LOT_NATIONAL, Compte, Definition, Mesure, Mois, Valeur
from cepage.fondations.referentiels import nomenclatures
from cepage.fondations.socle import formats
from cepage.fondations.socle.composants.carte import LOTS

ENSEMBLE = "Ensemble des lots"
FAMILLES = (
    ("1", "Engagements et bons de commande"),
    ("2", "Recours au service"),
    ("3", "Développement du recours"),
    ("6", "Parcours"),
)
_NOMS = {lot.code: lot.nom for lot in LOTS} | {"19": "Lot de sécurisation"}
_TABLES = {"statut": "statut", "categorie": "categorie_sociale"}
_QUANTILE_95 = 1.959963984540054
Genre = Literal["part", "evolution", "jours", "effectif"]


def nom_du_lot(lot: str) -> str:
    """« Pays de la Loire (lot 08) »; the whole for "FR"."""
    if lot == LOT_NATIONAL:
        return ENSEMBLE
    return f"{_NOMS[lot]} (lot {lot})" if lot in _NOMS else f"Lot {lot}"


def nom_du_mois(mois: Mois) -> str:
    """« mars 2021 »."""
    return formats.mois(mois.premier_jour)


def nom_de_mesure(mesure: Mesure) -> str:
    """What tells a measure from the others of its indicator, in words."""
    entre = mesure.maille.partition("(")[2].rstrip(")")
    if mesure.ventilation:
        axe = mesure.maille.rpartition("× ")[2]
        return f"Par {axe}" + (f", {mesure.precision}" if mesure.precision else "")
    if entre:
        return entre[0].upper() + entre[1:]
    if mesure.calcul == "effectif":
        return "Effectif"
    return "Moyenne" if isinstance(mesure.numerateur, Compte) and mesure.numerateur.jours else "Mois seul"


def nom_de_modalite(mesure: Mesure, modalite: str) -> str:
    """The label of a modality in its code list; the code itself when the list has lost it."""
    if mesure.ventilation is None:
        return ""
    try:
        return nomenclatures.libelle(_TABLES[mesure.ventilation], modalite)
    except (KeyError, ValueError):
        return modalite


def genre(definition: Definition, mesure: Mesure) -> Genre:
    """What kind of number the measure gives."""
    if mesure.calcul == "evolution":
        return "evolution"
    if mesure.calcul == "effectif":
        return "effectif"
    return "jours" if definition.unite == "jours" else "part"


def texte(nature: Genre, valeur: float | None) -> str:
    """The value with its unit: « 12,3 % », « +4,0 % », « 48,5 jours », « 1 204 »."""
    if valeur is None:
        return "sans valeur"
    if nature == "jours":
        return f"{formats.nombre(valeur, 1)}{formats.ESPACE}{'jour' if abs(valeur) < 2 else 'jours'}"
    if nature == "effectif":
        return formats.nombre(int(valeur))
    if nature == "evolution":
        return ("+" if valeur > 0 else "") + formats.pourcentage(valeur)
    return formats.pourcentage(valeur, _decimales(valeur))


def _decimales(part: float) -> int:
    """Three significant digits or so for the rates of recours, which are small."""
    return 1 if part == 0 or part >= 0.1 else 2 if part >= 0.001 else 4


def rapport(mesure: Mesure, v: Valeur) -> str:
    """The two sides of the figure in one phrase; nothing when the value says it all."""
    bas = "" if v.denominateur is None else formats.nombre(v.denominateur)
    if v.numerateur is None:
        return f"sur {formats.accorder(v.denominateur or 0, 'clôture')}"
    haut = formats.nombre(v.numerateur)
    if mesure.calcul == "effectif":
        return ""
    if mesure.calcul == "evolution":
        return f"{haut} engagements, contre {bas} un an plus tôt"
    if mesure.numerateur.jours:
        return f"{haut} jours sur {formats.accorder(v.denominateur or 0, 'clôture')}"
    return f"{haut} sur {bas}" if bas else f"{haut} comptés, rien à quoi les rapporter"


def reserves(v: Valeur) -> list[str]:
    """What must be said beside the figure."""
    dites = []
    if v.provisoire:
        dites.append("Provisoire")
    if v.hypothese:
        dites.append("Hypothèse : ordre de grandeur")
    return dites


def intervalle(mesure: Mesure, v: Valeur) -> str:
    """The 95 % Wilson interval of a share of dossiers or persons; nothing for the other figures."""
    if mesure.calcul != "rapport" or not isinstance(mesure.denominateur, Compte) or mesure.numerateur.jours:
        return ""
    if not v.denominateur or v.numerateur is None:
        return ""
    bas, haut = wilson(v.numerateur, v.denominateur)
    return f"{formats.pourcentage(bas)} à {formats.pourcentage(haut)}"


def wilson(succes: int, total: int) -> tuple[float, float]:
    """The 95 % confidence interval of a proportion (Wilson); `total` must be positive."""
    z2 = _QUANTILE_95**2
    part = succes / total
    centre = (part + z2 / (2 * total)) / (1 + z2 / total)
    demi = _QUANTILE_95 * math.sqrt(part * (1 - part) / total + z2 / (4 * total**2)) / (1 + z2 / total)
    return max(0.0, centre - demi), min(1.0, centre + demi)
