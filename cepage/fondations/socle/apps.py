"""Django app."""

from django.apps import AppConfig


class SocleConfig(AppConfig):
    """Socle."""

    name = "cepage.fondations.socle"
    label = "socle"
    verbose_name = "Socle"
