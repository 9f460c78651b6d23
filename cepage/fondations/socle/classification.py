"""Every column says why it is kept, how sensitive it is, for how long, and how it is erased.

A model declares `classification = {"column": colonne(…)}`; a model built from the contract receives its own
through `classer(model, columns)`. A system check (`check --deploy`) refuses the rest.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from django.apps import apps
from django.core.checks import CheckMessage, Error, register
from django.db.models import Model

CLES = frozenset({"finalite", "sensibilite", "conservation", "effacement"})
SENSIBILITES = frozenset({"publique", "interne", "personnelle", "sensible"})

_CLASSEES: dict[type[Model], dict[str, Mapping[str, str]]] = {}


def colonne(finalite: str, sensibilite: str, conservation: str, effacement: str) -> dict[str, str]:
    """The classification of one column: purpose, sensitivity, retention, erasure (texts read by people)."""
    return {
        "finalite": finalite,
        "sensibilite": sensibilite,
        "conservation": conservation,
        "effacement": effacement,
    }


def classer(modele: type[Model], colonnes: Mapping[str, Mapping[str, str]]) -> None:
    """Declare (or complete) the classification of the columns of `modele`, named as in the database."""
    _CLASSEES.setdefault(modele, {}).update(colonnes)


def classification(modele: type[Model]) -> dict[str, Mapping[str, str]]:
    """What is declared for `modele`: its attribute, completed by `classer`."""
    return {**getattr(modele, "classification", {}), **_CLASSEES.get(modele, {})}


def defauts(modele: type[Model]) -> Iterator[str]:
    """What is missing or wrong for `modele`, one sentence per column."""
    declarees = classification(modele)
    colonnes = [str(champ.column) for champ in modele._meta.local_concrete_fields]
    for nom in colonnes:
        if nom not in declarees:
            yield f"la colonne « {nom} » n'est pas classée"
        elif manquantes := CLES - {cle for cle, texte in declarees[nom].items() if texte}:
            yield f"la colonne « {nom} » ne dit pas : {', '.join(sorted(manquantes))}"
        elif (sensibilite := declarees[nom]["sensibilite"]) not in SENSIBILITES:
            yield f"la colonne « {nom} » a une sensibilité inconnue, « {sensibilite} »"
    for nom in sorted(set(declarees) - set(colonnes)):
        yield f"« {nom} » est classée mais n'est pas une colonne"


@register("classification", deploy=True)
def verifier_la_classification(app_configs: Any = None, **_: Any) -> list[CheckMessage]:
    """System check: one error per model of ours with a column not classified."""
    messages: list[CheckMessage] = []
    for configuration in app_configs or apps.get_app_configs():
        if not configuration.name.startswith("cepage."):
            continue
        for modele in configuration.get_models(include_auto_created=True):
            if problemes := list(defauts(modele)):
                messages.append(
                    Error(
                        f"{modele._meta.label} : {' ; '.join(problemes)}.",
                        hint="Déclarez chaque colonne dans « classification », avec colonne(…).",
                        obj=modele,
                        id="socle.E001",
                    )
                )
    return messages
