"""The outbox: every fiche an act produced, the envois that carried them, and what the receipts said of them."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from cepage.echanges.envoi.enums import EtatEnvoi, EtatFiche
from cepage.fondations.socle.classification import colonne

_DUREE = "hypothèse : 24 mois après l'envoi, puis archive à accès restreint pendant 10 ans"
_TRACE = colonne("transmettre chaque fiche une fois et une seule", "interne", _DUREE, "au terme de l'archive")
_CONTENU = colonne("transmettre les fiches au point d'échange", "sensible", _DUREE, "effacé au terme, ou sur demande")
_CLE = colonne("relier la fiche envoyée au dossier", "personnelle", _DUREE, "effacé au terme, ou sur demande")
_RETOUR = colonne("corriger ce qui est refusé", "personnelle", _DUREE, "effacé au terme, ou sur demande")


class EnvoiSortant(models.Model):
    """One envoi built here; its name and bytes are fixed once and for all, so sending it again changes nothing."""

    emetteur = models.CharField("émetteur", max_length=2)
    lot = models.CharField("lot", max_length=2)
    sequence = models.PositiveIntegerField("séquence")
    nom_fichier = models.CharField("nom du fichier", max_length=100)
    empreinte = models.CharField("empreinte SHA-256", max_length=64)
    fiches_envoyees = models.PositiveIntegerField("nombre de fiches")
    etat = models.CharField("état", max_length=10, choices=EtatEnvoi.choices, default=EtatEnvoi.CONSTRUIT)
    construit_le = models.DateTimeField("construit le")
    transmis_le = models.DateTimeField("transmis le", null=True, blank=True)
    tentatives = models.PositiveIntegerField("tentatives", default=0)
    derniere_erreur = models.CharField("dernière difficulté", max_length=300, blank=True, default="")
    identifiant_accuse = models.CharField("identifiant au point d'échange", max_length=40, blank=True, default="")
    statut_accuse = models.CharField("statut de l'accusé", max_length=30, blank=True, default="")

    classification: ClassVar[dict[str, dict[str, str]]] = dict.fromkeys(
        (
            *("id", "emetteur", "lot", "sequence", "nom_fichier", "empreinte", "fiches_envoyees", "etat"),
            *("construit_le", "transmis_le", "tentatives", "derniere_erreur", "identifiant_accuse", "statut_accuse"),
        ),
        _TRACE,
    )

    class Meta:
        """One sequence per lot."""

        verbose_name = "envoi sortant"
        verbose_name_plural = "envois sortants"
        ordering = ("-construit_le", "-id")
        constraints = (models.UniqueConstraint(name="envoi_sortant_unique", fields=("emetteur", "lot", "sequence")),)

    def __str__(self) -> str:
        return self.nom_fichier


class FicheSortante(models.Model):
    """One fiche as it must be sent; `retenue` says why it waits for something else than its slot.

    `parent` is the key of the fiche it depends on (« unite_oeuvre:… », « beneficiaire:… »). `ligne` is its first line
    in the file of its kind, once in an envoi.
    """

    emetteur = models.CharField("émetteur", max_length=2)
    lot = models.CharField("lot", max_length=2)
    fiche = models.CharField("sorte de fiche", max_length=20)
    cle = models.CharField("clé", max_length=120)
    parent = models.CharField("fiche dont elle dépend", max_length=120, blank=True, default="")
    nature = models.CharField("nature", max_length=1)
    horodatage = models.DateTimeField("horodatage")
    contenu = models.JSONField("contenu")
    piece = models.CharField("empreinte du fichier joint", max_length=64, blank=True, default="")
    retenue = models.CharField("retenue", max_length=200, blank=True, default="")
    etat = models.CharField("état", max_length=14, choices=EtatFiche.choices, default=EtatFiche.EN_ATTENTE)
    envoi = models.ForeignKey(
        EnvoiSortant, on_delete=models.PROTECT, null=True, blank=True, related_name="fiches", verbose_name="envoi"
    )
    ligne = models.PositiveIntegerField("ligne", null=True, blank=True)

    classification: ClassVar[dict[str, dict[str, str]]] = {
        **dict.fromkeys(
            (
                *("id", "emetteur", "lot", "fiche", "nature", "horodatage", "piece", "retenue", "etat"),
                *("envoi_id", "ligne"),
            ),
            _TRACE,
        ),
        **dict.fromkeys(("cle", "parent"), _CLE),
        "contenu": _CONTENU,
    }

    class Meta:
        """In the order of the acts."""

        verbose_name = "fiche sortante"
        verbose_name_plural = "fiches sortantes"
        ordering = ("id",)
        indexes = (
            models.Index(fields=["emetteur", "lot", "id"], condition=Q(etat="en_attente"), name="fiche_en_attente"),
            models.Index(fields=["emetteur", "cle"], name="fiche_sortante_cle"),
            models.Index(fields=["emetteur", "parent"], condition=Q(etat="refusee"), name="fiche_refusee_parent"),
        )

    def __str__(self) -> str:
        return f"{self.fiche} {self.cle} {self.nature}"


class Retour(models.Model):
    """What a receipt said of one fiche: to be mended when blocking, to be known otherwise."""

    emetteur = models.CharField("émetteur", max_length=2)
    fiche_sortante = models.ForeignKey(
        FicheSortante, on_delete=models.CASCADE, related_name="retours", verbose_name="fiche"
    )
    code = models.CharField("code", max_length=20)
    gravite = models.CharField("gravité", max_length=13)
    champ = models.CharField("champ", max_length=60, blank=True, default="")
    message = models.TextField("message")
    remede = models.TextField("remède")
    clause = models.TextField("clause")
    recu_le = models.DateTimeField("reçu le")
    traite_le = models.DateTimeField("traité le", null=True, blank=True)

    classification: ClassVar[dict[str, dict[str, str]]] = dict.fromkeys(
        (
            *("id", "emetteur", "fiche_sortante_id", "code", "gravite", "champ", "message", "remede", "clause"),
            *("recu_le", "traite_le"),
        ),
        _RETOUR,
    )

    class Meta:
        """Most recent first."""

        verbose_name = "retour"
        ordering = ("-recu_le", "id")
        indexes = (
            models.Index(
                fields=["emetteur", "fiche_sortante"],
                condition=Q(traite_le__isnull=True, gravite="bloquant"),
                name="retour_a_traiter",
            ),
        )

    def __str__(self) -> str:
        return f"{self.code} {self.fiche_sortante_id}"
