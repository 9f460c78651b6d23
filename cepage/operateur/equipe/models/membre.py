"""Members of the groupement and the member each person works for."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from cepage.fondations.socle.classification import colonne

_MEMBRE = colonne("savoir qui exécute le marché", "interne", "durée du marché + 10 ans", "jamais")
_RATTACHEMENT = colonne("décider des dossiers qu'une personne voit", "personnelle", "durée du compte", "avec le compte")


class Qualite(models.TextChoices):
    """What a member is in the groupement."""

    MANDATAIRE = "mandataire", "Mandataire"
    COTRAITANT = "cotraitant", "Cotraitant"
    SOUS_TRAITANT = "sous_traitant", "Sous-traitant"


class Membre(models.Model):
    """A member of the groupement that answers under `emetteur`, during [debut, fin)."""

    emetteur = models.CharField("émetteur", max_length=2)
    code = models.CharField("code", max_length=20)
    nom = models.CharField("nom", max_length=200)
    qualite = models.CharField("qualité", max_length=20, choices=Qualite.choices)
    debut = models.DateField("entrée")
    fin = models.DateField("premier jour hors du groupement", null=True, blank=True)

    classification: ClassVar[dict[str, dict[str, str]]] = dict.fromkeys(
        ("id", "emetteur", "code", "nom", "qualite", "debut", "fin"), _MEMBRE
    )

    class Meta:
        """One code per member of an operator."""

        verbose_name = "membre du groupement"
        verbose_name_plural = "membres du groupement"
        ordering = ("nom",)
        constraints = (
            models.UniqueConstraint(
                name="membre_unique",
                fields=("emetteur", "code"),
                violation_error_message="Un membre porte déjà ce code : choisissez-en un autre.",
            ),
            models.CheckConstraint(
                name="membre_periode",
                condition=Q(fin__isnull=True) | Q(fin__gt=F("debut")),
                violation_error_message="La sortie du groupement vient après l'entrée.",
            ),
        )

    def __str__(self) -> str:
        return self.nom


class Rattachement(models.Model):
    """The member a person works for; a person without one works for the mandataire."""

    emetteur = models.CharField("émetteur", max_length=2)
    personne = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="rattachement", verbose_name="personne"
    )
    membre = models.ForeignKey(Membre, on_delete=models.PROTECT, related_name="rattachements", verbose_name="membre")

    classification: ClassVar[dict[str, dict[str, str]]] = dict.fromkeys(
        ("id", "emetteur", "personne_id", "membre_id"), _RATTACHEMENT
    )

    class Meta:
        """One member per person."""

        verbose_name = "rattachement"

    def __str__(self) -> str:
        return f"{self.personne} : {self.membre}"
