"""The results of the surveys as a table people read."""

from collections.abc import Iterable

from cepage.acheteur.qualite.selectors import Bilan
from cepage.fondations.regles.numeros import uo_affichee
from cepage.fondations.socle import formats
from cepage.fondations.socle.composants.tableau import Colonne, Tableau

PETIT_EFFECTIF = 5
"""Under so many answers, the share is not shown: someone could be recognised."""
_VARIABLES = {"sexe": "sexe", "age": "âge", "categorie_sociale": "catégorie sociale"}


def tableau_des_bilans(bilans: Iterable[Bilan]) -> Tableau:
    """One row by lot, half-year and unit."""
    return Tableau(
        "Réponses à la clôture, par lot, semestre et unité",
        (
            Colonne("semestre", "Semestre", entete=True),
            Colonne("lot", "Lot"),
            Colonne("uo", "Unité", valeur=lambda b: f"UO{uo_affichee(b.reponses.uo).removeprefix('0')}"),
            Colonne("envoyes", "Envoyés", format="nombre", valeur=lambda b: b.reponses.envoyes),
            Colonne("repondants", "Répondants", format="nombre", valeur=lambda b: b.reponses.repondants),
            Colonne("taux", "Taux de réponse", format="pourcentage"),
            Colonne("satisfaits", "Utile et de qualité", valeur=satisfaction),
            Colonne("representatif", "Ressemblance avec les bénéficiaires", valeur=ressemblance),
        ),
        bilans,
    )


def satisfaction(bilan: Bilan) -> str:
    """« 91,0 % (88,2 % à 93,2 %) », withheld under a few answers."""
    i = bilan.intervalle
    if i.part is None or i.bas is None or i.haut is None:
        return ""
    if bilan.reponses.repondants < PETIT_EFFECTIF:
        return f"moins de {PETIT_EFFECTIF} réponses"
    return f"{formats.pourcentage(i.part)} ({formats.pourcentage(i.bas)} à {formats.pourcentage(i.haut)})"


def ressemblance(bilan: Bilan) -> str:
    """Whether the respondents look like the people closed, and by which variable not."""
    if bilan.representatif is None:
        return ""
    if bilan.representatif:
        return "✓ représentatif"
    return f"✗ écart : {', '.join(_VARIABLES[v] for v in bilan.ecarts)}"
