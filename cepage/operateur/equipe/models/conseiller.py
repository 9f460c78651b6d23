"""A person of the team: qualification, dérogations, competences over time, training done and planned (CCTP §3.1)."""

from decimal import Decimal
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.db import models
from django.db.models import F, Q

from cepage.fondations.socle.classification import colonne
from cepage.operateur.agenda.models.expressions import Jours
from cepage.operateur.equipe.enums import Degre, DomaineExperience, Profil
from cepage.operateur.equipe.plages import EntierEnPlage

_DUREE, _EFFACE = "présence dans l'équipe + 6 ans", "effacé au terme"
_CLOISON = colonne("cloisonner les données de chaque opérateur", "interne", _DUREE, _EFFACE)
_PROFIL = colonne("prouver la qualification demandée par le contrat", "personnelle", _DUREE, _EFFACE)
_PROGRES = colonne("développer les compétences de la personne", "personnelle", _DUREE, _EFFACE)
_TENUE = colonne("dire qui a saisi quoi, et quand", "personnelle", _DUREE, _EFFACE)


class Conseiller(models.Model):
    """The record of a person in the team during [entree, sortie).

    `certification_niveau` is empty without a certification; it counts only when `certification_du_domaine`.
    """

    emetteur = models.CharField("émetteur", max_length=2)
    personne = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="fiche_conseiller", verbose_name="personne"
    )
    profil = models.CharField("profil", max_length=20, choices=Profil.choices, default=Profil.CONSEILLER)
    entree = models.DateField("entrée dans l'équipe")
    sortie = models.DateField("premier jour hors de l'équipe", null=True, blank=True)
    quotite = models.DecimalField("temps de travail, en ETP", max_digits=3, decimal_places=2, default=Decimal("1.00"))
    certification = models.CharField("certification", max_length=200, blank=True, default="")
    certification_niveau = models.PositiveSmallIntegerField("niveau de la certification", null=True, blank=True)
    certification_du_domaine = models.BooleanField(
        "certification de l'insertion ou des transitions professionnelles", default=False
    )
    certification_le = models.DateField("certification obtenue le", null=True, blank=True)
    version = models.PositiveIntegerField("version", default=1)
    modifie_le = models.DateTimeField("modifié le")
    modifie_par = models.CharField("modifié par", max_length=200)

    classification: ClassVar[dict[str, dict[str, str]]] = {
        **dict.fromkeys(("id", "emetteur", "personne_id"), _CLOISON),
        **dict.fromkeys(
            (
                *("profil", "entree", "sortie", "quotite", "certification", "certification_niveau"),
                *("certification_du_domaine", "certification_le"),
            ),
            _PROFIL,
        ),
        **dict.fromkeys(("version", "modifie_le", "modifie_par"), _TENUE),
    }

    class Meta:
        """Dates follow one another; a working time is a share of a full one."""

        verbose_name = "conseiller"
        constraints = (
            models.CheckConstraint(
                name="conseiller_periode",
                condition=Q(sortie__isnull=True) | Q(sortie__gt=F("entree")),
                violation_error_message="La sortie de l'équipe vient après l'entrée.",
            ),
            models.CheckConstraint(
                name="conseiller_quotite",
                condition=Q(quotite__gt=0, quotite__lte=1),
                violation_error_message="Le temps de travail va de 0,01 à 1 ETP.",
            ),
            models.CheckConstraint(
                name="conseiller_certification",
                condition=(Q(certification="") & Q(certification_niveau__isnull=True))
                | (
                    ~Q(certification="")
                    & Q(certification_niveau__isnull=False, certification_niveau__gte=1, certification_niveau__lte=8)
                ),
                violation_error_message="Une certification a son intitulé et son niveau, de 1 à 8.",
            ),
        )

    def __str__(self) -> str:
        return str(self.personne)


class Experience(models.Model):
    """What a person did in the field during [debut, fin); None: still under way."""

    emetteur = models.CharField("émetteur", max_length=2)
    conseiller = models.ForeignKey(
        Conseiller, on_delete=models.CASCADE, related_name="experiences", verbose_name="conseiller"
    )
    poste = models.CharField("poste et employeur", max_length=200)
    domaine = models.CharField("domaine", max_length=12, choices=DomaineExperience.choices)
    debut = models.DateField("premier jour")
    fin = models.DateField("premier jour après", null=True, blank=True)

    classification: ClassVar[dict[str, dict[str, str]]] = {
        **dict.fromkeys(("id", "emetteur", "conseiller_id"), _CLOISON),
        **dict.fromkeys(("poste", "domaine", "debut", "fin"), _PROFIL),
    }

    class Meta:
        """Latest first."""

        verbose_name = "expérience"
        ordering = ("-debut", "-id")
        constraints = (
            models.CheckConstraint(
                name="experience_periode",
                condition=Q(fin__isnull=True) | Q(fin__gt=F("debut")),
                violation_error_message="La fin vient après le premier jour.",
            ),
        )

    def __str__(self) -> str:
        return str(self.poste)


class Derogation(models.Model):
    """The buyer's agreement to a counsellor without the qualification, during [debut, fin)."""

    emetteur = models.CharField("émetteur", max_length=2)
    conseiller = models.ForeignKey(
        Conseiller, on_delete=models.CASCADE, related_name="derogations", verbose_name="conseiller"
    )
    debut = models.DateField("premier jour")
    fin = models.DateField("premier jour sans dérogation")
    motif = models.CharField("motif", max_length=500)
    reference = models.CharField("référence de l'accord de France compétences", max_length=100)

    classification: ClassVar[dict[str, dict[str, str]]] = {
        **dict.fromkeys(("id", "emetteur", "conseiller_id"), _CLOISON),
        **dict.fromkeys(("debut", "fin", "motif", "reference"), _PROFIL),
    }

    class Meta:
        """One at a time."""

        verbose_name = "dérogation"
        ordering = ("-debut",)
        constraints = (
            models.CheckConstraint(
                name="derogation_periode",
                condition=Q(fin__gt=F("debut")),
                violation_error_message="La fin de la dérogation vient après son premier jour.",
            ),
            ExclusionConstraint(
                name="derogation_seule",
                expressions=[
                    (EntierEnPlage("conseiller"), RangeOperators.OVERLAPS),
                    (Jours("debut", "fin"), RangeOperators.OVERLAPS),
                ],
                violation_error_message="Une autre dérogation couvre déjà une partie de ces jours.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.reference} ({self.debut:%d/%m/%Y})"


class EvaluationCompetence(models.Model):
    """How far a person holds a competence of the contract's annex 4, seen on a day; the latest counts."""

    emetteur = models.CharField("émetteur", max_length=2)
    conseiller = models.ForeignKey(
        Conseiller, on_delete=models.CASCADE, related_name="evaluations", verbose_name="conseiller"
    )
    code = models.CharField("compétence", max_length=10)
    le = models.DateField("évaluée le")
    degre = models.CharField("degré", max_length=12, choices=Degre.choices)
    par = models.CharField("évaluée par", max_length=200)

    classification: ClassVar[dict[str, dict[str, str]]] = {
        **dict.fromkeys(("id", "emetteur", "conseiller_id"), _CLOISON),
        **dict.fromkeys(("code", "le", "degre"), _PROGRES),
        "par": _TENUE,
    }

    class Meta:
        """One a day for each competence."""

        verbose_name = "évaluation d'une compétence"
        verbose_name_plural = "évaluations de compétences"
        ordering = ("code", "-le")
        constraints = (
            models.UniqueConstraint(
                name="evaluation_unique",
                fields=("conseiller", "code", "le"),
                violation_error_message="Cette compétence est déjà évaluée ce jour-là.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.code} le {self.le:%d/%m/%Y}"


class ActionFormation(models.Model):
    """One line of the individual plan of a year; done once it has its day and its hours."""

    emetteur = models.CharField("émetteur", max_length=2)
    conseiller = models.ForeignKey(
        Conseiller, on_delete=models.CASCADE, related_name="formations", verbose_name="conseiller"
    )
    annee = models.PositiveSmallIntegerField("année du plan")
    intitule = models.CharField("intitulé", max_length=200)
    organisme = models.CharField("organisme", max_length=200, blank=True, default="")
    competences = ArrayField(
        models.CharField(max_length=10), verbose_name="compétences visées", default=list, blank=True
    )
    heures_prevues = models.DecimalField("heures prévues", max_digits=5, decimal_places=1)
    date_realisation = models.DateField("suivie le", null=True, blank=True)
    heures_realisees = models.DecimalField("heures suivies", max_digits=5, decimal_places=1, null=True, blank=True)

    classification: ClassVar[dict[str, dict[str, str]]] = {
        **dict.fromkeys(("id", "emetteur", "conseiller_id"), _CLOISON),
        **dict.fromkeys(
            (
                *("annee", "intitule", "organisme", "competences", "heures_prevues"),
                *("date_realisation", "heures_realisees"),
            ),
            _PROGRES,
        ),
    }

    class Meta:
        """Latest year first; what is done has its day and its hours."""

        verbose_name = "action de formation"
        verbose_name_plural = "actions de formation"
        ordering = ("-annee", "date_realisation", "id")
        constraints = (
            models.CheckConstraint(
                name="formation_faite",
                condition=Q(date_realisation__isnull=True, heures_realisees__isnull=True)
                | Q(date_realisation__isnull=False, heures_realisees__isnull=False, heures_realisees__gt=0),
                violation_error_message="Une formation suivie a son jour et ses heures.",
            ),
            models.CheckConstraint(
                name="formation_heures",
                condition=Q(heures_prevues__gt=0, heures_prevues__lte=1607),
                violation_error_message="Les heures prévues vont de 0,5 à 1607, la durée annuelle du travail.",
            ),
        )

    def __str__(self) -> str:
        return str(self.intitule)
