"""States of a fiche typed on the site."""

from django.db import models


class Etat(models.TextChoices):
    """From the first character typed to the receipt."""

    BROUILLON = "brouillon", "Brouillon"
    LISTE = "liste", "Sur la liste du jour"
    REFUSEE = "refusee", "Refusée : à corriger"
    ACCEPTEE = "acceptee", "Acceptée"


class Nature(models.TextChoices):
    """What a fiche does to what is known, as the contract names it."""

    CREATION = "C", "Nouvelle fiche"
    MODIFICATION = "M", "Correction"
    ANNULATION = "A", "Annulation"
