"""A reception killed anywhere leaves all or nothing; sent again, nothing is lost and nothing is doubled."""

import json
import os
import random
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.pannes.outils import Bilan, Etat, Instance

GRAINE = int(os.environ.get("CEPAGE_GRAINE_PANNES", "20200102"))
ESSAIS_PAR_BASE = 5


@pytest.fixture(scope="module")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    """An envoi of about five thousand fiches."""
    petite = Instance(tmp_path_factory.mktemp("pannes"), dossiers=1_900)
    yield petite
    petite.arreter()


@pytest.fixture
def grande(tmp_path: Path) -> Iterator[Instance]:
    """An envoi of about fifty thousand fiches."""
    instance = Instance(tmp_path / "donnees", dossiers=19_000)
    yield instance
    instance.arreter()


def reference(instance: Instance) -> tuple[Etat, dict[str, object], float]:
    """State and receipt of the envoi received without any kill, and how long it took (seconds)."""
    base = instance.nouvelle_base("cepage_reference")
    debut = time.monotonic()
    accuse = json.loads(instance.recevoir(base))
    duree = time.monotonic() - debut
    etat = instance.etat(base)
    with zipfile.ZipFile(instance.envoi) as archive:
        annonces = json.loads(archive.read("manifeste.json"))["comptes"]
    assert {nom: sum(compte.values()) for nom, compte in accuse["comptes"].items()} == annonces
    assert etat.versions == {
        nom: accuse["comptes"].get(nom, {"acceptees": 0})["acceptees"] for nom in etat.versions
    }
    assert (etat.envois, etat.scelles, etat.anomalies) == (1, 1, len(accuse["anomalies"]))
    return etat, accuse, duree


def couper_et_reprendre(instance: Instance, coupures: int) -> Bilan:
    """Kill, check that all or nothing is there; now and then send again and compare."""
    attendu, accuse_attendu, duree = reference(instance)
    hasard = random.Random(GRAINE)
    bilan = Bilan(GRAINE, duree)
    debut = time.monotonic()
    base, essais = "", 0
    for rang in range(coupures):
        if not essais:
            base = instance.nouvelle_base("cepage_essai")
        essais += 1
        moment = hasard.uniform(0.25, 1.02) * duree
        bilan.moments.append(moment)
        dit = instance.couper(base, moment)
        etat = instance.etat(base)
        assert etat.vide or etat == attendu, f"coupure {rang} à moitié écrite ; {bilan}"
        if dit.strip():
            assert etat == attendu, f"coupure {rang} : accusé rendu et fiches perdues ; {bilan}"
        if etat.vide:
            bilan.avant_l_accuse += 1
        else:
            bilan.apres_l_accuse += 1
        if not etat.vide or essais == ESSAIS_PAR_BASE or rang == coupures - 1:
            accuse = json.loads(instance.recevoir(base))
            assert accuse["comptes"] == accuse_attendu["comptes"], str(bilan)
            assert accuse["anomalies"] == accuse_attendu["anomalies"], str(bilan)
            assert instance.etat(base) == attendu, f"perdues ou doublées après la reprise ; {bilan}"
            bilan.reprises += 1
            essais = 0
    bilan.duree = time.monotonic() - debut
    assert "intact" in instance.executer(base, "journal", "verifier")
    print(bilan)
    return bilan


def test_trois_coupures_ne_perdent_ni_ne_doublent_rien(instance: Instance) -> None:
    bilan = couper_et_reprendre(instance, 3)
    assert len(bilan.moments) == 3


def test_quatre_envois_du_meme_fichier_a_la_fois_n_en_font_qu_un(instance: Instance) -> None:
    base = instance.nouvelle_base("cepage_ensemble")
    arguments = ("recevoir", str(instance.envoi), "--lot", "08", "--format", "json")
    processus = [instance.lancer(base, *arguments) for _ in range(4)]
    sorties = [p.communicate(timeout=300) for p in processus]
    assert {p.returncode for p in processus} <= {0, 1}, sorties
    assert len({sortie for sortie, _ in sorties}) == 1
    etat = instance.etat(base)
    accuse = json.loads(sorties[0][0])
    assert (etat.envois, etat.scelles, etat.anomalies) == (1, 1, len(accuse["anomalies"]))
    assert etat.versions["unite_oeuvre"] == accuse["comptes"]["unite_oeuvre"]["acceptees"]


@pytest.mark.epreuve
def test_cinquante_coupures_d_un_grand_envoi(grande: Instance) -> None:
    bilan = couper_et_reprendre(grande, 50)
    assert len(bilan.moments) == 50
    assert bilan.avant_l_accuse >= 10
