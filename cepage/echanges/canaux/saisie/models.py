"""What is typed on the site before it is an envoi, and the envois that carried it."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from cepage.echanges.canaux.saisie.enums import Etat, Nature
from cepage.echanges.reception.enums import Statut
from cepage.fondations.socle.classification import colonne

_DUREE = "hypothèse : 24 mois après l'envoi, puis archive à accès restreint pendant 10 ans ; un brouillon, 12 mois"
_EFFACE = "effacé au terme, ou sur demande fondée ; un brouillon, dès qu'on le supprime"
_SUIVI = colonne("mener une fiche de sa saisie à son accusé", "interne", _DUREE, _EFFACE)
_CLE = colonne("retrouver une fiche envoyée, pour la corriger ou l'annuler", "personnelle", _DUREE, _EFFACE)
_CONTENU = colonne("déclarer au point d'échange ce qui a été fait", "sensible", _DUREE, _EFFACE)
_AUTEUR = colonne("dire qui a modifié la fiche, et ne rien perdre", "personnelle", _DUREE, _EFFACE)


class EnvoiSaisi(models.Model):
    """One envoi made of a day's list; `envoi` names its receipt at the exchange point."""

    emetteur = models.CharField("émetteur", max_length=2)
    lot = models.CharField("lot", max_length=2)
    sequence = models.PositiveIntegerField("séquence")
    nom_fichier = models.CharField("nom du fichier", max_length=100)
    envoi = models.CharField("identifiant de l'accusé", max_length=40)
    statut = models.CharField("statut de l'accusé", max_length=30, choices=Statut.choices)
    envoye_le = models.DateTimeField("envoyé le")
    envoye_par = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, verbose_name="envoyé par")
    acceptees = models.PositiveIntegerField("fiches acceptées")
    refusees = models.PositiveIntegerField("fiches refusées")
    remarques = models.JSONField("anomalies de l'envoi entier", default=list)

    classification: ClassVar[dict[str, dict[str, str]]] = {
        **dict.fromkeys(
            (
                *("id", "emetteur", "lot", "sequence", "nom_fichier", "envoi", "statut", "envoye_le"),
                *("acceptees", "refusees", "remarques"),
            ),
            _SUIVI,
        ),
        "envoye_par_id": _AUTEUR,
    }

    class Meta:
        """Most recent first."""

        verbose_name = "envoi saisi"
        verbose_name_plural = "envois saisis"
        ordering = ("-envoye_le", "-id")
        constraints = (models.UniqueConstraint(name="envoi_saisi_unique", fields=("emetteur", "lot", "sequence")),)

    def __str__(self) -> str:
        return self.nom_fichier


class FicheSaisie(models.Model):
    """One fiche as a person types it: whatever was typed is kept, right or wrong.

    `contenu` holds the contract's fields as text, but what the site fills in itself (nature, horodatage, lot).
    `constats` is what the exchange point last said of it. `ligne` is its place in the file of its envoi.
    """

    emetteur = models.CharField("émetteur", max_length=2)
    lot = models.CharField("lot", max_length=2)
    fiche = models.CharField("sorte de fiche", max_length=20)
    nature = models.CharField("nature", max_length=1, choices=Nature.choices, default=Nature.CREATION)
    cle = models.CharField("clé", max_length=200, blank=True, default="")
    contenu = models.JSONField("contenu", default=dict)
    piece = models.CharField("empreinte du fichier joint", max_length=64, blank=True, default="")
    etat = models.CharField("état", max_length=10, choices=Etat.choices, default=Etat.BROUILLON)
    version = models.PositiveIntegerField("version", default=1)
    horodatage = models.DateTimeField("horodatage", null=True, blank=True)
    constats = models.JSONField("ce que le point d'échange en dit", default=list)
    juge_le = models.DateTimeField("jugée le", null=True, blank=True)
    envoi = models.ForeignKey(
        EnvoiSaisi, on_delete=models.PROTECT, null=True, blank=True, related_name="fiches", verbose_name="envoi"
    )
    ligne = models.PositiveIntegerField("ligne", null=True, blank=True)
    cree_le = models.DateTimeField("commencée le")
    modifie_le = models.DateTimeField("modifiée le")
    modifie_par = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, verbose_name="modifiée par")

    classification: ClassVar[dict[str, dict[str, str]]] = {
        **dict.fromkeys(
            (
                *("id", "emetteur", "lot", "fiche", "nature", "piece", "etat", "version", "horodatage"),
                *("juge_le", "envoi_id", "ligne", "cree_le", "modifie_le"),
            ),
            _SUIVI,
        ),
        "cle": _CLE,
        **dict.fromkeys(("contenu", "constats"), _CONTENU),
        "modifie_par_id": _AUTEUR,
    }

    class Meta:
        """In the order of typing."""

        verbose_name = "fiche saisie"
        verbose_name_plural = "fiches saisies"
        ordering = ("id",)
        indexes = (
            models.Index(fields=["emetteur", "lot", "etat", "id"], name="fiche_saisie_etat"),
            models.Index(fields=["emetteur", "fiche", "cle"], name="fiche_saisie_cle"),
        )
        constraints = (
            models.CheckConstraint(
                name="fiche_saisie_datee",
                condition=Q(etat=Etat.BROUILLON) | Q(horodatage__isnull=False),
                violation_error_message="Une fiche prête à partir porte la date et l'heure où elle a été finie.",
            ),
            models.CheckConstraint(
                name="fiche_saisie_envoyee",
                condition=~Q(etat=Etat.ACCEPTEE) | Q(envoi__isnull=False),
                violation_error_message="Une fiche acceptée est passée par un envoi.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.fiche} {self.cle}"
