"""Surveys: invitations (seen by no operator), answers (tied to nobody), refusals, earlier results."""

import uuid
from typing import ClassVar

from django.db import models

from cepage.acheteur.qualite.enums import EtatEnquete, Moment
from cepage.fondations.socle.classification import colonne

_ENVOI = colonne("inviter, relancer et compter sans lire les réponses", "personnelle", "2 ans", "supprimé au terme")
_JETON = colonne("ouvrir le questionnaire sans compte", "interne", "2 ans", "supprimé au terme")
_BROUILLON = colonne("reprendre une réponse commencée", "sensible", "jusqu'à la réponse", "vidé à la réponse")
_REPONSE = colonne("mesurer la qualité du service", "interne", "durée du marché + 10 ans", "jamais : sans lien")
_LIBRE = colonne("comprendre ce que disent les personnes", "sensible", "durée du marché + 2 ans", "effacé au terme")
_PROFIL = colonne(
    "vérifier que les répondants ressemblent aux bénéficiaires", "personnelle", "5 ans", "agrégé au terme"
)


class Enquete(models.Model):
    """An invitation to answer after a unit. The link is drawn from `alea` and the site's secret: never kept."""

    numero_dossier = models.CharField("numéro de dossier", max_length=14, db_collation="C")
    lot = models.CharField("lot", max_length=2)
    uo = models.CharField("unité d'œuvre", max_length=2)
    semestre = models.CharField("semestre de clôture", max_length=7)
    moment = models.CharField("moment", max_length=10, choices=Moment.choices)
    version = models.CharField("version du questionnaire", max_length=20)
    alea = models.UUIDField("aléa du lien", default=uuid.uuid4)
    empreinte_jeton = models.CharField("empreinte du lien", max_length=64, unique=True)
    etat = models.CharField("état", max_length=10, choices=EtatEnquete.choices, default=EtatEnquete.A_ENVOYER)
    prevue_le = models.DateField("prévue le")
    envoyee_le = models.DateTimeField("envoyée le", null=True)
    relances = models.PositiveSmallIntegerField("relances", default=0)
    relancee_le = models.DateTimeField("dernière relance", null=True)
    brouillon = models.JSONField("réponse commencée", default=dict, blank=True)

    classification: ClassVar[dict[str, dict[str, str]]] = {
        **dict.fromkeys(
            (
                *("id", "numero_dossier", "lot", "uo", "semestre", "moment", "version", "etat"),
                *("prevue_le", "envoyee_le", "relances", "relancee_le"),
            ),
            _ENVOI,
        ),
        **dict.fromkeys(("alea", "empreinte_jeton"), _JETON),
        "brouillon": _BROUILLON,
    }

    class Meta:
        verbose_name = "enquête"
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(
                fields=["numero_dossier", "moment"],
                name="enquete_unique",
                violation_error_message="Cette personne est déjà invitée pour ce dossier.",
            ),
        )
        indexes = (models.Index(fields=["lot", "semestre", "moment"], name="enquete_semestre"),)

    def __str__(self) -> str:
        return f"Enquête {self.get_moment_display().lower()}, UO{self.uo}"


class Reponse(models.Model):
    """One answer, tied to no invitation, no file and no day: a profile and what was answered."""

    lot = models.CharField("lot", max_length=2)
    uo = models.CharField("unité d'œuvre", max_length=2)
    semestre = models.CharField("semestre de clôture", max_length=7)
    moment = models.CharField("moment", max_length=10, choices=Moment.choices)
    version = models.CharField("version du questionnaire", max_length=20)
    sexe = models.CharField("sexe", max_length=10, blank=True)
    tranche_age = models.CharField("tranche d'âge", max_length=10, blank=True)
    categorie_sociale = models.CharField("catégorie sociale", max_length=10, blank=True)
    utile_et_de_qualite = models.BooleanField("utile et de qualité")
    reponses = models.JSONField("réponses")

    classification: ClassVar[dict[str, dict[str, str]]] = {
        **dict.fromkeys(("id", "lot", "uo", "semestre", "moment", "version", "utile_et_de_qualite"), _REPONSE),
        **dict.fromkeys(("sexe", "tranche_age", "categorie_sociale"), _PROFIL),
        "reponses": _LIBRE,
    }

    class Meta:
        verbose_name = "réponse"
        indexes = (models.Index(fields=["lot", "semestre", "uo"], name="reponse_semestre"),)

    def __str__(self) -> str:
        return f"Réponse, lot {self.lot}, UO{self.uo}, {self.semestre}"


class Refus(models.Model):
    """Someone who asked not to be written to any more, known by the hash of its key alone."""

    empreinte = models.CharField("empreinte de la personne", max_length=64, unique=True)

    classification: ClassVar[dict[str, dict[str, str]]] = dict.fromkeys(
        ("id", "empreinte"), colonne("ne plus écrire à qui l'a demandé", "personnelle", "durée du marché", "au terme")
    )

    class Meta:
        verbose_name = "refus"
        verbose_name_plural = "refus"

    def __str__(self) -> str:
        return self.empreinte[:12]


class ResultatImporte(models.Model):
    """A cell of earlier results: sent, answered, satisfied, for a profile (empty: not known)."""

    lot = models.CharField("lot", max_length=2)
    uo = models.CharField("unité d'œuvre", max_length=2)
    semestre = models.CharField("semestre", max_length=7)
    sexe = models.CharField("sexe", max_length=10, blank=True)
    tranche_age = models.CharField("tranche d'âge", max_length=10, blank=True)
    categorie_sociale = models.CharField("catégorie sociale", max_length=10, blank=True)
    envoyes = models.PositiveIntegerField("envoyés")
    repondants = models.PositiveIntegerField("répondants")
    utiles_et_qualite = models.PositiveIntegerField("utiles et de qualité")

    classification: ClassVar[dict[str, dict[str, str]]] = dict.fromkeys(
        (
            *("id", "lot", "uo", "semestre", "sexe", "tranche_age", "categorie_sociale"),
            *("envoyes", "repondants", "utiles_et_qualite"),
        ),
        _REPONSE,
    )

    class Meta:
        verbose_name = "résultat importé"
        verbose_name_plural = "résultats importés"
        constraints = (
            models.UniqueConstraint(
                fields=["lot", "uo", "semestre", "sexe", "tranche_age", "categorie_sociale"],
                name="resultat_importe_unique",
                violation_error_message="Cette cellule de résultats est déjà importée.",
            ),
            models.CheckConstraint(
                condition=models.Q(utiles_et_qualite__lte=models.F("repondants"))
                & models.Q(repondants__lte=models.F("envoyes")),
                name="resultat_importe_coherent",
                violation_error_message="Il ne peut y avoir plus de satisfaits que de répondants, ni que d'envoyés.",
            ),
        )

    def __str__(self) -> str:
        return f"Lot {self.lot}, UO{self.uo}, {self.semestre}"
