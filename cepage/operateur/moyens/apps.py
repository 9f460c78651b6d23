"""Django app."""

from django.apps import AppConfig


class MoyensConfig(AppConfig):
    """What the service costs and the people it takes, declared each year (CCTP annexe 2 §4)."""

    name = "cepage.operateur.moyens"
    label = "moyens"
    verbose_name = "Moyens et coûts"
