"""Django app."""

from django.apps import AppConfig


class AvisConfig(AppConfig):
    """Signed notices sent to the operators' software (webhooks)."""

    name = "cepage.echanges.canaux.avis"
    label = "avis"
    verbose_name = "Avis signés"

    def ready(self) -> None:
        """Declare the tasks to the worker; hear of the receipts and of what is missing."""
        from cepage.echanges.canaux.avis import emission, taches  # noqa: F401
        from cepage.echanges.reception.annonces import a_chaque_accuse
        from cepage.echanges.suivi.services import a_chaque_manque

        a_chaque_accuse(emission.d_un_accuse)
        a_chaque_manque(emission.d_un_manque)
