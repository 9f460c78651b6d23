"""Django app."""

from django.apps import AppConfig


class EquipeConfig(AppConfig):
    """The team of an operator and the members of its groupement."""

    name = "cepage.operateur.equipe"
    label = "equipe"
    verbose_name = "Équipe"
