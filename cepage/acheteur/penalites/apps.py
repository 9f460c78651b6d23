"""Django app."""

from django.apps import AppConfig


class PenalitesConfig(AppConfig):
    """Pénalités: breaches of the contract, and what is decided of them together."""

    name = "cepage.acheteur.penalites"
    label = "penalites"
    verbose_name = "Pénalités"

    def ready(self) -> None:
        """Declare the tasks to the worker."""
        from cepage.acheteur.penalites import taches  # noqa: F401
