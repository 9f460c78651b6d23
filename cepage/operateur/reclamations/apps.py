"""Django app."""

from django.apps import AppConfig


class ReclamationsConfig(AppConfig):
    """Complaints received by an operator."""

    name = "cepage.operateur.reclamations"
    label = "reclamations"
    verbose_name = "Réclamations"

    def ready(self) -> None:
        """Answer searches."""
        from cepage.operateur.reclamations.trouvailles import inscrire_les_reclamations

        inscrire_les_reclamations()
