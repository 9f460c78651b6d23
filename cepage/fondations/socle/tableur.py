"""Rows as files: CSV for programs, ODS for spreadsheets; no cell can be taken for a formula."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence

from django.http import Http404, HttpResponse

from cepage.fondations.socle.formats import neutraliser

TYPE_ODS = "application/vnd.oasis.opendocument.spreadsheet"


def piece_jointe(
    extension: str, nom: str, colonnes: Sequence[str], lignes: Iterable[Sequence[object]], *, feuille: str
) -> HttpResponse:
    """The rows as an attachment named `nom`.`extension`; `feuille` names the sheet of the ODS.

    None is an empty cell. Raises Http404 for another extension than csv or ods.
    """
    if extension == "csv":
        reponse = HttpResponse(_csv(colonnes, _sures(lignes)), content_type="text/csv; charset=utf-8")
    elif extension == "ods":
        reponse = HttpResponse(classeur({feuille: [colonnes, *lignes]}), content_type=TYPE_ODS)
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


def classeur(feuilles: Mapping[str, Iterable[Sequence[object]]]) -> bytes:
    """An ODS workbook, one sheet per name, its rows as given; None is an empty cell."""
    from odfdo import Document, Table

    document = Document("spreadsheet")
    document.body.clear()
    for nom, lignes in feuilles.items():
        table = Table(nom)
        table.set_values(_sures(lignes))  # type: ignore[arg-type]
        document.body.append(table)
    tampon = io.BytesIO()
    document.save(tampon)
    return tampon.getvalue()


def _sures(lignes: Iterable[Sequence[object]]) -> list[list[object]]:
    return [[neutraliser(cellule) for cellule in ligne] for ligne in lignes]
