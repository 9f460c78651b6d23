"""Django app."""

from django.apps import AppConfig


class ComptesConfig(AppConfig):
    """Comptes."""

    name = "cepage.fondations.comptes"
    label = "comptes"
    verbose_name = "Comptes"
