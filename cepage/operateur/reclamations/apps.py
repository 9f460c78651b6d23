"""Django app."""

from django.apps import AppConfig


class ReclamationsConfig(AppConfig):
    """Complaints received by an operator."""

    name = "cepage.operateur.reclamations"
    label = "reclamations"
    verbose_name = "Réclamations"
