"""Django app."""

from django.apps import AppConfig


class JournalConfig(AppConfig):
    """The anchors of the sealed journal."""

    name = "cepage.fondations.journal"
    label = "journal"
    verbose_name = "Journal"

    def ready(self) -> None:
        """Declare the tasks to the worker."""
        from cepage.fondations.journal import taches  # noqa: F401
