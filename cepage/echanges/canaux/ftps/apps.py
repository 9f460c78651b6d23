"""Django app."""

from django.apps import AppConfig


class FtpsConfig(AppConfig):
    """FTPS."""

    name = "cepage.echanges.canaux.ftps"
    label = "ftps"
    verbose_name = "FTPS"
