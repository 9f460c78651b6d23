"""Django app."""

from django.apps import AppConfig


class EquipeConfig(AppConfig):
    """The team of an operator and the members of its groupement."""

    name = "cepage.operateur.equipe"
    label = "equipe"
    verbose_name = "Équipe"

    def ready(self) -> None:
        """A sous-traitant's people see its dossiers only, in every view and in the database."""
        from cepage.fondations.comptes.acces import declarer_la_restriction
        from cepage.operateur.equipe.restriction import SousTraitant

        declarer_la_restriction(SousTraitant())
