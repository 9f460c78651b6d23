"""Django app."""

from django.apps import AppConfig


class ReceptionConfig(AppConfig):
    """Réception."""

    name = "cepage.echanges.reception"
    label = "reception"
    verbose_name = "Réception"
