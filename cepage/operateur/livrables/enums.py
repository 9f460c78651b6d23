"""Kinds and states of a livrable and of its signature."""

from django.db import models


class TypeLivrable(models.TextChoices):
    """The livrables a person signs, as the contract's list codes them."""

    ELP = "ELP", "État des lieux partagé"
    PP = "PP", "Projet professionnel"


class EtatLivrable(models.TextChoices):
    """Where a livrable is."""

    REDACTION = "redaction", "En rédaction"
    A_SIGNER = "a_signer", "Attend la signature de la personne"
    SIGNE = "signe", "Signé"


class Moyen(models.TextChoices):
    """How the person signs."""

    SUR_PLACE = "sur_place", "Sur place, à l'écran"
    A_DISTANCE = "a_distance", "À distance, par courriel"
    PAPIER = "papier", "Sur papier"


class Identification(models.TextChoices):
    """How the person was recognised."""

    PIECE = "piece", "Pièce d'identité présentée au conseiller"
    CONNUE = "connue", "Personne déjà connue du conseiller"
    CODE = "code", "Lien et code à usage unique envoyés à son adresse de courriel"
    MAIN = "main", "Signature de sa main sur le papier"


class EtatSignature(models.TextChoices):
    """Where a request for signature is; expiry follows from its date."""

    EN_ATTENTE = "en_attente", "Attend la personne"
    SIGNEE = "signee", "Signée"
    REFUSEE = "refusee", "Refusée par la personne"
    ANNULEE = "annulee", "Annulée par le conseiller"
