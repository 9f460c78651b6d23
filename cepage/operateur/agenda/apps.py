"""Django app."""

from django.apps import AppConfig


class AgendaConfig(AppConfig):
    """Sites, slots and appointments of an operator."""

    name = "cepage.operateur.agenda"
    label = "agenda"
    verbose_name = "Agenda"

    def ready(self) -> None:
        """The agenda is shown on the pages of the dossiers; its tasks are known to the worker."""
        from cepage.operateur.agenda import taches  # noqa: F401
        from cepage.operateur.agenda.encarts import abonner_l_agenda

        abonner_l_agenda()
