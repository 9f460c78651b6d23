"""The lists imported since the packaged ones, kept whole with their source and fingerprint."""

from typing import ClassVar

from django.core.validators import RegexValidator
from django.db import models

from cepage.fondations.socle.classification import colonne


class JeuReferentiel(models.Model):
    """One official list, in force from `debut`; `contenu` is the normalised CSV, compressed with gzip."""

    liste = models.CharField("liste", max_length=60)
    debut = models.DateField("en vigueur à partir du")
    source = models.CharField("source", max_length=300)
    empreinte_sha256 = models.CharField(
        "empreinte SHA-256",
        max_length=64,
        validators=[RegexValidator("^[0-9a-f]{64}$", "Une empreinte SHA-256 a 64 chiffres hexadécimaux.")],
    )
    contenu = models.BinaryField("contenu")
    applique_le = models.DateTimeField("appliqué le", auto_now_add=True)

    classification: ClassVar[dict[str, dict[str, str]]] = dict.fromkeys(
        ("id", "liste", "debut", "source", "empreinte_sha256", "contenu", "applique_le"),
        colonne(
            finalite="dire quelle liste officielle faisait foi à une date",
            sensibilite="publique",
            conservation="durée de l'application",
            effacement="jamais : aucune donnée de personne",
        ),
    )

    class Meta:
        verbose_name = "liste importée"
        verbose_name_plural = "listes importées"
        ordering = ("liste", "debut")
        constraints = [
            models.UniqueConstraint(
                fields=["liste", "debut"],
                name="jeu_referentiel_unique",
                violation_error_message="Une liste est déjà en vigueur à cette date.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.liste} à partir du {self.debut:%d/%m/%Y}"
