"""The shape of the code base: short modules, nothing unfinished, no dead template, imports going downward."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

RACINE = Path(__file__).resolve().parents[2]
PAQUETS = ("cepage", "demo", "outils", "bench")
LIGNES_MAX = 450


def _modules(*paquets: str) -> list[Path]:
    return sorted(
        chemin
        for paquet in paquets
        for chemin in (RACINE / paquet).rglob("*.py")
        if "migrations" not in chemin.parts and "__pycache__" not in chemin.parts
    )


def _relatif(chemin: Path) -> str:
    return str(chemin.relative_to(RACINE))


def test_aucun_module_trop_long() -> None:
    longueurs = {_relatif(m): len(m.read_text(encoding="utf-8").splitlines()) for m in _modules(*PAQUETS)}
    assert longueurs
    trop_longs = {nom: n for nom, n in longueurs.items() if n > LIGNES_MAX}
    assert not trop_longs, f"À couper en deux modules : {trop_longs}"


def test_rien_d_inacheve() -> None:
    inacheve = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b|raise NotImplementedError")
    trouves = [
        f"{_relatif(module)}:{numero}"
        for module in _modules(*PAQUETS)
        for numero, ligne in enumerate(module.read_text(encoding="utf-8").splitlines(), start=1)
        if inacheve.search(ligne)
    ]
    assert not trouves


def test_aucun_chemin_de_machine() -> None:
    chemin_absolu = re.compile(r"""["'\s=](/(?:work|root|home|Users)/\w)""")
    fichiers = [*_modules(*PAQUETS), RACINE / "Makefile", RACINE / "README.md"]
    trouves = [_relatif(f) for f in fichiers if chemin_absolu.search(f.read_text(encoding="utf-8"))]
    assert not trouves


def test_chaque_module_dit_ce_qu_il_est() -> None:
    muets = []
    for module in _modules("cepage", "demo"):
        texte = module.read_text(encoding="utf-8")
        if texte.strip() and not texte.lstrip().startswith(('"""', "'''", 'r"""')):
            muets.append(_relatif(module))
    assert not muets, f"Sans docstring de module : {muets}"


def test_les_imports_descendent() -> None:
    commande = Path(sys.executable).with_name("lint-imports")
    fait = subprocess.run(
        [commande, "--no-cache"], cwd=RACINE, capture_output=True, text=True, check=False,
        env={**os.environ, "NO_COLOR": "1", "PYTHONPATH": str(RACINE)},
    )  # fmt: skip
    assert fait.returncode == 0, fait.stdout + fait.stderr


# --- templates ---

BIBLIOTHEQUES = ("account/", "mfa/", "allauth/", "usersessions/", "dsfr/", "django/", "widget_tweaks/")
"""Folders whose templates replace those of a library, which names them itself."""
ERREURS = {"400.html", "403.html", "403_csrf.html", "404.html", "500.html"}


def _gabarits() -> dict[str, Path]:
    return {
        str(chemin.relative_to(dossier)): chemin
        for dossier in (RACINE / "cepage").rglob("templates")
        for chemin in dossier.rglob("*")
        if chemin.is_file()
    }


def test_aucun_gabarit_inutile() -> None:
    gabarits = _gabarits()
    textes = {str(m): m.read_text(encoding="utf-8") for m in _modules("cepage")}
    textes |= {str(chemin): chemin.read_text(encoding="utf-8") for chemin in gabarits.values()}
    inutiles = [
        nom
        for nom, chemin in gabarits.items()
        if not nom.startswith(BIBLIOTHEQUES)
        and nom not in ERREURS
        and not any(nom in texte for source, texte in textes.items() if source != str(chemin))
    ]
    assert not inutiles


@pytest.mark.parametrize("balise", ["include", "extends"])
def test_chaque_gabarit_nomme_existe(balise: str) -> None:
    from django.template import TemplateDoesNotExist
    from django.template.loader import get_template

    motif = re.compile(r"{%\s*" + balise + r"\s+[\"']([^\"']+)[\"']")
    absents = []
    for nom, chemin in _gabarits().items():
        for vise in motif.findall(chemin.read_text(encoding="utf-8")):
            try:
                get_template(vise)
            except TemplateDoesNotExist:
                absents.append(f"{nom} → {vise}")
    assert not absents


# --- database ---


@pytest.mark.django_db(databases=["default", "proprietaire"])
def test_aucune_migration_ne_manque() -> None:
    from django.core.management import call_command

    call_command("makemigrations", "--check", "--dry-run", verbosity=0)
