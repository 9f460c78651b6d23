"""What other rooms of the operator show and do on the pages of the dossiers: they subscribe at start-up.

An encart is a template and what it needs; this room knows neither who gives it nor what it says.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest

from cepage.operateur.dossiers.models import Beneficiaire
from cepage.operateur.dossiers.selectors.regard import Regard


@dataclass(frozen=True)
class Encart:
    """One piece of a page; `valeurs` is all its template reads, as `encart`."""

    gabarit: str
    valeurs: Mapping[str, Any] = field(default_factory=dict)


DeLaPersonne = Callable[[HttpRequest, Regard, Beneficiaire], Encart | None]
DeLaJournee = Callable[[HttpRequest, Regard], Encart | None]
ApresAiguillage = Callable[[HttpRequest, Regard, Beneficiaire, str], None]

_DU_DOSSIER: list[DeLaPersonne] = []
_DE_L_APPEL: list[DeLaPersonne] = []
_DE_LA_JOURNEE: list[DeLaJournee] = []
_APRES_AIGUILLAGE: list[ApresAiguillage] = []


def abonner(
    *,
    dossier: DeLaPersonne | None = None,
    appel: DeLaPersonne | None = None,
    journee: DeLaJournee | None = None,
    apres_aiguillage: ApresAiguillage | None = None,
) -> None:
    """Add an encart to the dossier of a person, to an aiguillage, to *ma journée*; or an act that ends an aiguillage.

    `apres_aiguillage` receives the outcome that was chosen; it runs in the transaction of the aiguillage and refuses
    it whole by raising ActeRefuse.
    """
    for liste, nouveau in ((_DU_DOSSIER, dossier), (_DE_L_APPEL, appel)):
        if nouveau is not None and nouveau not in liste:
            liste.append(nouveau)
    if journee is not None and journee not in _DE_LA_JOURNEE:
        _DE_LA_JOURNEE.append(journee)
    if apres_aiguillage is not None and apres_aiguillage not in _APRES_AIGUILLAGE:
        _APRES_AIGUILLAGE.append(apres_aiguillage)


def du_dossier(request: HttpRequest, vue: Regard, personne: Beneficiaire) -> list[Encart]:
    """What the other rooms say of a person."""
    return list(_presents(faire(request, vue, personne) for faire in _DU_DOSSIER))


def de_l_appel(request: HttpRequest, vue: Regard, personne: Beneficiaire) -> list[Encart]:
    """What the other rooms offer a person who calls, known or not yet."""
    return list(_presents(faire(request, vue, personne) for faire in _DE_L_APPEL))


def de_la_journee(request: HttpRequest, vue: Regard) -> list[Encart]:
    """What the other rooms have for today."""
    return list(_presents(faire(request, vue) for faire in _DE_LA_JOURNEE))


def apres_aiguillage(request: HttpRequest, vue: Regard, personne: Beneficiaire, suite: str) -> None:
    """What the other rooms do once an aiguillage is written. Raises ActeRefuse."""
    for faire in _APRES_AIGUILLAGE:
        faire(request, vue, personne, suite)


def _presents(encarts: Iterator[Encart | None]) -> Iterator[Encart]:
    return (encart for encart in encarts if encart is not None)
