"""Django app."""

from django.apps import AppConfig


class SaisieConfig(AppConfig):
    """Saisie en ligne."""

    name = "cepage.echanges.canaux.saisie"
    label = "saisie"
    verbose_name = "Saisie en ligne"
