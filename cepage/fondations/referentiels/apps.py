"""Django app."""

from django.apps import AppConfig


class ReferentielsConfig(AppConfig):
    """Référentiels: the packaged lists, and the newer ones the buyer imports."""

    name = "cepage.fondations.referentiels"
    label = "referentiels"
    verbose_name = "Référentiels"

    def ready(self) -> None:
        """Let the readers see the imported lists; nothing is read before the first lookup."""
        from cepage.fondations.referentiels import source
        from cepage.fondations.referentiels.services import jeux_appliques

        source.definir_fournisseur(jeux_appliques)
