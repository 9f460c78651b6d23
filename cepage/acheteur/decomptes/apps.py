"""Django app."""

from django.apps import AppConfig


class DecomptesConfig(AppConfig):
    """Décomptes, prime and invoices."""

    name = "cepage.acheteur.decomptes"
    label = "decomptes"
    verbose_name = "Décomptes"

    def ready(self) -> None:
        """Ask the control's room what is not conforming and which PV are signed."""
        from cepage.acheteur.decomptes.reponses_du_controle import ReponsesDuControle
        from cepage.acheteur.decomptes.service_fait import abonner

        abonner(ReponsesDuControle())
