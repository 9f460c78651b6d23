"""Django app."""

from django.apps import AppConfig


class IndicateursConfig(AppConfig):
    """Indicators; they tell the exchange point what the register gives."""

    name = "cepage.acheteur.indicateurs"
    label = "indicateurs"
    verbose_name = "Indicateurs"

    def ready(self) -> None:
        """Subscribe the recomputation of the figures that operators send."""
        from cepage.acheteur.indicateurs.recalcul import recalculer
        from cepage.echanges.reception.contexte import abonner_le_recalcul

        abonner_le_recalcul(recalculer)
