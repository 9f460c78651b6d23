"""Django app."""

from django.apps import AppConfig


class ReceptionConfig(AppConfig):
    """Réception."""

    name = "cepage.echanges.reception"
    label = "reception"
    verbose_name = "Réception"

    def ready(self) -> None:
        """Declare the tasks to the worker."""
        from cepage.echanges.reception import taches  # noqa: F401
