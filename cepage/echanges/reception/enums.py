"""Modes of reception and statuses of a receipt."""

from django.db import models


class Mode(models.TextChoices):
    """How an envoi is treated."""

    NORMAL = "normal", "Normal : les fiches justes entrent"
    ESSAI = "essai", "Essai : tout est contrôlé, rien n'entre"
    TOUT_OU_RIEN = "tout_ou_rien", "Tout ou rien : une seule fiche refusée refuse l'envoi"


class Statut(models.TextChoices):
    """Status of the receipt, as in the contract of exchange."""

    RECU = "recu", "Reçu"
    REFUSE = "refuse", "Refusé"
    PARTIEL = "accepte_partiellement", "Accepté partiellement"
    ACCEPTE = "accepte", "Accepté"
