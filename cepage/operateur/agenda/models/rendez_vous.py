"""Appointments, who is expected at each, and who waits for a place."""

import uuid
from datetime import date, datetime
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q

from cepage.fondations.socle.classification import colonne
from cepage.operateur.agenda.enums import EtatParticipation, EtatRendezVous, Genre, Mode
from cepage.operateur.agenda.models.expressions import Instants, Seul
from cepage.operateur.agenda.models.lieux import Site
from cepage.operateur.dossiers.colonnes import EFFACE, PERSONNE
from cepage.operateur.dossiers.models import Beneficiaire, Interaction

_CRENEAU = colonne("tenir l'agenda des conseillers", "interne", PERSONNE, "jamais : ne dit rien d'une personne")
_VENUE = colonne("recevoir la personne au jour convenu", "personnelle", PERSONNE, EFFACE)
_CLOISON = colonne("cloisonner les données de chaque opérateur", "interne", PERSONNE, EFFACE)
_TENUE = colonne("dire qui a saisi quoi, et quand", "personnelle", PERSONNE, EFFACE)
CAPACITE_MAXIMALE = 100


class RendezVous(models.Model):
    """A time held by a counsellor at a site, for one person or for a group of `capacite` people.

    The database refuses two at once for a counsellor, and more people than places.
    """

    emetteur = models.CharField("émetteur", max_length=2)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="rendez_vous", verbose_name="site")
    conseiller = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="rendez_vous", verbose_name="conseiller"
    )
    genre = models.CharField("genre", max_length=10, choices=Genre.choices, default=Genre.INDIVIDUEL)
    mode = models.CharField("mode", max_length=12, choices=Mode.choices)
    titre = models.CharField("sujet de l'atelier", max_length=150, blank=True, default="")
    debut = models.DateTimeField("début")
    fin = models.DateTimeField("fin")
    capacite = models.PositiveSmallIntegerField("places", default=1)
    inscrits = models.PositiveSmallIntegerField("places prises", default=0)
    lien = models.URLField("lien de visioconférence", max_length=300, blank=True, default="")
    etat = models.CharField("état", max_length=10, choices=EtatRendezVous.choices, default=EtatRendezVous.PREVU)
    uid = models.UUIDField("identifiant d'agenda", default=uuid.uuid4, unique=True)
    sequence = models.PositiveIntegerField("nombre de changements", default=0)
    modifie_le = models.DateTimeField("modifié le")
    modifie_par = models.CharField("modifié par", max_length=200)

    classification: ClassVar[dict[str, dict[str, str]]] = {
        **dict.fromkeys(
            (
                *("id", "emetteur", "site_id", "conseiller_id", "genre", "mode", "titre", "debut", "fin"),
                *("capacite", "inscrits", "lien", "etat", "uid", "sequence"),
            ),
            _CRENEAU,
        ),
        **dict.fromkeys(("modifie_le", "modifie_par"), _TENUE),
    }

    class Meta:
        """Never two at once for a counsellor, never more people than places."""

        verbose_name = "rendez-vous"
        verbose_name_plural = "rendez-vous"
        ordering = ("debut", "id")
        constraints = (
            ExclusionConstraint(
                name="rendez_vous_sans_chevauchement",
                expressions=(
                    (Seul("conseiller"), RangeOperators.OVERLAPS),
                    (Instants("debut", "fin"), RangeOperators.OVERLAPS),
                ),
                condition=Q(etat=EtatRendezVous.PREVU),
                violation_error_message="Ce conseiller a déjà un rendez-vous à cette heure-là.",
            ),
            models.CheckConstraint(
                name="rendez_vous_duree",
                condition=Q(fin__gt=F("debut")),
                violation_error_message="Le rendez-vous finit après son début.",
            ),
            models.CheckConstraint(
                name="rendez_vous_places",
                condition=Q(capacite__gte=1, capacite__lte=CAPACITE_MAXIMALE) & Q(inscrits__lte=F("capacite")),
                violation_error_message="Il ne reste plus de place à ce rendez-vous.",
            ),
            models.CheckConstraint(
                name="rendez_vous_genre",
                condition=Q(genre=Genre.INDIVIDUEL, capacite=1) | (Q(genre=Genre.COLLECTIF) & ~Q(titre="")),
                violation_error_message="Un rendez-vous individuel a une place ; un atelier a un sujet.",
            ),
            models.CheckConstraint(
                name="rendez_vous_visio_a_un_lien",
                condition=~Q(mode=Mode.VISIO) | ~Q(lien=""),
                violation_error_message="Un rendez-vous en visioconférence a un lien.",
            ),
        )
        indexes = (
            models.Index(fields=["site", "debut"], name="rendez_vous_du_site"),
            models.Index(fields=["conseiller", "debut"], name="rendez_vous_du_conseiller"),
        )

    def __str__(self) -> str:
        return f"{self.debut:%d/%m/%Y %H:%M}"

    @property
    def debut_sur_place(self) -> datetime:
        """The start, in the time of the site."""
        return self.debut.astimezone(self.site.fuseau)

    @property
    def fin_sur_place(self) -> datetime:
        """The end, in the time of the site."""
        return self.fin.astimezone(self.site.fuseau)

    @property
    def jour(self) -> date:
        """The day, at the site."""
        return self.debut_sur_place.date()

    @property
    def collectif(self) -> bool:
        """True for a group."""
        return self.genre == Genre.COLLECTIF

    @property
    def prevu(self) -> bool:
        """True until it is cancelled."""
        return self.etat == EtatRendezVous.PREVU

    @property
    def places_libres(self) -> int:
        """Places that remain."""
        return self.capacite - self.inscrits

    @property
    def minutes(self) -> int:
        """How long it lasts, in minutes."""
        return int((self.fin - self.debut).total_seconds() // 60)


class Participation(models.Model):
    """A person expected at an appointment. `demande_le`: the day they asked, from which the first delay counts.

    `interaction` is the contact declared when the person came: one coming, one contact.
    """

    emetteur = models.CharField("émetteur", max_length=2)
    rendez_vous = models.ForeignKey(
        RendezVous, on_delete=models.PROTECT, related_name="participations", verbose_name="rendez-vous"
    )
    beneficiaire = models.ForeignKey(
        Beneficiaire, on_delete=models.PROTECT, related_name="participations", verbose_name="bénéficiaire"
    )
    etat = models.CharField("état", max_length=10, choices=EtatParticipation.choices, default=EtatParticipation.PREVUE)
    motif = models.CharField("motif", max_length=20, blank=True, default="")
    demande_le = models.DateField("demandé le")
    interaction = models.OneToOneField(
        Interaction, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="contact déclaré"
    )
    saisi_le = models.DateTimeField("pris le")
    saisi_par = models.CharField("pris par", max_length=200)

    classification: ClassVar[dict[str, dict[str, str]]] = {
        **dict.fromkeys(("id", "emetteur", "rendez_vous_id", "beneficiaire_id"), _CLOISON),
        **dict.fromkeys(("etat", "motif", "demande_le", "interaction_id"), _VENUE),
        **dict.fromkeys(("saisi_le", "saisi_par"), _TENUE),
    }

    class Meta:
        """A person is once in an appointment; a missed or cancelled one says why; a contact is of someone who came."""

        verbose_name = "participation"
        ordering = ("saisi_le", "id")
        constraints = (
            models.UniqueConstraint(
                name="participation_unique",
                fields=("rendez_vous", "beneficiaire"),
                condition=~Q(etat=EtatParticipation.ANNULEE),
                violation_error_message="Cette personne est déjà attendue à ce rendez-vous.",
            ),
            models.CheckConstraint(
                name="participation_motivee",
                condition=~Q(etat__in=[EtatParticipation.MANQUEE, EtatParticipation.ANNULEE]) | ~Q(motif=""),
                violation_error_message="Une absence ou une annulation dit pourquoi.",
            ),
            models.CheckConstraint(
                name="participation_contact_si_venue",
                condition=Q(interaction__isnull=True) | Q(etat=EtatParticipation.HONOREE),
                violation_error_message="Le contact déclaré est celui d'une personne venue.",
            ),
        )
        indexes = (models.Index(fields=["beneficiaire", "etat"], name="participation_de_personne"),)

    def __str__(self) -> str:
        return f"{self.rendez_vous_id} {self.etat}"


class Attente(models.Model):
    """Someone who waits: for a place in a full workshop, or for an appointment at a site."""

    emetteur = models.CharField("émetteur", max_length=2)
    beneficiaire = models.ForeignKey(
        Beneficiaire, on_delete=models.CASCADE, related_name="attentes", verbose_name="bénéficiaire"
    )
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="attentes", verbose_name="site")
    rendez_vous = models.ForeignKey(
        RendezVous,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="attentes",
        verbose_name="atelier attendu",
    )
    demande_le = models.DateField("demandé le")
    inscrite_le = models.DateTimeField("inscrite le")
    finie_le = models.DateTimeField("finie le", null=True, blank=True)
    participation = models.ForeignKey(
        Participation, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="place obtenue"
    )

    classification: ClassVar[dict[str, dict[str, str]]] = {
        **dict.fromkeys(("id", "emetteur", "beneficiaire_id", "site_id"), _CLOISON),
        **dict.fromkeys(("rendez_vous_id", "demande_le", "inscrite_le", "finie_le", "participation_id"), _VENUE),
    }

    class Meta:
        """First come, first served; once for the same thing."""

        verbose_name = "attente"
        ordering = ("inscrite_le", "id")
        constraints = (
            models.UniqueConstraint(
                name="attente_unique",
                fields=("beneficiaire", "site", "rendez_vous"),
                condition=Q(finie_le__isnull=True),
                nulls_distinct=False,
                violation_error_message="Cette personne attend déjà.",
            ),
        )
        indexes = (
            models.Index(fields=["site", "inscrite_le"], condition=Q(finie_le__isnull=True), name="attente_du_site"),
        )

    def __str__(self) -> str:
        return f"{self.beneficiaire_id} {self.inscrite_le:%d/%m/%Y}"
