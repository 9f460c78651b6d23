"""A reception killed anywhere leaves all or nothing; sent again, nothing is lost and nothing is doubled."""

import json
import os
import random
import shutil
import tempfile
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.pannes.outils import Bilan, Etat, Instance

GRAINE = int(os.environ.get("CEPAGE_GRAINE_PANNES", "20200102"))
ESSAIS_PAR_BASE = 5
REQUETES = (
    "COPY arrivee_beneficiaire",
    "COPY arrivee_unite_oeuvre",
    "COPY arrivee_interaction",
    "INSERT INTO registre_unite_oeuvre",
    "INSERT INTO registre_interaction",
    "COPY arrivee_anomalie",
    "COMMIT",
)


@contextmanager
def montee(dossiers: int) -> Iterator[Instance]:
    """An instance in its own directory, removed with its cluster."""
    # The embedded server may run under another account, which must reach its files.
    racine = Path(tempfile.mkdtemp(prefix="cepage-pannes-"))
    racine.chmod(0o755)
    instance = Instance(racine, dossiers=dossiers)
    try:
        yield instance
    finally:
        instance.arreter()
        shutil.rmtree(racine, ignore_errors=True)


@pytest.fixture(scope="module")
def instance() -> Iterator[Instance]:
    """An envoi of about five thousand fiches."""
    with montee(1_900) as petite:
        yield petite


@pytest.fixture(scope="module")
def grande() -> Iterator[Instance]:
    """An envoi of about fifty thousand fiches."""
    with montee(19_000) as instance:
        yield instance


def reference(instance: Instance) -> tuple[Etat, dict[str, Any], float, float]:
    """State and receipt of the envoi received without any kill; seconds before and within its transaction."""
    base = instance.nouvelle_base("cepage_reference")
    sortie, avant, pendant = instance.chronometrer(base)
    accuse = json.loads(sortie)
    etat = instance.etat(base)
    with zipfile.ZipFile(instance.envoi) as archive:
        annonces = json.loads(archive.read("manifeste.json"))["comptes"]
    assert {nom: sum(compte.values()) for nom, compte in accuse["comptes"].items()} == annonces
    assert etat.versions == {nom: accuse["comptes"].get(nom, {"acceptees": 0})["acceptees"] for nom in etat.versions}
    assert (etat.envois, etat.scelles, etat.anomalies) == (1, 1, len(accuse["anomalies"]))
    return etat, accuse, avant, pendant


def couper_et_reprendre(instance: Instance, coupures: int) -> Bilan:
    """Kill, check that all or nothing is there; now and then send again and compare.

    Only the kills that come before the end of the writing count towards `coupures`; three in ten come at a statement
    of the writing, the others anywhere before the transaction or within it. A machine that works faster than during
    the reference run makes the next moments come sooner.
    """
    attendu, accuse_attendu, avant, pendant = reference(instance)
    hasard = random.Random(GRAINE)
    bilan = Bilan(GRAINE, avant + pendant)
    debut = time.monotonic()
    base, essais = "", 0
    while bilan.avant_l_ecriture < coupures:
        rang = len(bilan.moments)
        assert rang < 4 * coupures, f"trop de coupures viennent après l'écriture ; {bilan}"
        if not essais:
            base = instance.nouvelle_base("cepage_essai")
        essais += 1
        sorte = hasard.random()
        if sorte < 0.3:
            requete, moment = hasard.choice(REQUETES), hasard.uniform(0, 0.05)
            bilan.moments.append(f"« {requete} »+{moment:.3f}")
            dit, etape = instance.couper(base, moment, requete=requete)
        else:
            dedans = sorte < 0.85
            moment = hasard.uniform(0, pendant if dedans else avant)
            bilan.moments.append(f"{'+' if dedans else ''}{moment:.2f}")
            dit, etape = instance.couper(base, moment, dans_la_transaction=dedans)
        bilan.etapes[etape] += 1
        etat = instance.etat(base)
        assert etat.vide or etat == attendu, f"coupure {rang} à moitié écrite ; {bilan}"
        if dit.strip():
            assert etat == attendu, f"coupure {rang} : accusé rendu et fiches perdues ; {bilan}"
        if etat.vide:
            bilan.avant_l_ecriture += 1
        else:
            bilan.apres_l_ecriture += 1
            pendant *= 0.9
        if not etat.vide or essais == ESSAIS_PAR_BASE or bilan.avant_l_ecriture == coupures:
            accuse = json.loads(instance.recevoir(base))
            assert accuse["comptes"] == accuse_attendu["comptes"], str(bilan)
            assert accuse["anomalies"] == accuse_attendu["anomalies"], str(bilan)
            assert instance.etat(base) == attendu, f"perdues ou doublées après la reprise ; {bilan}"
            assert instance.restes() == [], str(bilan)
            bilan.reprises += 1
            essais = 0
    bilan.duree = time.monotonic() - debut
    assert "intact" in instance.executer(base, "journal", "verifier")
    print(bilan)
    return bilan


def test_trois_coupures_ne_perdent_ni_ne_doublent_rien(instance: Instance) -> None:
    bilan = couper_et_reprendre(instance, 3)
    assert bilan.avant_l_ecriture == 3


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
def test_temoin_des_versions_validees_avant_leur_accuse_se_voient(
    instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: undisturbed, the sabotaged reception gives the right state; the campaign catches it all the
    same, because a kill leaves versions without receipt nor seal."""
    monkeypatch.setattr(instance, "programme", "tests.pannes.sabotage")
    with pytest.raises(AssertionError, match=r"coupure \d+ à moitié écrite"):
        couper_et_reprendre(instance, 15)
    laisse = instance.etat("cepage_essai")
    assert laisse.versions["unite_oeuvre"] > 0
    assert (laisse.envois, laisse.scelles, laisse.anomalies) == (0, 0, 0)


@pytest.mark.epreuve
def test_cinquante_coupures_d_un_grand_envoi(grande: Instance) -> None:
    bilan = couper_et_reprendre(grande, 50)
    assert bilan.avant_l_ecriture == 50
