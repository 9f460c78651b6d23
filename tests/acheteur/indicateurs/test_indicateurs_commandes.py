"""`cepage indicateurs`, as typed."""

import argparse
import json
from pathlib import Path

import pytest

from cepage.acheteur.indicateurs.commandes import ajouter_commandes
from cepage.acheteur.indicateurs.evaluation import _population_non_connue
from cepage.fondations.referentiels import populations
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
        "hypothese": False,
        "mention": None,
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


@pytest.mark.parametrize("code", ["2.2", "2.4"])
def test_a_rate_without_population_says_why(code: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Lot 08: the packaged figures have no number of public agents."""
    pourquoi = "le nombre d'agents publics, qui se retire des actifs (CCTP §4.3 note 36), n'est pas publié"
    assert lancer("--mois", "2021-03", "--lot", "08", "--code", code, "--format", "json") == 0
    ligne = json.loads(capsys.readouterr().out)[0]
    assert (ligne["numerateur"] is None, ligne["denominateur"], ligne["valeur"]) == (False, None, None)
    assert pourquoi in ligne["mention"]
    assert "s'importe par la liste « populations »" in ligne["mention"]
    assert lancer("--mois", "2021-03", "--connu-le", "2021-03-25", "--lot", "08", "--code", code) == 0
    texte = capsys.readouterr().out.splitlines()[1]
    assert pourquoi in texte
    assert texte.endswith("provisoire")


def test_the_whole_of_the_lots_names_those_without_population() -> None:
    lots = [f"{n:02d}" for n in range(1, 20)]
    phrase = _population_non_connue(lots, [populations.population_cep(lot) for lot in lots])
    assert "lots 01, 05, 07, 08, 11, 13, 14, 16, 17, le nombre d'agents publics" in phrase
    assert "lot 19, le lot 19 n'a pas de population propre" in phrase
    assert "lot 02" not in phrase
