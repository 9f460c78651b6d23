"""Django app."""

from django.apps import AppConfig


class ControleConfig(AppConfig):
    """Contrôle de service fait; it subscribes to the exchange point at start-up."""

    name = "cepage.acheteur.controle"
    label = "controle"
    verbose_name = "Contrôle de service fait"

    def ready(self) -> None:
        """Tell the exchange point which units a signed procès-verbal counts; declare the tasks to the worker."""
        from cepage.acheteur.controle import taches  # noqa: F401
        from cepage.acheteur.controle.selectors import sous_pv_signe
        from cepage.echanges.reception.protections import proteger

        proteger(sous_pv_signe)
