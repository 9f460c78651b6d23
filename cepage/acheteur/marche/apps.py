"""Django app."""

from django.apps import AppConfig


class MarcheConfig(AppConfig):
    """Marché."""

    name = "cepage.acheteur.marche"
    label = "marche"
    verbose_name = "Marché"

    def ready(self) -> None:
        """Answer searches."""
        from cepage.acheteur.marche.trouvailles import inscrire_le_marche

        inscrire_le_marche()
