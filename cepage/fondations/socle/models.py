"""What the foundations keep: the sealed journal."""

from django.db import models


class EntreeJournal(models.Model):
    """One sealed entry: what was declared or decided, chained to the entry before by its hash."""

    numero = models.BigIntegerField("numéro", unique=True)
    le = models.DateTimeField("date et heure")
    genre = models.CharField("genre", max_length=40)
    objet = models.CharField("objet", max_length=100)
    emetteur = models.CharField("émetteur", max_length=2, null=True)
    contenu = models.JSONField("contenu")
    precedente = models.CharField("empreinte de l'entrée précédente", max_length=64)
    empreinte = models.CharField("empreinte", max_length=64, unique=True)

    class Meta:
        verbose_name = "entrée du journal"
        verbose_name_plural = "entrées du journal"
        ordering = ["numero"]

    def __str__(self) -> str:
        return f"{self.numero} {self.genre} {self.objet}"
