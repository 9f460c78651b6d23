"""The messages already received: a signed message serves once."""

from typing import ClassVar

from django.db import models

from cepage.fondations.socle.classification import colonne

_REJEU = colonne("refuser un message signé qui revient", "interne", "dix minutes", "une fois périmé")


class MessageRecu(models.Model):
    """The fingerprint of a message, or of an assertion for one use, kept as long as it could come back."""

    empreinte = models.CharField("empreinte", max_length=64, primary_key=True)
    perime_le = models.DateTimeField("périmé le", db_index=True)

    classification: ClassVar[dict[str, dict[str, str]]] = dict.fromkeys(("empreinte", "perime_le"), _REJEU)

    class Meta:
        verbose_name = "message reçu"
        verbose_name_plural = "messages reçus"

    def __str__(self) -> str:
        return self.empreinte
