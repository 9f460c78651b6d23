"""A complaint received by an operator, and what was done of it."""

from datetime import date
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from cepage.fondations.socle.classification import colonne
from cepage.operateur.dossiers.models import UniteOeuvre

_DUREE = "hypothèse : 24 mois après la réponse, puis archive à accès restreint pendant 10 ans"
_EFFACE = "effacé au terme, ou sur demande fondée"
_CLOISON = colonne("cloisonner les données de chaque opérateur", "interne", _DUREE, _EFFACE)
_SUIVI = colonne("répondre dans les délais du contrat", "personnelle", _DUREE, _EFFACE)
_RECIT = colonne("comprendre la réclamation et y répondre", "sensible", _DUREE, _EFFACE)
_PLAIGNANT = colonne("répondre à la personne", "personnelle", _DUREE, _EFFACE)


class Reclamation(models.Model):
    """One written complaint; its state follows from its dates (CCTP §3.7)."""

    emetteur = models.CharField("émetteur", max_length=2)
    lot = models.CharField("lot", max_length=2)
    identifiant = models.CharField("identifiant", max_length=40)
    unite = models.ForeignKey(
        UniteOeuvre,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="reclamations",
        verbose_name="dossier concerné",
    )
    plaignant = models.CharField("personne", max_length=200)
    contact = models.CharField("adresse ou courriel", max_length=300, blank=True, default="")
    motif = models.CharField("motif", max_length=40)
    texte = models.TextField("réclamation", max_length=10_000)
    date_reception = models.DateField("reçue le")
    date_accuse = models.DateField("accusé de réception envoyé le", null=True, blank=True)
    date_reponse = models.DateField("réponse envoyée le", null=True, blank=True)
    reponse = models.TextField("réponse", max_length=10_000, blank=True, default="")
    cause = models.TextField("cause", max_length=2000, blank=True, default="")
    action = models.CharField("action d'amélioration", max_length=300, blank=True, default="")
    date_saisine = models.DateField("demande du médiateur reçue le", null=True, blank=True)
    saisie_le = models.DateTimeField("saisie le")
    saisie_par = models.CharField("saisie par", max_length=200)

    classification: ClassVar[dict[str, dict[str, str]]] = {
        **dict.fromkeys(("id", "emetteur", "lot", "identifiant", "unite_id"), _CLOISON),
        **dict.fromkeys(("plaignant", "contact"), _PLAIGNANT),
        **dict.fromkeys(("texte", "reponse", "cause"), _RECIT),
        **dict.fromkeys(
            (
                *("motif", "date_reception", "date_accuse", "date_reponse", "action", "date_saisine"),
                *("saisie_le", "saisie_par"),
            ),
            _SUIVI,
        ),
    }

    class Meta:
        """Dates follow one another; an answer has a text."""

        verbose_name = "réclamation"
        ordering = ("date_reception", "id")
        constraints = (
            models.UniqueConstraint(name="reclamation_unique", fields=("emetteur", "lot", "identifiant")),
            models.CheckConstraint(
                name="reclamation_dates",
                condition=(Q(date_accuse__isnull=True) | Q(date_accuse__gte=F("date_reception")))
                & (Q(date_reponse__isnull=True) | Q(date_reponse__gte=F("date_accuse")))
                & (Q(date_reponse__isnull=True) | Q(date_accuse__isnull=False))
                & (Q(date_saisine__isnull=True) | Q(date_saisine__gte=F("date_reception"))),
                violation_error_message="L'accusé suit la réception, la réponse suit l'accusé, puis le médiateur.",
            ),
            models.CheckConstraint(
                name="reclamation_reponse_ecrite",
                condition=Q(date_reponse__isnull=True) | (~Q(reponse="") & ~Q(cause="")),
                violation_error_message="Une réponse envoyée a son texte et la cause trouvée.",
            ),
        )
        indexes = (
            models.Index(
                fields=["emetteur", "date_reception"],
                condition=Q(date_reponse__isnull=True),
                name="reclamation_ouverte",
            ),
        )

    def __str__(self) -> str:
        return str(self.identifiant)

    @property
    def repondue(self) -> bool:
        """True once answered."""
        return self.date_reponse is not None

    @property
    def derniere_date(self) -> date:
        """The latest of its dates."""
        return max(d for d in (self.date_reception, self.date_accuse, self.date_reponse, self.date_saisine) if d)
