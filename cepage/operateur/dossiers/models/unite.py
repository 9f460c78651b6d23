"""The units of work of a person, and the counters that number them."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from cepage.fondations.socle.classification import colonne
from cepage.operateur.dossiers.colonnes import EFFACE, PERSONNE, classees, du_contrat
from cepage.operateur.dossiers.enums import UO, Etat
from cepage.operateur.dossiers.models.beneficiaire import CLOISON, TENUE, Beneficiaire

CHAMPS_UNITE = (
    *("numero_dossier", "lot", "uo", "date_engagement", "date_cloture", "reference_bon_commande"),
    *("origine_demarche", "motif_sollicitation", "motif_sollicitation_detaille", "aiguillage", "motif_cloture"),
    *("types_service", "description_service", "prestations_complementaires", "autoprescription"),
    *("financements_formation", "decouvertes_metiers", "projet_reconversion_cpir", "etat_projet", "alea_uo22"),
    "derogation_territoriale",
)
"""Fields of the fiche unite_oeuvre kept as they are; the others are computed when the fiche is written."""

_FICHE = "unite_oeuvre"
_NUMEROTATION = colonne("numéroter sans trou les dossiers et les consommations", "interne", PERSONNE, "jamais")
_SUIVI = colonne("savoir quand l'unité doit être close, et par qui", "personnelle", PERSONNE, EFFACE)


class UniteOeuvre(models.Model):
    """A unit engaged for a person: one dossier of the contract.

    `echeance` is the last day on which the person may close it, None when the market sets none.
    `reference_bon_commande` is empty while no order covers the unit.
    """

    emetteur = models.CharField("émetteur", max_length=2)
    membre = models.ForeignKey(
        "equipe.Membre", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="membre"
    )
    beneficiaire = models.ForeignKey(
        Beneficiaire, on_delete=models.PROTECT, related_name="unites", verbose_name="bénéficiaire"
    )
    numero_dossier = du_contrat(_FICHE, "numero_dossier")
    lot = du_contrat(_FICHE, "lot")
    uo = models.CharField("Unité d'œuvre", max_length=2, choices=UO.choices)
    etat = models.CharField("état", max_length=12, choices=Etat.choices, default=Etat.OUVERTE)
    date_engagement = models.DateField("Date d'engagement")
    echeance = models.DateField("échéance", null=True, blank=True)
    date_cloture = du_contrat(_FICHE, "date_cloture")
    motif_cloture = du_contrat(_FICHE, "motif_cloture")
    reference_bon_commande = du_contrat(_FICHE, "reference_bon_commande")
    referent = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="unites_suivies",
        verbose_name="conseiller référent",
    )
    delegue = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="unites_deleguees",
        verbose_name="expert à qui l'unité est déléguée",
    )
    origine_demarche = du_contrat(_FICHE, "origine_demarche")
    motif_sollicitation = du_contrat(_FICHE, "motif_sollicitation")
    motif_sollicitation_detaille = du_contrat(_FICHE, "motif_sollicitation_detaille")
    aiguillage = du_contrat(_FICHE, "aiguillage")
    types_service = du_contrat(_FICHE, "types_service")
    description_service = du_contrat(_FICHE, "description_service")
    prestations_complementaires = du_contrat(_FICHE, "prestations_complementaires")
    autoprescription = du_contrat(_FICHE, "autoprescription")
    financements_formation = du_contrat(_FICHE, "financements_formation")
    decouvertes_metiers = du_contrat(_FICHE, "decouvertes_metiers")
    projet_reconversion_cpir = du_contrat(_FICHE, "projet_reconversion_cpir")
    etat_projet = du_contrat(_FICHE, "etat_projet")
    alea_uo22 = du_contrat(_FICHE, "alea_uo22")
    derogation_territoriale = du_contrat(_FICHE, "derogation_territoriale")
    unite_prealable = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="suites", verbose_name="unité préalable"
    )
    version = models.PositiveIntegerField("version", default=1)
    modifie_le = models.DateTimeField("modifié le")
    modifie_par = models.CharField("modifié par", max_length=200)

    classification: ClassVar[dict[str, dict[str, str]]] = {
        **classees(_FICHE, *CHAMPS_UNITE),
        **dict.fromkeys(("id", "emetteur", "membre_id", "beneficiaire_id", "unite_prealable_id"), CLOISON),
        **dict.fromkeys(("version", "modifie_le", "modifie_par"), TENUE),
        **dict.fromkeys(("etat", "echeance", "referent_id", "delegue_id"), _SUIVI),
    }

    class Meta:
        """What holds for every unit, whatever writes it."""

        verbose_name = "unité d'œuvre"
        verbose_name_plural = "unités d'œuvre"
        ordering = ("date_engagement", "id")
        constraints = (
            models.UniqueConstraint(
                name="unite_numero_unique",
                fields=("numero_dossier",),
                violation_error_message="Ce numéro de dossier est déjà pris.",
            ),
            models.UniqueConstraint(
                name="unite_reference_unique",
                fields=("reference_bon_commande",),
                condition=~Q(reference_bon_commande="") & ~Q(etat=Etat.ANNULEE),
                violation_error_message="Cette référence de consommation est déjà prise.",
            ),
            models.UniqueConstraint(
                name="unite_une_seule_ouverte",
                fields=("beneficiaire", "uo"),
                condition=Q(etat=Etat.OUVERTE),
                violation_error_message="La même unité est déjà ouverte pour cette personne.",
            ),
            models.CheckConstraint(
                name="unite_cloture_apres_engagement",
                condition=Q(date_cloture__isnull=True) | Q(date_cloture__gte=F("date_engagement")),
                violation_error_message="La clôture ne précède pas l'engagement.",
            ),
            models.CheckConstraint(
                name="unite_close_datee",
                condition=(Q(etat=Etat.OUVERTE) & Q(date_cloture__isnull=True))
                | (Q(etat__in=[Etat.CLOSE, Etat.ABANDONNEE]) & Q(date_cloture__isnull=False))
                | Q(etat=Etat.ANNULEE),
                violation_error_message="Une unité close a une date de clôture, une unité ouverte n'en a pas.",
            ),
            models.CheckConstraint(
                name="unite_motif_de_cloture",
                condition=~Q(etat__in=[Etat.CLOSE, Etat.ABANDONNEE]) | Q(uo=UO.UO0) | ~Q(motif_cloture=""),
                violation_error_message="Une unité close dit pourquoi elle l'est.",
            ),
            models.CheckConstraint(
                name="unite_uo0_le_jour_meme",
                condition=~Q(uo=UO.UO0) | Q(date_cloture__isnull=True) | Q(date_cloture=F("date_engagement")),
                violation_error_message="L'aiguillage se clôt le jour même (CCTP §1.2.6).",
            ),
            models.CheckConstraint(
                name="unite_uo22_a_une_uo21",
                condition=~Q(uo=UO.UO22) | Q(unite_prealable__isnull=False),
                violation_error_message="L'UO2.2 suit une UO2.1 (CCTP §1.2.5).",
            ),
        )
        indexes = (
            models.Index(
                fields=["emetteur", "echeance"], condition=Q(etat=Etat.OUVERTE), name="unite_ouvertes_echeance"
            ),
            models.Index(
                fields=["referent", "echeance"], condition=Q(etat=Etat.OUVERTE), name="unite_ouvertes_referent"
            ),
            models.Index(fields=["emetteur", "membre", "date_engagement"], name="unite_engagement"),
        )

    def __str__(self) -> str:
        return str(self.numero_dossier)

    @property
    def libelle(self) -> str:
        """« UO2.1 »."""
        return UO(self.uo).label

    @property
    def ouverte(self) -> bool:
        """True while the unit may still be closed."""
        return self.etat == Etat.OUVERTE


class Compteur(models.Model):
    """The last number given under a key: dossiers of a month, units of an order, people of an operator."""

    emetteur = models.CharField("émetteur", max_length=2)
    cle = models.CharField("clé", max_length=60)
    valeur = models.PositiveIntegerField("dernier numéro donné", default=0)

    classification: ClassVar[dict[str, dict[str, str]]] = dict.fromkeys(
        ("id", "emetteur", "cle", "valeur"), _NUMEROTATION
    )

    class Meta:
        """One counter per key of an operator."""

        verbose_name = "compteur"
        constraints = (models.UniqueConstraint(name="compteur_unique", fields=("emetteur", "cle")),)

    def __str__(self) -> str:
        return f"{self.cle} : {self.valeur}"
