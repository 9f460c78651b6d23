"""Django app."""

from django.apps import AppConfig


class ReversibiliteConfig(AppConfig):
    """Handing the dossiers and the know-how over to another operator (UO5)."""

    name = "cepage.operateur.reversibilite"
    label = "reversibilite"
    verbose_name = "Réversibilité"
