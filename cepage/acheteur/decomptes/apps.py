"""Django app."""

from django.apps import AppConfig


class DecomptesConfig(AppConfig):
    """Décomptes, prime and invoices."""

    name = "cepage.acheteur.decomptes"
    label = "decomptes"
    verbose_name = "Décomptes"
