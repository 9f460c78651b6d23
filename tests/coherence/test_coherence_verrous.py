"""The locks: every declared dependency is there, at a version it allows, each file known by its hash."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

RACINE = Path(__file__).resolve().parents[2]
PROJET = tomllib.loads((RACINE / "pyproject.toml").read_text(encoding="utf-8"))
PRODUCTION: list[str] = PROJET["project"]["dependencies"]
DEVELOPPEMENT: list[str] = PRODUCTION + PROJET["dependency-groups"]["dev"]
CONSTRUCTION: list[str] = PROJET["build-system"]["requires"]
LIGNE = re.compile(r"^(?P<nom>[A-Za-z0-9._-]+)==(?P<version>[^\s;]+)")


def _lire(nom: str) -> dict[str, list[tuple[Version, int]]]:
    """Package → its locked versions (several when they depend on the platform) and their number of hashes."""
    verrou: dict[str, list[tuple[Version, int]]] = {}
    texte = (RACINE / "verrous" / f"{nom}.txt").read_text(encoding="utf-8").replace("\\\n", " ")
    for ligne in texte.splitlines():
        if not ligne.strip() or ligne.lstrip().startswith("#"):
            continue
        trouve = LIGNE.match(ligne)
        assert trouve, f"Ligne non verrouillée dans {nom} : {ligne[:80]}"
        empreintes = len(re.findall(r"--hash=sha256:[0-9a-f]{64}\b", ligne))
        verrou.setdefault(canonicalize_name(trouve["nom"]), []).append((Version(trouve["version"]), empreintes))
    return verrou


@pytest.mark.parametrize(
    ("nom", "demandes"),
    [("production", PRODUCTION), ("developpement", DEVELOPPEMENT), ("construction", CONSTRUCTION)],
)
def test_le_verrou_suit_le_projet(nom: str, demandes: list[str]) -> None:
    verrou = _lire(nom)
    for demande in map(Requirement, demandes):
        versions = [version for version, _ in verrou.get(canonicalize_name(demande.name), [])]
        assert versions, f"{demande.name} manque à verrous/{nom}.txt : lancez make verrous."
        assert all(v in demande.specifier for v in versions), f"{demande} : verrouillé en {versions}"


@pytest.mark.parametrize("nom", ["production", "developpement", "construction"])
def test_chaque_fichier_a_son_empreinte(nom: str) -> None:
    sans = [paquet for paquet, lignes in _lire(nom).items() if any(n == 0 for _, n in lignes)]
    assert not sans


@pytest.mark.parametrize("nom", ["production", "developpement", "construction"])
def test_aucun_hote_dans_les_verrous(nom: str) -> None:
    texte = (RACINE / "verrous" / f"{nom}.txt").read_text(encoding="utf-8")
    assert "://" not in texte
    assert "index-url" not in texte
    assert "find-links" not in texte


def test_on_teste_ce_qui_sera_servi() -> None:
    production, developpement = _lire("production"), _lire("developpement")
    ecarts = {nom for nom, lignes in production.items() if developpement.get(nom) != lignes}
    assert not ecarts, f"Versions différentes en production et en développement : {ecarts}"
