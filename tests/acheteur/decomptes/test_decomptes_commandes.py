"""`cepage decomptes`: the posts as JSON or as text, and the refusals."""

import json

import pytest

from cepage.config.ligne_de_commande import principal
from cepage.fondations.socle.portee import portee_totale
from tests.acheteur.decomptes.fabrique import clore, commander, tarifer, tenir

pytestmark = pytest.mark.django_db(transaction=False)


@pytest.fixture
def marche(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """One unit closed; the command keeps the connection of the test."""
    monkeypatch.setattr("cepage.config.ligne_de_commande.preparer", lambda: None)
    monkeypatch.setattr("django.db.connections.close_all", lambda: None)
    with portee_totale():
        tenir()
        commander()
        tarifer()
        clore(1)


def test_json(marche: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert principal(["decomptes", "--lot", "08", "--trimestre", "2021-T1", "--format", "json"]) == 0
    (poste,) = json.loads(capsys.readouterr().out)
    assert (poste["uo"], poste["commande"], poste["unites_payables"], poste["net_ht"]) == (
        "21",
        "2021-Lot08-UO2.1-01",
        1,
        "300.00",
    )
    assert "lignes" not in poste
    assert principal(["decomptes", "--lot", "08", "--trimestre", "2021-T1", "--format", "json", "--lignes"]) == 0
    assert len(json.loads(capsys.readouterr().out)[0]["lignes"]) == 1


def test_texte(marche: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert principal(["decomptes", "--lot", "08", "--trimestre", "2021-T1"]) == 0
    assert "1 payable(s) sur 1 close(s) × 300.00 €" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("lot", "trimestre", "dit"), [("08", "2021-T9", "écrivez-le comme 2021-T1"), ("05", "2021-T1", "Personne ne tient")]
)
def test_refus(marche: None, capsys: pytest.CaptureFixture[str], lot: str, trimestre: str, dit: str) -> None:
    assert principal(["decomptes", "--lot", lot, "--trimestre", trimestre]) == 2
    assert dit in capsys.readouterr().err
