"""The command line: every command announced answers to --help, at every level, and starts without Django."""

import argparse
import importlib
import subprocess
import sys
from pathlib import Path

import pytest

from cepage.config.ligne_de_commande import COMMANDES, principal

RACINE = Path(__file__).resolve().parents[2]


def _parseur(nom: str) -> argparse.ArgumentParser:
    parseur = argparse.ArgumentParser(prog="cepage")
    importlib.import_module(COMMANDES[nom].module).ajouter_commandes(parseur.add_subparsers())
    return parseur


def _actions(parseur: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    for action in parseur._actions:
        if isinstance(action, argparse._SubParsersAction):
            return dict(action.choices)
    return {}


@pytest.mark.parametrize("nom", COMMANDES)
def test_l_aide_de_la_commande(nom: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as sortie:
        principal([nom, "--help"])
    assert sortie.value.code == 0
    assert f"cepage {nom}" in capsys.readouterr().out


@pytest.mark.parametrize("nom", COMMANDES)
def test_l_aide_de_chaque_action(nom: str, capsys: pytest.CaptureFixture[str]) -> None:
    for action in _actions(_actions(_parseur(nom))[nom]):
        with pytest.raises(SystemExit) as sortie:
            principal([nom, action, "--help"])
        assert sortie.value.code == 0
        assert f"cepage {nom} {action}" in capsys.readouterr().out


def test_l_aide_generale_nomme_toutes_les_commandes(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        principal(["--help"])
    aide = capsys.readouterr().out
    assert all(nom in aide and commande.aide[:20] in aide for nom, commande in COMMANDES.items())


def test_declarer_les_commandes_ne_charge_pas_django() -> None:
    modules = sorted({commande.module for commande in COMMANDES.values()})
    lignes = ["import importlib, sys"]
    lignes += [f"importlib.import_module({m!r}); assert 'django' not in sys.modules, {m!r}" for m in modules]
    fait = subprocess.run(
        [sys.executable, "-c", "\n".join(lignes)], cwd=RACINE, capture_output=True, text=True, check=False
    )
    assert fait.returncode == 0, fait.stderr
