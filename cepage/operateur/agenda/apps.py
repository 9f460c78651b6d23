"""Django app."""

from django.apps import AppConfig


class AgendaConfig(AppConfig):
    """Sites, slots and appointments of an operator."""

    name = "cepage.operateur.agenda"
    label = "agenda"
    verbose_name = "Agenda"
