"""States of what is sent."""

from django.db import models


class EtatFiche(models.TextChoices):
    """Where a fiche is, from the act that produced it to the receipt."""

    EN_ATTENTE = "en_attente", "En attente d'envoi"
    DANS_UN_ENVOI = "dans_un_envoi", "Dans un envoi"
    ACCEPTEE = "acceptee", "Acceptée"
    REFUSEE = "refusee", "Refusée"


class EtatEnvoi(models.TextChoices):
    """Where an envoi is."""

    CONSTRUIT = "construit", "Construit, à transmettre"
    ACCUSE = "accuse", "Accusé reçu"
    REFUSE = "refuse", "Refusé en entier"
