"""Sites, the slots that counsellors open there, and the times when nobody is received."""

from typing import ClassVar
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.db import models
from django.db.models import F, Q

from cepage.fondations.referentiels import calendrier
from cepage.fondations.socle.classification import colonne
from cepage.operateur.agenda.enums import Acces, Jour, Mode, MotifIndisponibilite
from cepage.operateur.agenda.models.expressions import Jours, Minute, MinutesDuJour, Seul
from cepage.operateur.dossiers.colonnes import classees, du_contrat

_FICHE = "implantation"
_DUREE = "durée du marché + 10 ans"
_SITE = colonne("dire où et quand le service est rendu", "publique", _DUREE, "jamais : ne dit rien d'une personne")
_TENUE = colonne("dire qui a saisi quoi, et quand", "personnelle", _DUREE, "pseudonyme au terme")
_PLAGE = colonne("proposer les créneaux d'un conseiller", "interne", "2 ans après sa fin", "effacé au terme")
_ABSENCE = colonne("ne pas proposer un créneau intenable", "personnelle", "1 an après la fin", "effacé au terme")


class Site(models.Model):
    """A place where the service is rendered; its contract fields are those of the fiche implantation (annexe 2 §4.1).

    `horaires` is written in the grammar opening_hours; `departement` decides the holidays and the time zone.
    """

    emetteur = models.CharField("émetteur", max_length=2)
    membre = models.ForeignKey(
        "equipe.Membre", on_delete=models.PROTECT, null=True, blank=True, related_name="sites", verbose_name="membre"
    )
    lot = models.CharField("lot", max_length=2)
    code_implantation = du_contrat(_FICHE, "code_implantation")
    libelle = du_contrat(_FICHE, "libelle")
    type_implantation = du_contrat(_FICHE, "type_implantation")
    adresse = models.CharField("adresse", max_length=200)
    code_postal = du_contrat(_FICHE, "code_postal")
    commune = du_contrat(_FICHE, "commune")
    code_commune = models.CharField("code de la commune", max_length=5)
    departement = models.CharField("département", max_length=3)
    latitude = models.FloatField("latitude", null=True, blank=True)
    longitude = models.FloatField("longitude", null=True, blank=True)
    date_ouverture = models.DateField("ouverture")
    date_fermeture = du_contrat(_FICHE, "date_fermeture")
    accord_fermeture = models.CharField("accord de l'acheteur pour fermer", max_length=100, blank=True, default="")
    horaires = du_contrat(_FICHE, "horaires")
    acces = models.CharField("accès en fauteuil", max_length=10, choices=Acces.choices, default=Acces.INCONNU)
    precisions = models.CharField("venir et être accueilli", max_length=500, blank=True, default="")
    telephone = models.CharField("téléphone du site", max_length=20, blank=True, default="")
    modifie_le = models.DateTimeField("modifié le")
    modifie_par = models.CharField("modifié par", max_length=200)

    classification: ClassVar[dict[str, dict[str, str]]] = {
        **classees(_FICHE, "code_implantation", "libelle", "type_implantation", "code_postal", "commune"),
        **classees(_FICHE, "date_fermeture", "horaires"),
        **dict.fromkeys(
            (
                *("id", "emetteur", "membre_id", "lot", "adresse", "code_commune", "departement", "latitude"),
                *("longitude", "date_ouverture", "accord_fermeture", "acces", "precisions", "telephone"),
            ),
            _SITE,
        ),
        **dict.fromkeys(("modifie_le", "modifie_par"), _TENUE),
    }

    class Meta:
        """One code per lot; a closure has the buyer's agreement."""

        verbose_name = "site"
        ordering = ("libelle", "id")
        constraints = (
            models.UniqueConstraint(
                name="site_unique",
                fields=("emetteur", "lot", "code_implantation"),
                violation_error_message="Un site de ce lot porte déjà ce code : choisissez-en un autre.",
            ),
            models.CheckConstraint(
                name="site_ferme_apres_ouverture",
                condition=Q(date_fermeture__isnull=True) | Q(date_fermeture__gt=F("date_ouverture")),
                violation_error_message="La fermeture vient après l'ouverture.",
            ),
            models.CheckConstraint(
                name="site_ferme_avec_accord",
                condition=Q(date_fermeture__isnull=True) | ~Q(accord_fermeture=""),
                violation_error_message="Une fermeture demande l'accord préalable de France compétences.",
            ),
        )

    def __str__(self) -> str:
        return str(self.libelle)

    @property
    def fuseau(self) -> ZoneInfo:
        """The time zone in which the site keeps its hours."""
        return calendrier.fuseau_du_departement(self.departement)

    @property
    def territoire(self) -> str:
        """Whose public holidays the site keeps."""
        return calendrier.territoire_du_departement(self.departement)

    @property
    def lieu(self) -> str:
        """« 4 rue des Tilleuls, 44000 Nantes »."""
        return f"{self.adresse}, {self.code_postal} {self.commune}"


class Plage(models.Model):
    """Slots a counsellor opens at a site, the same day each week, during [debut, fin); times are those of the site."""

    emetteur = models.CharField("émetteur", max_length=2)
    conseiller = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="plages", verbose_name="conseiller"
    )
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="plages", verbose_name="site")
    jour = models.PositiveSmallIntegerField("jour", choices=Jour.choices)
    heure_debut = models.TimeField("de")
    heure_fin = models.TimeField("à")
    duree_minutes = models.PositiveSmallIntegerField("durée d'un rendez-vous", default=60)
    modes = ArrayField(models.CharField(max_length=12, choices=Mode.choices), verbose_name="modes proposés")
    lien = models.URLField("lien de visioconférence", max_length=300, blank=True, default="")
    debut = models.DateField("à partir du")
    fin = models.DateField("premier jour sans la plage", null=True, blank=True)

    classification: ClassVar[dict[str, dict[str, str]]] = dict.fromkeys(
        (
            *("id", "emetteur", "conseiller_id", "site_id", "jour", "heure_debut", "heure_fin", "duree_minutes"),
            *("modes", "lien", "debut", "fin"),
        ),
        _PLAGE,
    )

    class Meta:
        """A counsellor has one slot at a time."""

        verbose_name = "plage"
        ordering = ("jour", "heure_debut", "id")
        constraints = (
            models.CheckConstraint(
                name="plage_heures",
                condition=Q(heure_fin__gt=F("heure_debut")),
                violation_error_message="La plage finit après son début.",
            ),
            models.CheckConstraint(
                name="plage_periode",
                condition=Q(fin__isnull=True) | Q(fin__gt=F("debut")),
                violation_error_message="La plage finit après son premier jour.",
            ),
            models.CheckConstraint(
                name="plage_duree",
                condition=Q(duree_minutes__gte=10, duree_minutes__lte=240),
                violation_error_message="Un rendez-vous dure de 10 minutes à 4 heures.",
            ),
            models.CheckConstraint(
                name="plage_visio_a_un_lien",
                condition=~Q(modes__contains=[Mode.VISIO.value]) | ~Q(lien=""),
                violation_error_message="Une plage en visioconférence a un lien.",
            ),
            ExclusionConstraint(
                name="plage_sans_chevauchement",
                expressions=(
                    (Seul("conseiller"), RangeOperators.OVERLAPS),
                    (Seul("jour"), RangeOperators.OVERLAPS),
                    (MinutesDuJour(Minute("heure_debut"), Minute("heure_fin")), RangeOperators.OVERLAPS),
                    (Jours("debut", "fin"), RangeOperators.OVERLAPS),
                ),
                violation_error_message="Ce conseiller a déjà une plage à ces heures-là.",
            ),
        )
        indexes = (models.Index(fields=["site", "jour"], name="plage_du_site"),)

    def __str__(self) -> str:
        return f"{self.get_jour_display()} {self.heure_debut:%H:%M}-{self.heure_fin:%H:%M}"

    @property
    def fuseau(self) -> ZoneInfo:
        """The time zone of its hours."""
        return self.site.fuseau


class Absence(models.Model):
    """A time when a counsellor receives nobody, or when a site is closed: one or the other."""

    emetteur = models.CharField("émetteur", max_length=2)
    conseiller = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="absences",
        verbose_name="conseiller",
    )
    site = models.ForeignKey(
        Site, on_delete=models.CASCADE, null=True, blank=True, related_name="fermetures", verbose_name="site"
    )
    debut = models.DateTimeField("début")
    fin = models.DateTimeField("fin")
    motif = models.CharField("motif", max_length=12, choices=MotifIndisponibilite.choices)

    classification: ClassVar[dict[str, dict[str, str]]] = dict.fromkeys(
        ("id", "emetteur", "conseiller_id", "site_id", "debut", "fin", "motif"), _ABSENCE
    )

    class Meta:
        """Someone or somewhere, for a time."""

        verbose_name = "absence"
        ordering = ("debut", "id")
        constraints = (
            models.CheckConstraint(
                name="absence_periode",
                condition=Q(fin__gt=F("debut")),
                violation_error_message="L'absence finit après son début.",
            ),
            models.CheckConstraint(
                name="absence_de_quelqu_un_ou_d_un_site",
                condition=Q(conseiller__isnull=True, site__isnull=False)
                | Q(conseiller__isnull=False, site__isnull=True),
                violation_error_message="Une absence est celle d'un conseiller ou la fermeture d'un site.",
            ),
        )
        indexes = (
            models.Index(fields=["conseiller", "fin"], name="absence_du_conseiller"),
            models.Index(fields=["site", "fin"], name="absence_du_site"),
        )

    def __str__(self) -> str:
        return f"{self.debut:%d/%m/%Y} {self.motif}"
