"""What a notice tells, and where its delivery is."""

from django.db import models


class Evenement(models.TextChoices):
    """What one may be told of."""

    ACCUSE = "accuse.pret", "Un accusé est prêt"
    RETARD = "envoi.en_retard", "Un envoi attendu n'est pas venu à l'échéance"
    ESSAI = "essai", "Un essai demandé par vous"


SOUSCRITS = (Evenement.ACCUSE, Evenement.RETARD)
"""Those one chooses; a trial is always sent to who asks for it."""


class Etat(models.TextChoices):
    """Where a notice is."""

    EN_ATTENTE = "en_attente", "En attente"
    REMIS = "remis", "Remis"
    ABANDONNE = "abandonne", "Abandonné"


SIGNES = {Etat.EN_ATTENTE: "○", Etat.REMIS: "✓", Etat.ABANDONNE: "✗"}
