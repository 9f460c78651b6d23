"""Django app."""

from django.apps import AppConfig


class SuiviConfig(AppConfig):
    """What is expected of each operator, what came, what did not."""

    name = "cepage.echanges.suivi"
    label = "suivi"
    verbose_name = "Suivi des envois attendus"

    def ready(self) -> None:
        """Declare the tasks to the worker."""
        from cepage.echanges.suivi import taches  # noqa: F401
