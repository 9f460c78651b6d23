"""Django app."""

from django.apps import AppConfig


class RestConfig(AppConfig):
    """API REST."""

    name = "cepage.echanges.canaux.rest"
    label = "rest"
    verbose_name = "API REST"
