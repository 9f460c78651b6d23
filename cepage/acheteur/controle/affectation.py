"""Balanced assignment of sampled files: between the firms, unit by unit, then between the controllers of each."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from cepage.fondations.comptes.enums import Nature, Role
from cepage.fondations.comptes.models import Attribution


@dataclass
class Charges:
    """How many files each firm and each controller has: by unit for balance of kind, in all for balance of load."""

    cabinets: Counter[tuple[int, str]] = field(default_factory=Counter)
    controleurs: Counter[int] = field(default_factory=Counter)

    def ajouter(self, cabinet: int, controleur: int, uo: str) -> None:
        """Count one more file."""
        self.cabinets[cabinet, uo] += 1
        self.cabinets[cabinet, ""] += 1
        self.controleurs[controleur] += 1


def affecter(
    dossiers: Iterable[tuple[str, str]], equipes: Mapping[int, Sequence[int]], charges: Charges
) -> dict[str, tuple[int, int]]:
    """Who controls each file: number → (firm, controller); `dossiers` are (number, unit), `equipes` firm → controllers.

    Each file goes to the firm that has fewest of its unit, then fewest in all; in it to the least loaded controller.
    Empty when there is nobody.
    """
    choisis: dict[str, tuple[int, int]] = {}
    if not equipes:
        return choisis
    for numero, uo in dossiers:
        cabinet = min(equipes, key=lambda c: (charges.cabinets[c, uo], charges.cabinets[c, ""], c))
        controleur = min(equipes[cabinet], key=lambda p: (charges.controleurs[p], p))
        charges.ajouter(cabinet, controleur, uo)
        choisis[numero] = (cabinet, controleur)
    return choisis


def equipes(lot: str, le: date) -> dict[int, list[int]]:
    """The firms and their controllers who may control this lot on that day (no lot listed: all of them)."""
    trouvees: dict[int, list[int]] = {}
    tenues = Attribution.en_vigueur(le).filter(
        role=Role.CONTROLEUR, personne__is_active=True, personne__organisation__nature=Nature.CABINET
    )
    for attribution in tenues.select_related("personne__organisation").order_by("personne_id"):
        lots = attribution.lots or attribution.personne.organisation.lots
        siens = trouvees.setdefault(attribution.personne.organisation_id, [])
        if (not lots or lot in lots) and attribution.personne_id not in siens:
            siens.append(attribution.personne_id)
    return {cabinet: personnes for cabinet, personnes in trouvees.items() if personnes}
