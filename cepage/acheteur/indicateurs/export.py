"""Figures as files: CSV for programs, ODS for spreadsheets; no cell can be taken for a formula."""

from collections.abc import Sequence
from datetime import date

from django.http import HttpResponse

from cepage.acheteur.indicateurs.definitions import DEFINITIONS
from cepage.acheteur.indicateurs.modele import Valeur
from cepage.fondations.socle.tableur import piece_jointe

COLONNES = (
    "code",
    "libelle",
    "lot",
    "periode",
    "maille",
    "numerateur",
    "denominateur",
    "valeur",
    "provisoire",
    "hypothese",
    "mention",
    "source",
    "connu_le",
)


def fichier(extension: str, nom: str, valeurs: Sequence[Valeur], connu_le: date) -> HttpResponse:
    """The figures as an attachment named `nom`.`extension`; Http404 for another extension than csv or ods."""
    lignes = [_ligne(v, connu_le) for v in valeurs]
    return piece_jointe(extension, nom, COLONNES, lignes, feuille="Indicateurs")


def _ligne(v: Valeur, connu_le: date) -> list[object]:
    definition = DEFINITIONS[v.code]
    lues = {
        **v.en_dictionnaire(),
        "libelle": definition.libelle,
        "source": definition.source,
        "connu_le": connu_le.isoformat(),
        "provisoire": "O" if v.provisoire else "N",
        "hypothese": "O" if v.hypothese else "N",
    }
    return [lues[colonne] for colonne in COLONNES]
