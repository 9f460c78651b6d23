"""Django app."""

from django.apps import AppConfig


class EnvoiConfig(AppConfig):
    """What this instance sends through the exchange point."""

    name = "cepage.echanges.envoi"
    label = "envoi"
    verbose_name = "Envoi"
