"""Django app."""

from django.apps import AppConfig


class BacASableConfig(AppConfig):
    """Bac à sable."""

    name = "cepage.echanges.canaux.bac_a_sable"
    label = "bac_a_sable"
    verbose_name = "Bac à sable"
