"""Rows as files: CSV for programs, ODS for spreadsheets; no cell can be taken for a formula."""

import csv
import io
from collections.abc import Iterable, Sequence

from django.http import Http404, HttpResponse

from cepage.fondations.socle.formats import neutraliser

TYPE_ODS = "application/vnd.oasis.opendocument.spreadsheet"


def piece_jointe(
    extension: str, nom: str, colonnes: Sequence[str], lignes: Iterable[Sequence[object]], *, feuille: str
) -> HttpResponse:
    """The rows as an attachment named `nom`.`extension`; `feuille` names the sheet of the ODS.

    None is an empty cell. Raises Http404 for another extension than csv or ods.
    """
    sures = [[neutraliser(cellule) for cellule in ligne] for ligne in lignes]
    if extension == "csv":
        reponse = HttpResponse(_csv(colonnes, sures), content_type="text/csv; charset=utf-8")
    elif extension == "ods":
        reponse = HttpResponse(_ods(colonnes, sures, feuille), content_type=TYPE_ODS)
    else:
        raise Http404
    reponse["Content-Disposition"] = f'attachment; filename="{nom}.{extension}"'
    return reponse


def _csv(colonnes: Sequence[str], lignes: list[list[object]]) -> str:
    flux = io.StringIO()
    ecrivain = csv.writer(flux, delimiter=";", lineterminator="\r\n")
    ecrivain.writerow(colonnes)
    ecrivain.writerows(["" if cellule is None else cellule for cellule in ligne] for ligne in lignes)
    return "\ufeff" + flux.getvalue()


def _ods(colonnes: Sequence[str], lignes: list[list[object]], feuille: str) -> bytes:
    from odfdo import Document, Table

    document = Document("spreadsheet")
    table = Table(feuille)
    table.set_values([list(colonnes), *lignes])  # type: ignore[list-item]
    document.body.clear()
    document.body.append(table)
    tampon = io.BytesIO()
    document.save(tampon)
    return tampon.getvalue()
