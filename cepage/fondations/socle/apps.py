"""Django app."""

from django.apps import AppConfig


class SocleConfig(AppConfig):
    """Socle."""

    name = "cepage.fondations.socle"
    label = "socle"
    verbose_name = "Socle"

    def ready(self) -> None:
        """Register the system checks."""
        from cepage.fondations.socle import classification  # noqa: F401
