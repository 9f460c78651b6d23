"""Django app."""

from django.apps import AppConfig


class ComptesConfig(AppConfig):
    """Comptes."""

    name = "cepage.fondations.comptes"
    label = "comptes"
    verbose_name = "Comptes"

    def ready(self) -> None:
        """Register the system checks, and answer searches."""
        from cepage.fondations.comptes import verifications  # noqa: F401
        from cepage.fondations.comptes.recherche.trouvailles import inscrire_les_fournisseurs

        inscrire_les_fournisseurs()
