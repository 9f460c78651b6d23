"""The slots given to each operator, what was found at each due date, the reminders, the documents deposited."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from cepage.echanges.suivi.enums import Etat, EtatRelance, Genre
from cepage.fondations.socle.classification import colonne

_DUREE = "durée du marché + 10 ans"
_CRENEAU = colonne("dire à chaque opérateur jusqu'à quand il envoie", "interne", _DUREE, "jamais")
_CONSTAT = colonne("prouver ce qui fut reçu et ce qui ne le fut pas", "interne", _DUREE, "jamais")
_RELANCE = colonne("relancer une fois et une seule", "interne", _DUREE, "jamais")
_DOCUMENT = colonne("garder les livrables du marché remis par l'opérateur", "interne", _DUREE, "jamais")
_AUTEUR = colonne("savoir qui a remis ou réglé", "personnelle", _DUREE, "avec le compte")


class Creneau(models.Model):
    """The slot told to an operator for a lot, from `debut` on (CCTP annexe 3 §2: day of the month, hour)."""

    emetteur = models.CharField("émetteur", max_length=2)
    lot = models.CharField("lot", max_length=2)
    debut = models.DateField("à partir du")
    heure_donnees = models.PositiveSmallIntegerField("heure des données, le lendemain")
    jour_indicateurs = models.PositiveSmallIntegerField("jour du mois des indicateurs")
    heure_indicateurs = models.PositiveSmallIntegerField("heure des indicateurs")
    saisi_le = models.DateTimeField("saisi le")
    saisi_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="saisi par"
    )

    classification: ClassVar[dict[str, dict[str, str]]] = {
        **dict.fromkeys(
            (
                *("id", "emetteur", "lot", "debut", "heure_donnees", "jour_indicateurs", "heure_indicateurs"),
                "saisi_le",
            ),
            _CRENEAU,
        ),
        "saisi_par_id": _AUTEUR,
    }

    class Meta:
        """One slot a day; hours of a day, days that every month has."""

        verbose_name = "créneau"
        verbose_name_plural = "créneaux"
        ordering = ("-debut",)
        constraints = (
            models.UniqueConstraint(
                name="creneau_unique",
                fields=("emetteur", "lot", "debut"),
                violation_error_message="Un créneau commence déjà ce jour-là.",
            ),
            models.CheckConstraint(
                name="creneau_possible",
                condition=Q(heure_donnees__lte=23, heure_indicateurs__lte=23, jour_indicateurs__range=(1, 28)),
                violation_error_message="Une heure va de 0 à 23, et le jour du mois de 1 à 28.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.emetteur} {self.lot} {self.debut}"


class Constat(models.Model):
    """What was found of one expected sending; another line follows when it changes, and the last one holds.

    `entree` is the number of the entry of the sealed journal that carries it.
    """

    emetteur = models.CharField("émetteur", max_length=2)
    lot = models.CharField("lot", max_length=2)
    cle = models.CharField("envoi attendu", max_length=40)
    genre = models.CharField("genre", max_length=20, choices=Genre.choices)
    echeance = models.DateTimeField("échéance")
    etat = models.CharField("état", max_length=20, choices=Etat.choices)
    recu_le = models.DateTimeField("reçu le", null=True)
    detail = models.CharField("précision", max_length=200, blank=True, default="")
    constate_le = models.DateTimeField("constaté le")
    entree = models.BigIntegerField("entrée du journal")

    classification: ClassVar[dict[str, dict[str, str]]] = dict.fromkeys(
        (
            *("id", "emetteur", "lot", "cle", "genre", "echeance", "etat", "recu_le", "detail"),
            *("constate_le", "entree"),
        ),
        _CONSTAT,
    )

    class Meta:
        verbose_name = "constat"
        ordering = ("-id",)
        indexes = (models.Index(fields=["lot", "emetteur", "cle", "-id"], name="constat_dernier"),)

    def __str__(self) -> str:
        return f"{self.emetteur} {self.lot} {self.cle} : {self.get_etat_display()}"


class Relance(models.Model):
    """One reminder of one expected sending, at one step: written before it is sent, so it leaves once."""

    emetteur = models.CharField("émetteur", max_length=2)
    lot = models.CharField("lot", max_length=2)
    cle = models.CharField("envoi attendu", max_length=40)
    palier = models.PositiveSmallIntegerField("jours après l'échéance")
    libelle = models.CharField("ce qui manque", max_length=200)
    echeance = models.DateTimeField("échéance")
    etat = models.CharField("état", max_length=20, choices=EtatRelance.choices, default=EtatRelance.A_ENVOYER)
    destinataires = models.PositiveSmallIntegerField("destinataires", default=0)
    preparee_le = models.DateTimeField("préparée le")
    envoyee_le = models.DateTimeField("envoyée le", null=True)

    classification: ClassVar[dict[str, dict[str, str]]] = dict.fromkeys(
        (
            *("id", "emetteur", "lot", "cle", "palier", "libelle", "echeance", "etat", "destinataires"),
            *("preparee_le", "envoyee_le"),
        ),
        _RELANCE,
    )

    class Meta:
        """The same step of the same sending is reminded once."""

        verbose_name = "relance"
        ordering = ("-preparee_le", "-id")
        constraints = (
            models.UniqueConstraint(
                name="relance_unique",
                fields=("emetteur", "lot", "cle", "palier"),
                violation_error_message="Cette relance est déjà faite.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.emetteur} {self.lot} {self.cle} +{self.palier}"


class DocumentDepose(models.Model):
    """A document of the market (UO3, UO4, UO5) handed over on the page; its bytes are kept with the proofs."""

    emetteur = models.CharField("émetteur", max_length=2)
    lot = models.CharField("lot", max_length=2)
    genre = models.CharField("genre", max_length=20, choices=[(g.value, g.label) for g in Genre])
    periode = models.CharField("période", max_length=10, blank=True, default="")
    nom_fichier = models.CharField("nom du fichier", max_length=255)
    empreinte = models.CharField("empreinte SHA-256", max_length=64)
    taille = models.BigIntegerField("taille en octets")
    depose_le = models.DateTimeField("déposé le")
    depose_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="déposé par"
    )

    classification: ClassVar[dict[str, dict[str, str]]] = {
        **dict.fromkeys(
            ("id", "emetteur", "lot", "genre", "periode", "nom_fichier", "empreinte", "taille", "depose_le"),
            _DOCUMENT,
        ),
        "depose_par_id": _AUTEUR,
    }

    class Meta:
        """The same bytes are deposited once for the same purpose."""

        verbose_name = "document déposé"
        verbose_name_plural = "documents déposés"
        ordering = ("-depose_le", "-id")
        constraints = (
            models.UniqueConstraint(
                name="document_depose_unique",
                fields=("emetteur", "lot", "genre", "periode", "empreinte"),
                violation_error_message="Ce même fichier est déjà déposé pour cette période.",
            ),
        )

    def __str__(self) -> str:
        return self.nom_fichier
