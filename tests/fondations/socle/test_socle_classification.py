"""Every column of the foundations is classified; defects are named."""

from typing import Any

import pytest
from django.apps import apps

from cepage.fondations.comptes.models import Attribution
from cepage.fondations.socle import classification
from cepage.fondations.socle.classification import classer, colonne, defauts, verifier_la_classification


@pytest.mark.parametrize(
    "modele", [*apps.get_app_config("comptes").get_models(), *apps.get_app_config("socle").get_models()]
)
def test_les_fondations_sont_classees(modele: Any) -> None:
    assert list(defauts(modele)) == []


@pytest.fixture
def attribution(monkeypatch: pytest.MonkeyPatch) -> dict[str, dict[str, str]]:
    """The classification of a model, free to be spoiled."""
    copie = dict(Attribution.classification)
    monkeypatch.setattr(Attribution, "classification", copie)
    monkeypatch.setattr(classification, "_CLASSEES", {})
    return copie


def test_une_colonne_oubliee(attribution: dict[str, dict[str, str]]) -> None:
    del attribution["lots"]
    assert list(defauts(Attribution)) == ["la colonne « lots » n'est pas classée"]
    erreurs = verifier_la_classification([apps.get_app_config("comptes")])
    assert [e.id for e in erreurs] == ["socle.E001"]
    classer(Attribution, {"lots": colonne("savoir où", "interne", "1 an", "jamais")})
    assert list(defauts(Attribution)) == []


def test_une_colonne_mal_classee(attribution: dict[str, dict[str, str]]) -> None:
    attribution["lots"] = colonne("", "interne", "1 an", "jamais")
    attribution["role"] = colonne("savoir qui", "secrète", "1 an", "jamais")
    attribution["humeur"] = colonne("x", "interne", "x", "x")
    assert set(defauts(Attribution)) == {
        "la colonne « lots » ne dit pas : finalite",
        "la colonne « role » a une sensibilité inconnue, « secrète »",
        "« humeur » est classée mais n'est pas une colonne",
    }
