"""Django app: the pages of the contract; the declaration itself needs no Django."""

from django.apps import AppConfig


class ContratConfig(AppConfig):
    """The exchange contract."""

    name = "cepage.echanges.contrat"
    label = "contrat"
    verbose_name = "Contrat d'échange"

    def ready(self) -> None:
        """Answer searches."""
        from cepage.echanges.contrat.trouvailles import inscrire_le_contrat

        inscrire_le_contrat()
