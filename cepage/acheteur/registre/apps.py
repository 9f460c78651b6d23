"""Django app."""

from django.apps import AppConfig


class RegistreConfig(AppConfig):
    """Registre."""

    name = "cepage.acheteur.registre"
    label = "registre"
    verbose_name = "Registre"
