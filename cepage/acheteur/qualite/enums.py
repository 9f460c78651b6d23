"""When people are asked, and what becomes of an invitation."""

from django.db import models


class Moment(models.TextChoices):
    """At the closing of the unit, or six months later."""

    CLOTURE = "cloture", "À la clôture"
    SIX_MOIS = "six_mois", "Six mois après"


class EtatEnquete(models.TextChoices):
    """What becomes of an invitation."""

    A_ENVOYER = "a_envoyer", "À envoyer"
    ENVOYEE = "envoyee", "Envoyée"
    REPONDUE = "repondue", "Répondue"
    REFUSEE = "refusee", "Refusée"
    REBOND = "rebond", "Adresse injoignable"
