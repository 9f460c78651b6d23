"""Django app."""

from django.apps import AppConfig


class ReceptionConfig(AppConfig):
    """Réception."""

    name = "cepage.echanges.reception"
    label = "reception"
    verbose_name = "Réception"

    def ready(self) -> None:
        """Declare the tasks to the worker; answer searches."""
        from cepage.echanges.reception import taches  # noqa: F401
        from cepage.echanges.reception.trouvailles import inscrire_la_reception

        inscrire_la_reception()
