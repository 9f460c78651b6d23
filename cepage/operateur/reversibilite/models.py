"""The reversibility file of an operator: its plan, its planning, the incidents of the year; the exports asked for."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from cepage.fondations.socle.classification import colonne
from cepage.operateur.reversibilite.enums import EtatExport

_DOSSIER = colonne("transmettre l'activité sans interruption (UO5)", "interne", "marché + 10 ans", "jamais")
_AUTEUR = colonne("dire qui a saisi quoi, et quand", "personnelle", "marché + 10 ans", "pseudonyme au terme")


class PlanReversibilite(models.Model):
    """What a successor must know, kept up to date each year; `date_notification` is that of the UO5's order."""

    emetteur = models.CharField("émetteur", max_length=2, unique=True)
    processus = models.TextField("processus et modes opératoires", max_length=20_000)
    contacts = models.TextField("contacts", max_length=5000)
    vigilance = models.TextField("points de vigilance", max_length=10_000, blank=True, default="")
    date_notification = models.DateField("bon de commande de l'UO5 notifié le", null=True, blank=True)
    version = models.PositiveIntegerField("version", default=1)
    mis_a_jour_le = models.DateTimeField("mis à jour le")
    mis_a_jour_par = models.CharField("mis à jour par", max_length=200)

    classification: ClassVar[dict[str, dict[str, str]]] = {
        **dict.fromkeys(
            ("id", "emetteur", "processus", "contacts", "vigilance", "date_notification", "version"), _DOSSIER
        ),
        **dict.fromkeys(("mis_a_jour_le", "mis_a_jour_par"), _AUTEUR),
    }

    class Meta:
        """One per operator."""

        verbose_name = "plan de réversibilité"
        verbose_name_plural = "plans de réversibilité"

    def __str__(self) -> str:
        return f"plan de {self.emetteur}"


class EtapeReversibilite(models.Model):
    """A step of the planning, in days after the notification of the UO5's order."""

    emetteur = models.CharField("émetteur", max_length=2)
    libelle = models.CharField("étape", max_length=200)
    responsable = models.CharField("responsable", max_length=200)
    du_jour = models.PositiveSmallIntegerField("du jour")
    au_jour = models.PositiveSmallIntegerField("au jour")

    classification: ClassVar[dict[str, dict[str, str]]] = dict.fromkeys(
        ("id", "emetteur", "libelle", "responsable", "du_jour", "au_jour"), _DOSSIER
    )

    class Meta:
        """In the order of the days."""

        verbose_name = "étape de la réversibilité"
        verbose_name_plural = "étapes de la réversibilité"
        ordering = ("du_jour", "au_jour", "id")
        constraints = (
            models.CheckConstraint(
                name="reversibilite_etape_jours",
                condition=Q(au_jour__gte=F("du_jour")),
                violation_error_message="Une étape finit le jour où elle commence, ou après.",
            ),
        )

    def __str__(self) -> str:
        return str(self.libelle)


class Incident(models.Model):
    """What interrupted or degraded the service, and what was done."""

    emetteur = models.CharField("émetteur", max_length=2)
    debut = models.DateField("survenu le")
    fin = models.DateField("réglé le", null=True, blank=True)
    description = models.CharField("ce qui s'est passé", max_length=500)
    effet = models.CharField("effet sur le service", max_length=500)
    remede = models.CharField("ce qui a été fait", max_length=500, blank=True, default="")

    classification: ClassVar[dict[str, dict[str, str]]] = dict.fromkeys(
        ("id", "emetteur", "debut", "fin", "description", "effet", "remede"), _DOSSIER
    )

    class Meta:
        """Latest first."""

        verbose_name = "incident"
        ordering = ("-debut", "-id")
        constraints = (
            models.CheckConstraint(
                name="incident_dates",
                condition=Q(fin__isnull=True) | Q(fin__gte=F("debut")),
                violation_error_message="Un incident se règle le jour même, ou après.",
            ),
        )

    def __str__(self) -> str:
        return f"incident du {self.debut:%d/%m/%Y}"


class ExportDossiers(models.Model):
    """An archive of portable dossiers, asked for, then made by the worker; its bytes are kept under their hash."""

    emetteur = models.CharField("émetteur", max_length=2)
    lots = ArrayField(models.CharField(max_length=2), verbose_name="lots")
    etat = models.CharField("état", max_length=10, choices=EtatExport.choices, default=EtatExport.DEMANDE)
    demande_le = models.DateTimeField("demandé le")
    demande_par = models.CharField("demandé par", max_length=200)
    fini_le = models.DateTimeField("fini le", null=True, blank=True)
    empreinte = models.CharField("empreinte de l'archive", max_length=64, blank=True, default="")
    taille = models.PositiveBigIntegerField("taille en octets", default=0)
    dossiers = models.PositiveIntegerField("nombre de dossiers", default=0)
    difficulte = models.CharField("difficulté", max_length=300, blank=True, default="")

    classification: ClassVar[dict[str, dict[str, str]]] = {
        **dict.fromkeys(
            ("id", "emetteur", "lots", "etat", "fini_le", "empreinte", "taille", "dossiers", "difficulte"), _DOSSIER
        ),
        **dict.fromkeys(("demande_le", "demande_par"), _AUTEUR),
    }

    class Meta:
        """Latest first; a ready one has its bytes."""

        verbose_name = "export de dossiers"
        verbose_name_plural = "exports de dossiers"
        ordering = ("-demande_le", "-id")
        constraints = (
            models.CheckConstraint(
                name="export_pret",
                condition=~Q(etat=EtatExport.PRET) | (~Q(empreinte="") & Q(fini_le__isnull=False)),
                violation_error_message="Un export prêt a son archive.",
            ),
        )

    def __str__(self) -> str:
        return f"export du {self.demande_le:%d/%m/%Y}"
