"""The anchors as a table."""

from collections.abc import Iterable

from django.urls import reverse

from cepage.fondations.journal.models import Ancre
from cepage.fondations.socle.composants.tableau import Colonne, Tableau


def tableau_des_ancres(ancres: Iterable[Ancre]) -> Tableau:
    """One line an anchor, the last first; the entry leads to its token."""
    return Tableau(
        "Dernières ancres",
        [
            Colonne(
                "numero",
                "Entrée ancrée",
                entete=True,
                lien=lambda ancre: reverse("journal:jeton", args=[ancre.numero]),
            ),
            Colonne("horodatee_le", "Horodatée le", format="instant"),
            Colonne("autorite", "Autorité"),
        ],
        list(ancres),
    )
