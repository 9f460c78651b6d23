"""Django app."""

from django.apps import AppConfig


class LivrablesConfig(AppConfig):
    """Writing and signing of the livrables."""

    name = "cepage.operateur.livrables"
    label = "livrables"
    verbose_name = "Livrables"
