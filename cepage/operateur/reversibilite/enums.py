"""States of an export."""

from django.db import models


class EtatExport(models.TextChoices):
    """Where the making of an archive is."""

    DEMANDE = "demande", "En préparation"
    PRET = "pret", "Prêt"
    ECHOUE = "echoue", "Pas abouti"
