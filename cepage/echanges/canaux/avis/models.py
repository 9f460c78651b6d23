"""Subscriptions to signed notices, the notices, and each attempt to deliver them."""

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from cepage.echanges.canaux.acces.models import Cle
from cepage.echanges.canaux.avis.enums import Etat, Evenement
from cepage.fondations.socle.classification import colonne

_ABONNEMENT = colonne("prévenir le logiciel de l'opérateur", "interne", "durée de la clé + 6 ans", "jamais")
_AUTEUR = colonne("savoir qui s'est abonné", "personnelle", "durée de la clé + 6 ans", "avec le compte")
_AVIS = colonne("prouver qu'un avis fut remis, ou tenté", "interne", "hypothèse : 24 mois", "au terme")


class Abonnement(models.Model):
    """Where one key wants to be told, and of what. Its secret is computed, never kept (see `signature`)."""

    identifiant = models.CharField("identifiant", max_length=16, unique=True)
    cle = models.ForeignKey(Cle, on_delete=models.PROTECT, related_name="abonnements", verbose_name="clé d'accès")
    emetteur = models.CharField("émetteur", max_length=2)
    url = models.CharField("adresse", max_length=500)
    evenements = ArrayField(models.CharField(max_length=30, choices=Evenement.choices), verbose_name="événements")
    version_secret = models.PositiveIntegerField("version du secret", default=1)
    ancien_jusqu_au = models.DateTimeField("ancien secret valable jusqu'au", null=True)
    cree_le = models.DateTimeField("ouvert le")
    cree_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="ouvert par"
    )
    ferme_le = models.DateTimeField("fermé le", null=True)

    classification: ClassVar[dict[str, dict[str, str]]] = {
        **dict.fromkeys(
            (
                *("id", "identifiant", "cle_id", "emetteur", "url", "evenements", "version_secret"),
                *("ancien_jusqu_au", "cree_le", "ferme_le"),
            ),
            _ABONNEMENT,
        ),
        "cree_par_id": _AUTEUR,
    }

    class Meta:
        """One open subscription of a key to an address."""

        verbose_name = "abonnement"
        ordering = ("-cree_le", "-id")
        constraints = (
            models.UniqueConstraint(
                name="abonnement_unique",
                fields=("cle", "url"),
                condition=Q(ferme_le__isnull=True),
                violation_error_message="Cette clé est déjà abonnée à cette adresse.",
            ),
            models.CheckConstraint(
                name="abonnement_avec_un_evenement",
                condition=Q(evenements__len__gt=0),
                violation_error_message="Un abonnement porte sur au moins un événement.",
            ),
        )

    def __str__(self) -> str:
        return self.url


class Avis(models.Model):
    """One notice to one subscription; its body is fixed, so each attempt and each replay sends the same bytes."""

    identifiant = models.UUIDField("identifiant", primary_key=True)
    abonnement = models.ForeignKey(Abonnement, on_delete=models.PROTECT, related_name="avis", verbose_name="abonnement")
    emetteur = models.CharField("émetteur", max_length=2)
    evenement = models.CharField("événement", max_length=30, choices=Evenement.choices)
    corps = models.TextField("corps")
    etat = models.CharField("état", max_length=20, choices=Etat.choices, default=Etat.EN_ATTENTE)
    tentatives = models.PositiveIntegerField("tentatives", default=0)
    prochaine_le = models.DateTimeField("prochaine tentative", null=True)
    cree_le = models.DateTimeField("créé le")
    remis_le = models.DateTimeField("remis le", null=True)

    classification: ClassVar[dict[str, dict[str, str]]] = dict.fromkeys(
        (
            *("identifiant", "abonnement_id", "emetteur", "evenement", "corps", "etat", "tentatives"),
            *("prochaine_le", "cree_le", "remis_le"),
        ),
        _AVIS,
    )

    class Meta:
        verbose_name = "avis"
        verbose_name_plural = "avis"
        ordering = ("-cree_le", "-identifiant")
        indexes = (
            models.Index(fields=["abonnement", "-cree_le"], name="avis_par_abonnement"),
            models.Index(fields=["etat", "prochaine_le"], condition=~Q(etat="remis"), name="avis_a_remettre"),
        )

    def __str__(self) -> str:
        return f"{self.evenement} {self.identifiant}"


class Tentative(models.Model):
    """One attempt: the status answered (none: no answer), how long, why it failed."""

    avis = models.ForeignKey(Avis, on_delete=models.CASCADE, related_name="essais", verbose_name="avis")
    emetteur = models.CharField("émetteur", max_length=2)
    le = models.DateTimeField("tentée le")
    statut = models.PositiveSmallIntegerField("statut HTTP", null=True)
    duree_ms = models.PositiveIntegerField("durée en millisecondes")
    raison = models.CharField("raison de l'échec", max_length=200, blank=True, default="")

    classification: ClassVar[dict[str, dict[str, str]]] = dict.fromkeys(
        ("id", "avis_id", "emetteur", "le", "statut", "duree_ms", "raison"), _AVIS
    )

    class Meta:
        verbose_name = "tentative de remise"
        verbose_name_plural = "tentatives de remise"
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.avis_id} {self.statut or self.raison}"
