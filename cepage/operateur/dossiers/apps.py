"""Django app."""

from django.apps import AppConfig


class DossiersConfig(AppConfig):
    """People and their dossiers at an operator's."""

    name = "cepage.operateur.dossiers"
    label = "dossiers"
    verbose_name = "Dossiers"
