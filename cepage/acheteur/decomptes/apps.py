"""Django app."""

from django.apps import AppConfig


class DecomptesConfig(AppConfig):
    """Décomptes, prime and invoices."""

    name = "cepage.acheteur.decomptes"
    label = "decomptes"
    verbose_name = "Décomptes"

    def ready(self) -> None:
        """Ask the control's room what is not conforming and which PV are signed, the surveys' what people said."""
        from cepage.acheteur.decomptes import enquetes, service_fait
        from cepage.acheteur.decomptes.reponses_des_enquetes import ReponsesDesEnquetes
        from cepage.acheteur.decomptes.reponses_du_controle import ReponsesDuControle

        service_fait.abonner(ReponsesDuControle())
        enquetes.abonner(ReponsesDesEnquetes())
