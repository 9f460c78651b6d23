"""Pages of long lists by cursor: as fast at the end as at the beginning, nothing counted."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

TAILLE = 50


@dataclass(frozen=True)
class PageCurseur:
    """The rows of a page; `suivante` is the cursor of the next one (None: this is the last)."""

    lignes: list[Any]
    suivante: str | None
    avancee: bool


def paginer(lignes: "QuerySet[Any]", apres: str | None, *, cle: str = "pk", taille: int = TAILLE) -> PageCurseur:
    """The page that follows the cursor `apres`, on a unique integer column `cle`; "-pk" goes downwards.

    A cursor that is not a number is ignored: the list starts again.
    """
    colonne, descendant = cle.removeprefix("-"), cle.startswith("-")
    avancee = bool(apres and apres.isdecimal())
    if avancee:
        lignes = lignes.filter(**{f"{colonne}__{'lt' if descendant else 'gt'}": int(apres or 0)})
    lues = list(lignes.order_by(cle)[: taille + 1])
    suivante = str(getattr(lues[taille - 1], colonne)) if len(lues) > taille else None
    return PageCurseur(lues[:taille], suivante, avancee)
