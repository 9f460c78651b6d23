"""What happens in the course of a person: contacts, steps, mails of the UO2.2, private notes, attachments."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from cepage.fondations.socle.classification import colonne
from cepage.operateur.dossiers.colonnes import EFFACE, PERSONNE, classees, du_contrat
from cepage.operateur.dossiers.enums import GenreEtape, TypeCourriel
from cepage.operateur.dossiers.models.beneficiaire import CLOISON, TENUE, Beneficiaire
from cepage.operateur.dossiers.models.unite import UniteOeuvre

_FICHE = "interaction"
_ETAPE = colonne("suivre les démarches de la personne", "personnelle", PERSONNE, EFFACE)
_COURRIEL = colonne("prouver l'UO2.2 par ses trois courriels", "personnelle", PERSONNE, EFFACE)
_NOTE = colonne(
    "aider le conseiller à suivre la personne ; ne sort jamais de chez l'opérateur", "sensible", PERSONNE, EFFACE
)
_PIECE = colonne("garder les documents que la personne confie", "sensible", PERSONNE, EFFACE)


class Interaction(models.Model):
    """A contact between the person and the service, inside a unit; its duration informs only."""

    emetteur = models.CharField("émetteur", max_length=2)
    unite = models.ForeignKey(
        UniteOeuvre, on_delete=models.PROTECT, related_name="interactions", verbose_name="unité d'œuvre"
    )
    date_interaction = models.DateField("Date d'interaction")
    mode_contact = du_contrat(_FICHE, "mode_contact")
    duree_minutes = du_contrat(_FICHE, "duree_minutes")
    apres_cloture = models.BooleanField("après la clôture", default=False)
    annulee = models.BooleanField("annulée", default=False)
    saisi_le = models.DateTimeField("saisie le")
    saisi_par = models.CharField("saisie par", max_length=200)

    classification: ClassVar[dict[str, dict[str, str]]] = {
        **classees(_FICHE, "date_interaction", "mode_contact", "duree_minutes"),
        **dict.fromkeys(("id", "emetteur", "unite_id"), CLOISON),
        **dict.fromkeys(("apres_cloture", "annulee", "saisi_le", "saisi_par"), TENUE),
    }

    class Meta:
        """Oldest first."""

        verbose_name = "interaction"
        ordering = ("date_interaction", "id")
        constraints = (
            models.CheckConstraint(
                name="interaction_duree",
                condition=Q(duree_minutes__isnull=True) | Q(duree_minutes__gte=0, duree_minutes__lte=600),
                violation_error_message="La durée va de 0 à 600 minutes.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.date_interaction} {self.mode_contact}"


class Etape(models.Model):
    """A step outside the units: démissionnaire path, PTP, attestation, event; recorded though not payable."""

    emetteur = models.CharField("émetteur", max_length=2)
    beneficiaire = models.ForeignKey(
        Beneficiaire, on_delete=models.CASCADE, related_name="etapes", verbose_name="bénéficiaire"
    )
    genre = models.CharField("étape", max_length=20, choices=GenreEtape.choices)
    date_etape = models.DateField("date")
    precision = models.CharField("précision", max_length=300, blank=True, default="")
    saisi_le = models.DateTimeField("saisie le")
    saisi_par = models.CharField("saisie par", max_length=200)

    classification: ClassVar[dict[str, dict[str, str]]] = {
        **dict.fromkeys(("id", "emetteur", "beneficiaire_id"), CLOISON),
        **dict.fromkeys(("genre", "date_etape", "precision"), _ETAPE),
        **dict.fromkeys(("saisi_le", "saisi_par"), TENUE),
    }

    class Meta:
        """Oldest first."""

        verbose_name = "étape"
        ordering = ("date_etape", "id")

    def __str__(self) -> str:
        return f"{self.date_etape} {self.genre}"


class Courriel(models.Model):
    """One of the three mails of an UO2.2; it may come before the unit it allows to engage."""

    emetteur = models.CharField("émetteur", max_length=2)
    beneficiaire = models.ForeignKey(
        Beneficiaire, on_delete=models.CASCADE, related_name="courriels", verbose_name="bénéficiaire"
    )
    unite = models.ForeignKey(
        UniteOeuvre, on_delete=models.PROTECT, null=True, blank=True, related_name="courriels", verbose_name="UO2.2"
    )
    type_livrable = models.CharField("courriel", max_length=22, choices=TypeCourriel.choices)
    date_courriel = models.DateField("date")
    objet = models.CharField("objet", max_length=200)
    texte = models.TextField("texte", max_length=20_000)
    nom_fichier = models.CharField("nom du fichier", max_length=100)
    empreinte_sha256 = models.CharField("empreinte du fichier", max_length=64)
    saisi_le = models.DateTimeField("saisi le")
    saisi_par = models.CharField("saisi par", max_length=200)

    classification: ClassVar[dict[str, dict[str, str]]] = {
        **dict.fromkeys(("id", "emetteur", "beneficiaire_id", "unite_id"), CLOISON),
        **dict.fromkeys(
            ("type_livrable", "date_courriel", "objet", "texte", "nom_fichier", "empreinte_sha256"), _COURRIEL
        ),
        **dict.fromkeys(("saisi_le", "saisi_par"), TENUE),
    }

    class Meta:
        """One mail of each kind per unit."""

        verbose_name = "courriel de l'UO2.2"
        verbose_name_plural = "courriels de l'UO2.2"
        ordering = ("date_courriel", "id")
        constraints = (
            models.UniqueConstraint(
                name="courriel_unique_par_unite",
                fields=("unite", "type_livrable"),
                condition=Q(unite__isnull=False),
                violation_error_message="Ce courriel est déjà au dossier.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.type_livrable} {self.date_courriel}"


class NoteConfidentielle(models.Model):
    """A counsellor's private note: never sent, never shown to the buyer; the person may ask to read it."""

    emetteur = models.CharField("émetteur", max_length=2)
    beneficiaire = models.ForeignKey(
        Beneficiaire, on_delete=models.CASCADE, related_name="notes", verbose_name="bénéficiaire"
    )
    texte = models.TextField("note", max_length=10_000)
    saisi_le = models.DateTimeField("saisie le")
    saisi_par = models.CharField("saisie par", max_length=200)

    classification: ClassVar[dict[str, dict[str, str]]] = {
        **dict.fromkeys(("id", "emetteur", "beneficiaire_id"), CLOISON),
        "texte": _NOTE,
        **dict.fromkeys(("saisi_le", "saisi_par"), TENUE),
    }

    class Meta:
        """Most recent first."""

        verbose_name = "note confidentielle"
        verbose_name_plural = "notes confidentielles"
        ordering = ("-saisi_le", "-id")

    def __str__(self) -> str:
        return f"note du {self.saisi_le:%d/%m/%Y}"


class PieceJointe(models.Model):
    """A document of the person; its bytes are kept apart, under their hash."""

    emetteur = models.CharField("émetteur", max_length=2)
    beneficiaire = models.ForeignKey(
        Beneficiaire, on_delete=models.CASCADE, related_name="pieces", verbose_name="bénéficiaire"
    )
    nom_fichier = models.CharField("nom du fichier", max_length=150)
    type_fichier = models.CharField("type", max_length=10)
    taille = models.PositiveIntegerField("taille en octets")
    empreinte_sha256 = models.CharField("empreinte", max_length=64)
    saisi_le = models.DateTimeField("déposée le")
    saisi_par = models.CharField("déposée par", max_length=200)

    classification: ClassVar[dict[str, dict[str, str]]] = {
        **dict.fromkeys(("id", "emetteur", "beneficiaire_id"), CLOISON),
        **dict.fromkeys(("nom_fichier", "type_fichier", "taille", "empreinte_sha256"), _PIECE),
        **dict.fromkeys(("saisi_le", "saisi_par"), TENUE),
    }

    class Meta:
        """Most recent first."""

        verbose_name = "pièce jointe"
        verbose_name_plural = "pièces jointes"
        ordering = ("-saisi_le", "-id")

    def __str__(self) -> str:
        return self.nom_fichier
