"""Django app."""

from django.apps import AppConfig


class DepotsConfig(AppConfig):
    """Dépôts des canaux."""

    name = "cepage.echanges.canaux.depots"
    label = "depots"
    verbose_name = "Dépôts des canaux"

    def ready(self) -> None:
        """Declare the tasks to the worker."""
        from cepage.echanges.canaux.depots import taches  # noqa: F401
