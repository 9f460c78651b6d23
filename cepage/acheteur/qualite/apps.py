"""Django app."""

from django.apps import AppConfig


class QualiteConfig(AppConfig):
    """Enquêtes auprès des bénéficiaires."""

    name = "cepage.acheteur.qualite"
    label = "qualite"
    verbose_name = "Qualité"

    def ready(self) -> None:
        """Declare the tasks to the worker."""
        from cepage.acheteur.qualite import taches  # noqa: F401
