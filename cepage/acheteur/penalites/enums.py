"""The breaches that may open a pénalité, its states, the votes."""

from django.db import models


class Fait(models.TextChoices):
    """A breach of an obligation that the contract names."""

    JOUR_SANS_ENVOI = "jour_sans_envoi", "Jours ouvrés sans envoi de données"
    INDICATEURS_ABSENTS = "indicateurs_absents", "Indicateurs du mois non envoyés"
    LIVRABLE_ABSENT = "livrable_absent", "Livrables non envoyés après la clôture"
    ACCUSE_TARDIF = "accuse_tardif", "Réclamations sans accusé dans le délai"
    REPONSE_TARDIVE = "reponse_tardive", "Réclamations sans réponse dans le délai"
    MOYENS_COUTS_ABSENTS = "moyens_couts_absents", "Moyens et coûts de l'année non envoyés"


class Etat(models.TextChoices):
    """How far a pénalité has gone; écartée, levée and définitive are ends."""

    PROPOSEE = "proposee", "Proposée"
    ECARTEE = "ecartee", "Écartée"
    NOTIFIEE = "notifiee", "Notifiée à l'opérateur"
    CONTESTEE = "contestee", "Contestée"
    LEVEE = "levee", "Levée"
    DEFINITIVE = "definitive", "Définitive"


class Tour(models.TextChoices):
    """What a vote is about: the proposal, or the contestation."""

    PROPOSITION = "proposition", "Sur la proposition"
    CONTESTATION = "contestation", "Sur la contestation"


class Sens(models.TextChoices):
    """For or against holding the amount back."""

    POUR = "pour", "Retenir la pénalité"
    CONTRE = "contre", "Ne pas la retenir"


SIGNES: dict[str, tuple[str, str]] = {
    Etat.PROPOSEE: ("◷", "info"),
    Etat.ECARTEE: ("–", "new"),
    Etat.NOTIFIEE: ("→", "warning"),
    Etat.CONTESTEE: ("?", "warning"),
    Etat.LEVEE: ("✓", "success"),
    Etat.DEFINITIVE: ("■", "error"),
}
"""State → sign and colour: never colour alone."""

DECIDEES = (Etat.NOTIFIEE, Etat.CONTESTEE, Etat.DEFINITIVE)
"""States in which the amount counts against the cap of the year."""
