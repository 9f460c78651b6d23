"""`cepage indicateurs`, as typed."""

import argparse
import json
from pathlib import Path

import pytest

from cepage.acheteur.indicateurs.commandes import ajouter_commandes
from tests.acheteur.indicateurs.jeux import Recue, ecrire, instant, unite


@pytest.fixture(autouse=True)
def colonnes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CEPAGE_DONNEES", str(tmp_path))
    monkeypatch.setattr("cepage.acheteur.registre.colonnes.actualiser", lambda racine: [])
    recues = [
        Recue(instant("2021-03-20T12:00:00"), unite("A1", "p1", "01", "2021-03-10", "2021-03-12", "CV_AUTRE")),
        Recue(instant("2021-04-20T12:00:00"), unite("A2", "p2", "01", "2021-03-10", "2021-03-15", "CV_AUTRE")),
    ]
    ecrire(tmp_path / "colonnes", recues, [])


def lancer(*arguments: str) -> int:
    parseur = argparse.ArgumentParser()
    ajouter_commandes(parseur.add_subparsers())
    args = parseur.parse_args(["indicateurs", *arguments])
    code: int = args.executer(args)
    return code


def test_json_is_a_list_of_rows(capsys: pytest.CaptureFixture[str]) -> None:
    assert lancer("--mois", "2021-03", "--lot", "08", "--code", "6.2", "--format", "json") == 0
    lignes = json.loads(capsys.readouterr().out)
    assert lignes[0] == {
        "code": "6.2",
        "lot": "08",
        "periode": "2021-03",
        "maille": "lot × mois",
        "numerateur": 7,
        "denominateur": 2,
        "valeur": 3.5,
        "provisoire": False,
    }
    assert [r["maille"] for r in lignes] == ["lot × mois", "lot × mois (médiane)", "lot × mois (9e décile)"]


def test_known_on_replays_the_past(capsys: pytest.CaptureFixture[str]) -> None:
    assert lancer("--mois", "2021-03", "--connu-le", "2021-04-10", "--code", "6.2", "--format", "json") == 0
    assert [(r["lot"], r["denominateur"]) for r in json.loads(capsys.readouterr().out)][:2] == [
        ("08", 1),
        ("FR", 1),
    ]


def test_the_table_is_written_in_french(capsys: pytest.CaptureFixture[str]) -> None:
    assert lancer("--mois", "2021-03", "--lot", "08", "--code", "6.2") == 0
    lignes = capsys.readouterr().out.splitlines()
    assert lignes[0].split() == ["code", "lot", "mois", "maille", "numérateur", "dénominateur", "valeur"]
    assert lignes[1].split() == ["6.2", "08", "2021-03", "lot", "×", "mois", "7", "2", "3,5"]


@pytest.mark.parametrize(
    ("arguments", "phrase"),
    [(("--mois", "mars"), "2021-03"), (("--mois", "2021-03", "--code", "9"), "Indicateurs connus")],
)
def test_a_mistake_says_how_to_mend_it(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], phrase: str
) -> None:
    assert lancer(*arguments) == 3
    assert phrase in capsys.readouterr().err
