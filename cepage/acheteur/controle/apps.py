"""Django app."""

from django.apps import AppConfig


class ControleConfig(AppConfig):
    """Contrôle de service fait."""

    name = "cepage.acheteur.controle"
    label = "controle"
    verbose_name = "Contrôle de service fait"
