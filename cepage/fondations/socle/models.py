"""What the foundations keep: the sealed journal, and the log of every state change."""

from typing import ClassVar

from django.db import models

from cepage.fondations.socle.classification import colonne

_JOURNAL = colonne("prouver ce qui fut déclaré et décidé", "interne", "durée du marché + 10 ans", "jamais")
_TRANSITION = colonne("garder qui a changé quoi, quand et pourquoi", "interne", "durée du marché + 10 ans", "jamais")
_AUTEUR = colonne("savoir qui a changé quoi", "personnelle", "durée du marché + 10 ans", "pseudonyme au terme")


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

    classification: ClassVar[dict[str, dict[str, str]]] = dict.fromkeys(
        ("id", "numero", "le", "genre", "objet", "emetteur", "contenu", "precedente", "empreinte"), _JOURNAL
    )

    class Meta:
        verbose_name = "entrée du journal"
        verbose_name_plural = "entrées du journal"
        ordering = ["numero"]

    def __str__(self) -> str:
        return f"{self.numero} {self.genre} {self.objet}"


class TransitionJournal(models.Model):
    """One state change: from, to, the day it takes effect, the instant it was entered, who and why."""

    modele = models.CharField("genre d'objet", max_length=100)
    objet = models.CharField("objet", max_length=100)
    de = models.CharField("état de départ", max_length=40)
    vers = models.CharField("état d'arrivée", max_length=40)
    effet = models.DateField("prend effet le")
    saisie = models.DateTimeField("saisie le")
    auteur = models.CharField("auteur", max_length=200)
    motif = models.TextField("motif", blank=True)
    emetteur = models.CharField("émetteur", max_length=2, null=True)

    classification: ClassVar[dict[str, dict[str, str]]] = {
        **dict.fromkeys(("id", "modele", "objet", "de", "vers", "effet", "saisie", "motif", "emetteur"), _TRANSITION),
        "auteur": _AUTEUR,
    }

    class Meta:
        verbose_name = "changement d'état"
        verbose_name_plural = "changements d'état"
        ordering = ("saisie", "id")
        indexes = (models.Index(fields=["modele", "objet"], name="transition_objet"),)

    def __str__(self) -> str:
        return f"{self.modele} {self.objet} : {self.de} → {self.vers}"
