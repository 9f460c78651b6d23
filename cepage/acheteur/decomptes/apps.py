"""Django app."""

from django.apps import AppConfig


class DecomptesConfig(AppConfig):
    """Décomptes, prime and invoices."""

    name = "cepage.acheteur.decomptes"
    label = "decomptes"
    verbose_name = "Décomptes"

    def ready(self) -> None:
        """Ask the control's room what is not conforming and which PV are signed, the surveys' what people said.

        Answer searches.
        """
        from cepage.acheteur.decomptes import enquetes, service_fait
        from cepage.acheteur.decomptes.reponses_des_enquetes import ReponsesDesEnquetes
        from cepage.acheteur.decomptes.reponses_du_controle import ReponsesDuControle
        from cepage.acheteur.decomptes.selectors import reference_du_decompte
        from cepage.acheteur.decomptes.trouvailles import inscrire_les_decomptes
        from cepage.acheteur.penalites import retenues

        service_fait.abonner(ReponsesDuControle())
        retenues.abonner(reference_du_decompte)
        enquetes.abonner(ReponsesDesEnquetes())
        inscrire_les_decomptes()
