"""Django app."""

from django.apps import AppConfig


class DossiersConfig(AppConfig):
    """People and their dossiers at an operator's."""

    name = "cepage.operateur.dossiers"
    label = "dossiers"
    verbose_name = "Dossiers"

    def ready(self) -> None:
        """Before an envoi is built, units that waited for an order take their reference; answer searches."""
        from cepage.echanges.envoi.services import preparer_avant_envoi
        from cepage.operateur.dossiers.services import rattacher_aux_commandes
        from cepage.operateur.dossiers.trouvailles import inscrire_les_dossiers

        preparer_avant_envoi(rattacher_aux_commandes)
        inscrire_les_dossiers()
