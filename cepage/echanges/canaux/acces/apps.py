"""Django app."""

from django.apps import AppConfig


class AccesConfig(AppConfig):
    """Clés d'accès."""

    name = "cepage.echanges.canaux.acces"
    label = "acces"
    verbose_name = "Clés d'accès"
