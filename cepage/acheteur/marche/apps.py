"""Django app."""

from django.apps import AppConfig


class MarcheConfig(AppConfig):
    """Marché."""

    name = "cepage.acheteur.marche"
    label = "marche"
    verbose_name = "Marché"
