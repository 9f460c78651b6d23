"""Who holds which lot, and what was ordered."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from cepage.fondations.socle.classification import colonne

_TITULAIRE = colonne("savoir qui tient un lot et depuis quand", "publique", "durée du marché + 10 ans", "jamais")
_COMMANDE = colonne("rattacher chaque unité au bon qui la paie", "interne", "durée du marché + 10 ans", "jamais")


class Titulaire(models.Model):
    """An operator holding a lot from `debut` to `fin` (last day included; none: still)."""

    lot = models.CharField("lot", max_length=2)
    operateur = models.CharField("code de l'opérateur", max_length=2)
    nom = models.CharField("nom", max_length=200)
    debut = models.DateField("premier jour")
    fin = models.DateField("dernier jour", null=True, blank=True)

    classification: ClassVar[dict[str, dict[str, str]]] = dict.fromkeys(
        ("id", "lot", "operateur", "nom", "debut", "fin"), _TITULAIRE
    )

    class Meta:
        verbose_name = "titulaire"
        constraints = [
            models.UniqueConstraint(fields=["lot", "operateur", "debut"], name="titulaire_unique"),
            models.CheckConstraint(
                condition=Q(fin__isnull=True) | Q(fin__gte=F("debut")),
                name="titulaire_fin_apres_debut",
                violation_error_message="La fin précède le début.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.nom} (lot {self.lot})"


class Commande(models.Model):
    """A bon de commande: `volume` units of `uo` ordered for the days `debut` to `fin`, both included."""

    reference = models.CharField("référence", max_length=40, unique=True)
    lot = models.CharField("lot", max_length=2)
    uo = models.CharField("unité d'œuvre", max_length=2)
    debut = models.DateField("premier jour")
    fin = models.DateField("dernier jour")
    volume = models.PositiveIntegerField("volume commandé")

    classification: ClassVar[dict[str, dict[str, str]]] = dict.fromkeys(
        ("id", "reference", "lot", "uo", "debut", "fin", "volume"), _COMMANDE
    )

    class Meta:
        verbose_name = "bon de commande"
        verbose_name_plural = "bons de commande"
        constraints = [
            models.CheckConstraint(
                condition=Q(fin__gte=F("debut")),
                name="commande_fin_apres_debut",
                violation_error_message="La fin du bon précède son début.",
            )
        ]

    def __str__(self) -> str:
        return self.reference
