"""Units a parameter may carry, and how each one's value is read from YAML."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any

Table = Mapping[str, str | tuple[str, ...]]
ValeurParametre = int | Decimal | str | bool | date | tuple[str, ...] | Table | None

_MONTANT = re.compile(r"\d+(\.\d{1,2})?")
_DECIMAL = re.compile(r"\d+(\.\d+)?")
_PLAGE = re.compile(r"([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d")


class ValeurMalFormee(Exception):
    """The value does not fit its unit; carries the French message and the mend."""

    def __init__(self, message: str, remede: str) -> None:
        self.message = message
        self.remede = remede
        super().__init__(message)


def _entier(brut: Any) -> int:
    if isinstance(brut, bool) or not isinstance(brut, int):
        raise ValeurMalFormee(f"« {brut} » n'est pas un nombre entier.", "Écrivez un entier sans guillemets, ex. 6.")
    if brut < 0:
        raise ValeurMalFormee(f"« {brut} » est négatif.", "Écrivez un entier positif ou nul.")
    return brut


def _decimal(motif: re.Pattern[str], exemple: str) -> Callable[[Any], Decimal]:
    def lire(brut: Any) -> Decimal:
        if isinstance(brut, float):
            raise ValeurMalFormee(
                f"« {brut} » est un nombre à virgule flottante : il perdrait sa valeur exacte.",
                f'Écrivez-le entre guillemets, ex. "{exemple}".',
            )
        if not isinstance(brut, str) or not motif.fullmatch(brut):
            raise ValeurMalFormee(
                f"« {brut} » n'est pas un nombre décimal écrit entre guillemets.",
                f'Écrivez-le entre guillemets, avec un point, ex. "{exemple}".',
            )
        return Decimal(brut)

    return lire


def _texte(brut: Any) -> str:
    if not isinstance(brut, str) or not brut.strip():
        raise ValeurMalFormee(f"« {brut} » n'est pas un texte.", "Écrivez un texte non vide, entre guillemets.")
    return brut


def _oui_non(brut: Any) -> bool:
    if brut == "oui":
        return True
    if brut == "non":
        return False
    raise ValeurMalFormee(f"« {brut} » n'est ni « oui » ni « non ».", "Écrivez oui ou non.")


def _date(brut: Any) -> date:
    return lire_date(brut)


def _liste(brut: Any) -> tuple[str, ...]:
    if not isinstance(brut, list) or not brut:
        raise ValeurMalFormee("une liste non vide est attendue.", 'Écrivez par exemple ["A", "B"].')
    for element in brut:
        if not isinstance(element, str):
            raise ValeurMalFormee(
                f"l'élément « {element} » n'est pas un texte.", "Mettez chaque élément entre guillemets."
            )
    if len(set(brut)) != len(brut):
        raise ValeurMalFormee("un élément est répété dans la liste.", "Retirez le doublon.")
    return tuple(brut)


def _plages(brut: Any) -> tuple[str, ...]:
    plages = _liste(brut)
    for plage in plages:
        if not _PLAGE.fullmatch(plage) or plage[:5] >= plage[6:]:
            raise ValeurMalFormee(
                f"« {plage} » n'est pas une plage horaire.", 'Écrivez "HH:MM-HH:MM", la fin après le début.'
            )
    return plages


def _table(brut: Any) -> Table:
    if not isinstance(brut, dict) or not brut:
        raise ValeurMalFormee("une table non vide est attendue.", "Écrivez une ligne « clé: valeur » par entrée.")
    lue: dict[str, str | tuple[str, ...]] = {}
    for cle, valeur in brut.items():
        if not isinstance(cle, str):
            raise ValeurMalFormee(f"la clé « {cle} » n'est pas un texte.", 'Mettez-la entre guillemets, ex. "01".')
        lue[cle] = _liste(valeur) if isinstance(valeur, list) else _texte(valeur)
    return MappingProxyType(lue)


def _sans_delai(brut: Any) -> None:
    if brut != "aucun":
        raise ValeurMalFormee(
            f"« {brut} » ne convient pas à l'unité « sans_delai ».",
            "Écrivez « valeur: aucun », ou donnez une durée.",
        )


def lire_date(brut: Any) -> date:
    """ISO date from YAML text; raises `ValeurMalFormee` with the mend (also for 2020-02-30)."""
    if isinstance(brut, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", brut):
        try:
            return date.fromisoformat(brut)
        except ValueError:
            pass
    raise ValeurMalFormee(f"« {brut} » n'est pas une date du calendrier.", "Écrivez-la AAAA-MM-JJ, ex. 2020-01-02.")


UNITES: Mapping[str, Callable[[Any], ValeurParametre]] = MappingProxyType(
    {
        "mois": _entier,
        "jours": _entier,
        "jours_ouvres": _entier,
        "heures": _entier,
        "minutes": _entier,
        "ans": _entier,
        "par_an": _entier,
        "par_semaine": _entier,
        "points": _entier,
        "nombre": _entier,
        "km": _entier,
        "pourcent": _decimal(_DECIMAL, "15"),
        "seuil": _decimal(_DECIMAL, "3.5"),
        "euros_ht": _decimal(_MONTANT, "300.00"),
        "texte": _texte,
        "code": _texte,
        "oui_non": _oui_non,
        "date": _date,
        "liste": _liste,
        "plages": _plages,
        "table": _table,
        "sans_delai": _sans_delai,
    }
)
