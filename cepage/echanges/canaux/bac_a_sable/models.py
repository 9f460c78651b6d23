"""What an emitter sets in its sandbox. The data themselves are in a schema of its own (see `schema.py`)."""

from typing import ClassVar

from django.db import models

from cepage.fondations.socle.classification import colonne

_REGLAGE = colonne("régler un essai", "interne", "durée du marché", "avec le bac à sable")


class Reglage(models.Model):
    """The clock of a sandbox (none: the real one), the end of its lots (none: still held), whether the NIR is read."""

    emetteur = models.CharField("émetteur", max_length=2, primary_key=True)
    maintenant = models.DateTimeField("date et heure du bac à sable", null=True)
    tenu_jusqu_au = models.DateField("dernier jour où les lots sont tenus", null=True)
    nir_autorise = models.BooleanField("NIR lu", default=False)

    classification: ClassVar[dict[str, dict[str, str]]] = dict.fromkeys(
        ("emetteur", "maintenant", "tenu_jusqu_au", "nir_autorise"), _REGLAGE
    )

    class Meta:
        verbose_name = "réglage du bac à sable"
        verbose_name_plural = "réglages des bacs à sable"

    def __str__(self) -> str:
        return f"bac à sable de {self.emetteur}"
