"""The mails of the dossiers: those that wait to leave, those that came back."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from cepage.fondations.socle.classification import colonne
from cepage.fondations.socle.courrier import COLONNES, CourrielEnAttente
from cepage.operateur.dossiers.enums import SortDuRecu
from cepage.operateur.dossiers.models.beneficiaire import Beneficiaire
from cepage.operateur.dossiers.models.suivi import Courriel

_SORTANT = colonne("écrire à la personne et à son conseiller", "personnelle", "24 mois", "effacé au terme")
_RECU = colonne("joindre au dossier la réponse de la personne", "personnelle", "24 mois", "effacé au terme")


class CourrielSortant(CourrielEnAttente):
    """A mail of a dossier; `cle` says what it is for, so that the same is never written twice.

    `courriel` is the mail of the UO2.2 it carries, `message_id` the name by which an answer recalls it.
    """

    cle = models.CharField("ce qu'il dit, et à qui", max_length=80)
    courriel = models.ForeignKey(
        Courriel, on_delete=models.CASCADE, null=True, blank=True, related_name="envois", verbose_name="courriel"
    )
    message_id = models.CharField("identifiant du message", max_length=120, blank=True, default="")

    classification: ClassVar[dict[str, dict[str, str]]] = dict.fromkeys(
        (*COLONNES, "cle", "courriel_id", "message_id"), _SORTANT
    )

    class Meta:
        """In the order they were written; one of each key."""

        verbose_name = "courriel sortant"
        verbose_name_plural = "courriels sortants"
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(
                name="dossiers_courriel_une_fois",
                fields=("emetteur", "cle"),
                violation_error_message="Ce courriel est déjà écrit.",
            ),
        )
        indexes = (
            models.Index(
                fields=["id"], condition=Q(envoye_le__isnull=True, refuse=False), name="dossiers_courriel_attente"
            ),
            models.Index(fields=["message_id"], condition=~Q(message_id=""), name="dossiers_courriel_message"),
        )

    def __str__(self) -> str:
        return f"{self.objet} ({self.cree_le:%d/%m/%Y})"


class CourrielRecu(models.Model):
    """A message found in the mailbox, taken once; `beneficiaire` when its sender was recognised."""

    emetteur = models.CharField("émetteur", max_length=2)
    message_id = models.CharField("identifiant du message", max_length=255)
    expediteur = models.CharField("expéditeur", max_length=254)
    objet = models.CharField("objet", max_length=200, blank=True, default="")
    texte = models.TextField("texte", max_length=20_000, blank=True, default="")
    ecrit_le = models.DateField("écrit le")
    recu_le = models.DateTimeField("pris dans la boîte le")
    sort = models.CharField(
        "ce qu'il en est", max_length=12, choices=SortDuRecu.choices, default=SortDuRecu.A_RATTACHER
    )
    beneficiaire = models.ForeignKey(
        Beneficiaire, on_delete=models.CASCADE, null=True, blank=True, related_name="recus", verbose_name="bénéficiaire"
    )
    traite_par = models.CharField("traité par", max_length=200, blank=True, default="")

    classification: ClassVar[dict[str, dict[str, str]]] = dict.fromkeys(
        (
            *("id", "emetteur", "message_id", "expediteur", "objet", "texte", "ecrit_le", "recu_le"),
            *("sort", "beneficiaire_id", "traite_par"),
        ),
        _RECU,
    )

    class Meta:
        """A message is taken once; an attached one has its person."""

        verbose_name = "courriel reçu"
        verbose_name_plural = "courriels reçus"
        ordering = ("ecrit_le", "id")
        constraints = (
            models.UniqueConstraint(
                name="dossiers_recu_une_fois",
                fields=("emetteur", "message_id"),
                violation_error_message="Ce message est déjà pris.",
            ),
            models.CheckConstraint(
                name="dossiers_recu_rattache",
                condition=~Q(sort=SortDuRecu.RATTACHE) | Q(beneficiaire__isnull=False),
                violation_error_message="Un message rattaché a sa personne.",
            ),
        )
        indexes = (
            models.Index(
                fields=["emetteur", "ecrit_le"], condition=Q(sort="a_rattacher"), name="dossiers_recu_a_rattacher"
            ),
        )

    def __str__(self) -> str:
        return f"message reçu le {self.recu_le:%d/%m/%Y}"
