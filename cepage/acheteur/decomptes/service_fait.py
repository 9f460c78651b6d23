"""What a décompte asks of the contrôle de service fait, and who answers.

The control's room answers through `abonner`; until somebody does, nothing is non conforming and no PV is signed.
"""

from collections.abc import Sequence
from typing import Protocol

from cepage.acheteur.decomptes.trimestres import Trimestre


class ServiceFait(Protocol):
    """The questions."""

    def definitives(self, lot: str, trimestre: Trimestre) -> Sequence[str]:
        """Numbers of the dossiers found definitively non conforming in the sample of that quarter."""

    def en_cours(self, lot: str, trimestre: Trimestre) -> Sequence[str]:
        """Numbers of those found non conforming whose contestation is still open."""

    def pv_signe(self, lot: str, trimestre: Trimestre) -> bool:
        """True once the PV of that lot and quarter is signed."""


class SansControle:
    """Nothing was controlled."""

    def definitives(self, lot: str, trimestre: Trimestre) -> Sequence[str]:
        """None."""
        return ()

    def en_cours(self, lot: str, trimestre: Trimestre) -> Sequence[str]:
        """None."""
        return ()

    def pv_signe(self, lot: str, trimestre: Trimestre) -> bool:
        """Never."""
        return False


_service_fait: ServiceFait = SansControle()


def abonner(repondant: ServiceFait) -> None:
    """Let `repondant` answer from now on."""
    global _service_fait
    _service_fait = repondant


def service_fait() -> ServiceFait:
    """Who answers."""
    return _service_fait
