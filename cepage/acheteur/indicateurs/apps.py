"""Django app."""

from django.apps import AppConfig


class IndicateursConfig(AppConfig):
    """Indicateurs."""

    name = "cepage.acheteur.indicateurs"
    label = "indicateurs"
    verbose_name = "Indicateurs"
