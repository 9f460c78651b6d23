"""What is kept of an anchor: which entry was the head, and the token that proves it."""

from typing import ClassVar

from django.db import models

from cepage.fondations.socle.classification import colonne

_ANCRE = colonne(
    "prouver à tous l'état du journal à un instant", "interne", "durée du marché + 10 ans", "jamais : ne dit rien"
)


class Ancre(models.Model):
    """The head of the journal, time-stamped: the entry, the token (RFC 3161, DER), what the token says.

    No emitter's data: a hash, an instant, an authority.
    """

    numero = models.BigIntegerField("entrée ancrée", unique=True)
    jeton = models.BinaryField("jeton d'horodatage")
    horodatee_le = models.DateTimeField("horodatée le")
    autorite = models.CharField("autorité", max_length=200)

    classification: ClassVar[dict[str, dict[str, str]]] = dict.fromkeys(
        ("id", "numero", "jeton", "horodatee_le", "autorite"), _ANCRE
    )

    class Meta:
        verbose_name = "ancre"
        ordering = ("-numero",)

    def __str__(self) -> str:
        return f"ancre de l'entrée {self.numero}"
