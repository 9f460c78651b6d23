"""Django app."""

from django.apps import AppConfig


class SoapConfig(AppConfig):
    """Service SOAP."""

    name = "cepage.echanges.canaux.soap"
    label = "soap"
    verbose_name = "Service SOAP"
