"""What is told to people of their appointments, and the private calendars of who receives them."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from cepage.fondations.socle.classification import colonne
from cepage.fondations.socle.courrier import COLONNES, CourrielEnAttente
from cepage.operateur.agenda.enums import GenreMessage
from cepage.operateur.agenda.models.rendez_vous import Participation

_MESSAGE = colonne("prévenir la personne de son rendez-vous", "personnelle", "6 mois", "effacé au terme")
_FLUX = colonne("donner au conseiller son agenda dans son logiciel", "personnelle", "durée du lien", "avec le lien")


class CourrielDeRendezVous(CourrielEnAttente):
    """A mail about an appointment, with its calendar file; `cle` makes the same one impossible to write twice.

    `perime_le`: the instant from which it would be of no use. Text and calendar are emptied once it is gone.
    """

    participation = models.ForeignKey(
        Participation, on_delete=models.CASCADE, related_name="courriels", verbose_name="participation"
    )
    genre = models.CharField("genre", max_length=12, choices=GenreMessage.choices)
    cle = models.CharField("ce qu'il dit, et à qui", max_length=80)
    calendrier = models.TextField("fichier d'agenda", blank=True, default="")
    methode = models.CharField("méthode du fichier d'agenda", max_length=10, blank=True, default="")
    perime_le = models.DateTimeField("inutile à partir du")

    classification: ClassVar[dict[str, dict[str, str]]] = dict.fromkeys(
        (*COLONNES, "participation_id", "genre", "cle", "calendrier", "methode", "perime_le"), _MESSAGE
    )

    class Meta:
        """In the order they were written; one of each key."""

        verbose_name = "courriel de rendez-vous"
        verbose_name_plural = "courriels de rendez-vous"
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(
                name="agenda_courriel_une_fois",
                fields=("emetteur", "cle"),
                violation_error_message="Ce courriel est déjà écrit.",
            ),
        )
        indexes = (
            models.Index(
                fields=["id"], condition=Q(envoye_le__isnull=True, refuse=False), name="agenda_courriel_attente"
            ),
        )

    def __str__(self) -> str:
        return f"{self.genre} {self.participation_id}"


class Sms(models.Model):
    """A text message about an appointment, handed to the operator's gateway; the text is emptied once it is gone."""

    emetteur = models.CharField("émetteur", max_length=2)
    participation = models.ForeignKey(
        Participation, on_delete=models.CASCADE, related_name="sms", verbose_name="participation"
    )
    genre = models.CharField("genre", max_length=12, choices=GenreMessage.choices)
    cle = models.CharField("ce qu'il dit, et à qui", max_length=80)
    numero = models.CharField("numéro", max_length=20)
    texte = models.CharField("texte", max_length=160, blank=True, default="")
    cree_le = models.DateTimeField("écrit le")
    perime_le = models.DateTimeField("inutile à partir du")
    envoye_le = models.DateTimeField("remis le", null=True, blank=True)
    refuse = models.BooleanField("numéro refusé", default=False)
    difficulte = models.CharField("dernière difficulté", max_length=300, blank=True, default="")

    classification: ClassVar[dict[str, dict[str, str]]] = dict.fromkeys(
        (
            *("id", "emetteur", "participation_id", "genre", "cle", "numero", "texte", "cree_le", "perime_le"),
            *("envoye_le", "refuse", "difficulte"),
        ),
        _MESSAGE,
    )

    class Meta:
        """In the order they were written; one of each key."""

        verbose_name = "SMS"
        verbose_name_plural = "SMS"
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(
                name="agenda_sms_une_fois",
                fields=("emetteur", "cle"),
                violation_error_message="Ce SMS est déjà écrit.",
            ),
        )
        indexes = (
            models.Index(fields=["id"], condition=Q(envoye_le__isnull=True, refuse=False), name="agenda_sms_attente"),
        )

    def __str__(self) -> str:
        return f"{self.genre} {self.participation_id}"


class FluxAgenda(models.Model):
    """The private calendar of a professional: whoever holds its secret address reads it. Only its hash is kept."""

    emetteur = models.CharField("émetteur", max_length=2)
    personne = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="flux_agenda", verbose_name="personne"
    )
    empreinte = models.CharField("empreinte du secret", max_length=64, unique=True)
    cree_le = models.DateTimeField("créé le")

    classification: ClassVar[dict[str, dict[str, str]]] = dict.fromkeys(
        ("id", "emetteur", "personne_id", "empreinte", "cree_le"), _FLUX
    )

    class Meta:
        """One per person: a new one replaces it, revoking removes it."""

        verbose_name = "flux d'agenda"
        verbose_name_plural = "flux d'agenda"

    def __str__(self) -> str:
        return f"flux de {self.personne_id}"
