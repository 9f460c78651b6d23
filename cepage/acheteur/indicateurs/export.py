"""Figures as files: CSV for programs, ODS for spreadsheets; no cell can be taken for a formula."""

import csv
import io
from collections.abc import Sequence
from datetime import date

from django.http import Http404, HttpResponse

from cepage.acheteur.indicateurs.definitions import DEFINITIONS
from cepage.acheteur.indicateurs.modele import Valeur
from cepage.echanges.reception.accuse import neutraliser

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
TYPE_ODS = "application/vnd.oasis.opendocument.spreadsheet"


def fichier(extension: str, nom: str, valeurs: Sequence[Valeur], connu_le: date) -> HttpResponse:
    """The figures as an attachment named `nom`.`extension`; Http404 for another extension than csv or ods."""
    lignes = [_ligne(v, connu_le) for v in valeurs]
    if extension == "csv":
        reponse = HttpResponse(_csv(lignes), content_type="text/csv; charset=utf-8")
    elif extension == "ods":
        reponse = HttpResponse(_ods(lignes), content_type=TYPE_ODS)
    else:
        raise Http404
    reponse["Content-Disposition"] = f'attachment; filename="{nom}.{extension}"'
    return reponse


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
    return [neutraliser(lues[colonne]) for colonne in COLONNES]


def _csv(lignes: list[list[object]]) -> str:
    flux = io.StringIO()
    ecrivain = csv.writer(flux, delimiter=";", lineterminator="\r\n")
    ecrivain.writerow(COLONNES)
    ecrivain.writerows(["" if cellule is None else cellule for cellule in ligne] for ligne in lignes)
    return "\ufeff" + flux.getvalue()


def _ods(lignes: list[list[object]]) -> bytes:
    from odfdo import Document, Table

    document = Document("spreadsheet")
    feuille = Table("Indicateurs")
    feuille.set_values([list(COLONNES), *lignes])  # type: ignore[list-item]
    document.body.clear()
    document.body.append(feuille)
    tampon = io.BytesIO()
    document.save(tampon)
    return tampon.getvalue()
