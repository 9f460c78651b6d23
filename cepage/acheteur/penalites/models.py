"""A pénalité, the votes that decide it, the operator's contestation.

Append-only at SQL level but for the state, the amount held back and their dates; who votes, how many votes a decision
needs and the cap of the year are checked there too.
"""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from cepage.acheteur.penalites.enums import Etat, Fait, Sens, Tour
from cepage.fondations.comptes.models import Personne
from cepage.fondations.socle.classification import colonne

_DUREE = "durée du marché + 10 ans"
_SANCTION = colonne("sanctionner un manquement et pouvoir l'expliquer", "interne", _DUREE, "jamais")
_PREUVES = colonne("montrer ce qui a été constaté", "personnelle", _DUREE, "pseudonymes remplacés au terme")
_AUTEUR = colonne("savoir qui a proposé, décidé ou contesté", "personnelle", _DUREE, "pseudonyme au terme")


class Penalite(models.Model):
    """One breach of a holder on a lot, over the days `debut` to `fin`, and what is decided of it.

    `constates` counts what was seen, `retenus` what is left once the tolerated ones are taken out. `montant` is what
    the grid gives; `montant_retenu`, once decided, what the cap of the year leaves of it (`plafond_annuel`).
    """

    reference = models.CharField("référence", max_length=30, unique=True)
    lot = models.CharField("lot", max_length=2)
    emetteur = models.CharField("titulaire", max_length=2)
    fait = models.CharField("manquement", max_length=30, choices=Fait.choices)
    debut = models.DateField("premier jour")
    fin = models.DateField("dernier jour")
    constates = models.PositiveIntegerField("constatés")
    retenus = models.PositiveIntegerField("retenus")
    preuves = models.JSONField("ce qui a été constaté")
    montant = models.DecimalField("montant de la grille", max_digits=12, decimal_places=2)
    explication = models.TextField("calcul")
    clause = models.CharField("clause", max_length=200)
    confiance = models.CharField("confiance", max_length=20)
    regles = models.CharField("empreinte des règles", max_length=64)
    auteur = models.ForeignKey(Personne, on_delete=models.PROTECT, related_name="+", verbose_name="proposée par")
    proposee_le = models.DateTimeField("proposée le")
    motif = models.TextField("motif de la proposition")
    etat = models.CharField("état", max_length=20, choices=Etat.choices, default=Etat.PROPOSEE)
    plafond_annuel = models.DecimalField("plafond de l'année", max_digits=14, decimal_places=2, null=True)
    montant_retenu = models.DecimalField("montant retenu", max_digits=12, decimal_places=2, null=True)
    contestable_jusqu_a = models.DateField("contestable jusqu'au", null=True)
    definitive_le = models.DateField("définitive le", null=True)

    classification: ClassVar[dict[str, dict[str, str]]] = {
        **dict.fromkeys(
            (
                *("id", "reference", "lot", "emetteur", "fait", "debut", "fin", "constates", "retenus", "montant"),
                *("explication", "clause", "confiance", "regles", "proposee_le", "motif", "etat", "plafond_annuel"),
                *("montant_retenu", "contestable_jusqu_a", "definitive_le"),
            ),
            _SANCTION,
        ),
        "preuves": _PREUVES,
        "auteur_id": _AUTEUR,
    }

    class Meta:
        verbose_name = "pénalité"
        verbose_name_plural = "pénalités"
        ordering = ("-fin", "lot", "reference")
        constraints = (
            models.UniqueConstraint(
                fields=["lot", "emetteur", "fait", "debut"],
                name="penalite_une_fois",
                violation_error_message="Ce manquement a déjà sa pénalité : il ne se sanctionne pas deux fois.",
            ),
            models.CheckConstraint(condition=Q(fin__gte=F("debut")), name="penalite_periode"),
            models.CheckConstraint(condition=Q(etat__in=Etat.values), name="penalite_etat"),
            models.CheckConstraint(
                condition=Q(montant__gt=0) & Q(retenus__lte=F("constates")), name="penalite_montant"
            ),
            models.CheckConstraint(
                condition=Q(montant_retenu__isnull=True)
                | Q(
                    montant_retenu__gte=0,
                    montant_retenu__lte=F("montant"),
                    plafond_annuel__gte=F("montant_retenu"),
                ),
                name="penalite_sous_plafond",
            ),
            models.CheckConstraint(
                condition=Q(etat__in=[Etat.PROPOSEE, Etat.ECARTEE], montant_retenu__isnull=True)
                | Q(
                    etat__in=[Etat.NOTIFIEE, Etat.CONTESTEE, Etat.LEVEE, Etat.DEFINITIVE],
                    montant_retenu__isnull=False,
                    contestable_jusqu_a__isnull=False,
                ),
                name="penalite_decidee_a_son_montant",
            ),
            models.CheckConstraint(
                condition=Q(etat=Etat.DEFINITIVE, definitive_le__isnull=False)
                | (~Q(etat=Etat.DEFINITIVE) & Q(definitive_le__isnull=True)),
                name="penalite_definitive_datee",
            ),
        )
        indexes = (models.Index(fields=["lot", "emetteur", "etat"], name="penalite_lot_etat"),)

    def __str__(self) -> str:
        return f"Pénalité {self.reference}"


class Voix(models.Model):
    """What one person decides of a pénalité, and why; nobody votes twice on the same question."""

    penalite = models.ForeignKey(Penalite, on_delete=models.PROTECT, related_name="voix", verbose_name="pénalité")
    emetteur = models.CharField("titulaire", max_length=2)
    tour = models.CharField("question", max_length=20, choices=Tour.choices)
    personne = models.ForeignKey(Personne, on_delete=models.PROTECT, related_name="+", verbose_name="personne")
    sens = models.CharField("sens", max_length=10, choices=Sens.choices)
    motif = models.TextField("motif")
    le = models.DateTimeField("donnée le")

    classification: ClassVar[dict[str, dict[str, str]]] = {
        **dict.fromkeys(("id", "penalite_id", "emetteur", "tour", "sens", "motif", "le"), _SANCTION),
        "personne_id": _AUTEUR,
    }

    class Meta:
        verbose_name = "voix"
        verbose_name_plural = "voix"
        ordering = ("le", "id")
        constraints = (
            models.UniqueConstraint(
                fields=["penalite", "tour", "personne"],
                name="voix_une_fois",
                violation_error_message="Cette personne a déjà donné sa voix.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_tour_display()} : {self.get_sens_display()}"


class ContestationPenalite(models.Model):
    """What the operator answers to a pénalité notified, in time."""

    penalite = models.OneToOneField(
        Penalite, on_delete=models.PROTECT, related_name="contestation", verbose_name="pénalité"
    )
    emetteur = models.CharField("titulaire", max_length=2)
    auteur = models.ForeignKey(Personne, on_delete=models.PROTECT, related_name="+", verbose_name="auteur")
    deposee_le = models.DateTimeField("déposée le")
    argument = models.TextField("argument")

    classification: ClassVar[dict[str, dict[str, str]]] = {
        **dict.fromkeys(("id", "penalite_id", "emetteur", "deposee_le", "argument"), _SANCTION),
        "auteur_id": _AUTEUR,
    }

    class Meta:
        verbose_name = "contestation de pénalité"
        verbose_name_plural = "contestations de pénalité"

    def __str__(self) -> str:
        return f"Contestation du {self.deposee_le:%d/%m/%Y}"
