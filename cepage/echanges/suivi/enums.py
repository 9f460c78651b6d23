"""Kinds of expected sending, and what became of each."""

from django.db import models


class Genre(models.TextChoices):
    """What an operator owes the exchange point, by its calendar (CCTP §3.2 and annexe 3 §2)."""

    DONNEES = "donnees", "Données d'activité du jour"
    INDICATEURS = "indicateurs", "Indicateurs du mois"
    LIVRABLES = "livrables", "Livrables des clôtures du mois"
    MOYENS_COUTS = "moyens_couts", "Moyens et coûts du semestre"
    UO3 = "uo3", "Livrables de l'UO3, initialisation"
    UO4 = "uo4", "Relevé d'actions de l'UO4"
    UO5 = "uo5", "Dossier de réversibilité, UO5"


DOCUMENTS = (Genre.UO3, Genre.UO4, Genre.UO5)
"""Those that come as documents, deposited on a page, and not as fiches."""


class Etat(models.TextChoices):
    """What became of an expected sending."""

    A_VENIR = "a_venir", "À venir"
    RECU = "recu", "Reçu à l'heure"
    RETARD = "retard", "Reçu en retard"
    REFUSE = "refuse", "Refusé"
    MANQUANT = "manquant", "Manquant"

    @property
    def manque(self) -> bool:
        """True when nothing entered and the day is past."""
        return self in (Etat.REFUSE, Etat.MANQUANT)


SIGNES = {Etat.A_VENIR: "○", Etat.RECU: "✓", Etat.RETARD: "↷", Etat.REFUSE: "!", Etat.MANQUANT: "✗"}


class EtatRelance(models.TextChoices):
    """Where a reminder is."""

    A_ENVOYER = "a_envoyer", "À envoyer"
    ENVOYEE = "envoyee", "Envoyée"
    SANS_DESTINATAIRE = "sans_destinataire", "Sans destinataire"
