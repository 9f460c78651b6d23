"""The contrôle de service fait answering the questions of the décomptes."""

from collections.abc import Sequence

from cepage.acheteur.controle import selectors
from cepage.acheteur.controle.enums import Etat
from cepage.acheteur.controle.models import Controle
from cepage.acheteur.decomptes.trimestres import Trimestre

EN_COURS = (Etat.NON_CONFORME, Etat.CONTESTEE, Etat.MAINTENUE)
"""Found non conforming, and not definitive yet."""


class ReponsesDuControle:
    """Reads the control's room, in the scope under way."""

    def definitives(self, lot: str, trimestre: Trimestre) -> Sequence[str]:
        """Numbers of the definitive non-conformities of the quarter's samples."""
        return [nc.numero_dossier for nc in selectors.non_conformites_definitives(lot, str(trimestre))]

    def en_cours(self, lot: str, trimestre: Trimestre) -> Sequence[str]:
        """Numbers of those still open."""
        ouverts = Controle.objects.filter(lot=lot, trimestre=str(trimestre), etat__in=EN_COURS)
        return list(ouverts.order_by("numero_dossier").values_list("numero_dossier", flat=True))

    def pv_signe(self, lot: str, trimestre: Trimestre) -> bool:
        """True once every PV of the quarter bears both signatures."""
        return selectors.pv_signe(lot, str(trimestre))
