"""What a channel receives before it is an envoi: the bytes coming, who sends them, and where the receipt is."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from cepage.echanges.canaux.depots.enums import Etat
from cepage.echanges.reception.enums import Mode
from cepage.fondations.socle.classification import colonne

_DEPOT = colonne("suivre un fichier de sa réception à son accusé", "interne", "30 jours", "au bout de 30 jours")
_ESSAI = colonne("rendre l'accusé d'un essai, qui n'est pas conservé", "personnelle", "30 jours", "avec le dépôt")


class Depot(models.Model):
    """One file handed over by a channel; `trace` follows it from the sender's request to the receipt."""

    identifiant = models.UUIDField("identifiant", primary_key=True)
    emetteur = models.CharField("émetteur", max_length=2)
    canal = models.CharField("canal", max_length=20)
    cle_acces = models.CharField("identifiant de la clé d'accès", max_length=16)
    bac_a_sable = models.BooleanField("du bac à sable", default=False)
    trace = models.CharField("identifiant de trace", max_length=32)
    nom = models.CharField("nom du fichier", max_length=255)
    lot = models.CharField("lot", max_length=2)
    mode = models.CharField("mode", max_length=20, choices=Mode.choices)
    cle_idempotence = models.CharField("clé d'idempotence", max_length=200, null=True)
    taille = models.BigIntegerField("taille annoncée")
    recus = models.BigIntegerField("octets reçus", default=0)
    etat = models.CharField("état", max_length=20, choices=Etat.choices, default=Etat.OUVERT)
    etape = models.CharField("étape du contrôle", max_length=60, blank=True, default="")
    part = models.FloatField("part du contrôle", default=0)
    envoi = models.CharField("identifiant de l'envoi", max_length=40, blank=True, default="")
    essai = models.JSONField("accusé d'un essai", null=True)
    cree_le = models.DateTimeField("ouvert le")
    maj_le = models.DateTimeField("mis à jour le", auto_now=True)

    classification: ClassVar[dict[str, dict[str, str]]] = {
        **dict.fromkeys(
            (
                *("identifiant", "emetteur", "canal", "cle_acces", "bac_a_sable", "trace", "nom", "lot", "mode"),
                *("cle_idempotence", "taille", "recus", "etat", "etape", "part", "envoi", "cree_le", "maj_le"),
            ),
            _DEPOT,
        ),
        "essai": _ESSAI,
    }

    class Meta:
        verbose_name = "dépôt"
        verbose_name_plural = "dépôts"
        ordering = ("-cree_le",)
        constraints = (
            models.CheckConstraint(
                name="depot_pas_plus_que_sa_taille",
                condition=Q(recus__lte=F("taille")),
                violation_error_message="Un dépôt ne reçoit pas plus d'octets que sa taille annoncée.",
            ),
        )
        indexes = (
            models.Index(fields=["emetteur", "envoi"], name="depot_envoi"),
            models.Index(fields=["cree_le"], name="depot_cree"),
        )

    def __str__(self) -> str:
        return f"{self.nom} ({self.etat})"
