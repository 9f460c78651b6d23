"""A workbook: its sheets in order, its empty cells, and nothing that a spreadsheet takes for a formula."""

import io

import pytest
from odfdo import Document

from cepage.fondations.socle.tableur import classeur


def _relu(octets: bytes) -> dict[str, list[list[object]]]:
    document = Document(io.BytesIO(octets))
    return {table.name: table.get_values() for table in document.body.get_tables()}


def test_les_feuilles_et_leurs_cellules() -> None:
    relu = _relu(classeur({"Postes": [["uo", "net"], ["01", 3]], "Lignes": [["numero"], [None]]}))
    assert list(relu) == ["Postes", "Lignes"]
    assert relu["Postes"] == [["uo", "net"], ["01", 3]]


@pytest.mark.parametrize("formule", ["=1+1", "+1", "-1", "@SOMME(A1)", "\tx"])
def test_aucune_cellule_n_est_une_formule(formule: str) -> None:
    for lignes in _relu(classeur({"Une": [[formule]], "Deux": [["x"], [formule]]})).values():
        assert str(lignes[-1][0]).startswith("'")
