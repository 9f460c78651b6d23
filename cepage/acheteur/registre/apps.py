"""Django app."""

from django.apps import AppConfig


class RegistreConfig(AppConfig):
    """The register; it subscribes to the exchange point at start-up."""

    name = "cepage.acheteur.registre"
    label = "registre"
    verbose_name = "Registre"

    def ready(self) -> None:
        """Classify the columns of the contract; tell the exchange point where accepted fiches go; answer searches."""
        from cepage.acheteur.registre.classification import classer_le_registre
        from cepage.acheteur.registre.contexte import RegistrePostgres
        from cepage.acheteur.registre.trouvailles import inscrire_le_registre
        from cepage.echanges.reception.contexte import abonner

        classer_le_registre()
        abonner(RegistrePostgres())
        inscrire_le_registre()
