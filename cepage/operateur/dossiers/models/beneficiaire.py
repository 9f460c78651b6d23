"""The person who is advised: what the contract declares of them, how they are found, and their statuses over time."""

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from cepage.fondations.socle.classification import colonne
from cepage.operateur.dossiers.colonnes import EFFACE, PERSONNE, classees, du_contrat

CHAMPS_BENEFICIAIRE = (
    *("identifiant_beneficiaire", "nom_naissance", "nom_usage", "prenom", "sexe", "date_naissance"),
    *("adresse_numero_voie", "adresse_type_voie", "adresse_nom_voie", "adresse_commune", "adresse_code_postal"),
    *("entreprise_departement", "entreprise_code_postal", "entreprise_commune", "structure", "handicap"),
    *("niveau_formation", "secteur_activite", "taille_entreprise", "categorie_sociale", "libelle_secteur"),
    *("libelle_profession", "statut", "entree_entreprise", "email", "telephone"),
)
"""Fields of the fiche beneficiaire that an operator keeps: all but its technical ones and the NIR."""

_FICHE = "beneficiaire"
TENUE = colonne("dire qui a saisi quoi, et quand", "personnelle", PERSONNE, EFFACE)
CLOISON = colonne("cloisonner les données de chaque opérateur", "interne", PERSONNE, EFFACE)
_RECHERCHE = colonne("retrouver la personne malgré une faute de frappe", "personnelle", PERSONNE, EFFACE)
_FUSION = colonne("réunir les fiches en double, et pouvoir revenir en arrière", "personnelle", PERSONNE, EFFACE)


class Beneficiaire(models.Model):
    """A person known to an operator, in one lot.

    `fusionne_dans` points to the record kept after a merge: this one then stays as it was declared, and its units are
    shown with those of the kept one. `membre` is the member of the groupement that received the person.
    """

    emetteur = models.CharField("émetteur", max_length=2)
    lot = models.CharField("lot", max_length=2)
    membre = models.ForeignKey(
        "equipe.Membre", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="membre"
    )
    identifiant_beneficiaire = du_contrat(_FICHE, "identifiant_beneficiaire")
    nom_naissance = du_contrat(_FICHE, "nom_naissance")
    nom_usage = du_contrat(_FICHE, "nom_usage")
    prenom = du_contrat(_FICHE, "prenom")
    sexe = du_contrat(_FICHE, "sexe")
    date_naissance = models.DateField("Date de naissance")
    adresse_numero_voie = du_contrat(_FICHE, "adresse_numero_voie")
    adresse_type_voie = du_contrat(_FICHE, "adresse_type_voie")
    adresse_nom_voie = du_contrat(_FICHE, "adresse_nom_voie")
    adresse_commune = du_contrat(_FICHE, "adresse_commune")
    adresse_code_postal = du_contrat(_FICHE, "adresse_code_postal")
    entreprise_departement = du_contrat(_FICHE, "entreprise_departement")
    entreprise_code_postal = du_contrat(_FICHE, "entreprise_code_postal")
    entreprise_commune = du_contrat(_FICHE, "entreprise_commune")
    structure = du_contrat(_FICHE, "structure")
    handicap = du_contrat(_FICHE, "handicap")
    niveau_formation = du_contrat(_FICHE, "niveau_formation")
    secteur_activite = du_contrat(_FICHE, "secteur_activite")
    taille_entreprise = du_contrat(_FICHE, "taille_entreprise")
    categorie_sociale = du_contrat(_FICHE, "categorie_sociale")
    libelle_secteur = du_contrat(_FICHE, "libelle_secteur")
    libelle_profession = du_contrat(_FICHE, "libelle_profession")
    statut = du_contrat(_FICHE, "statut")
    entree_entreprise = du_contrat(_FICHE, "entree_entreprise")
    email = du_contrat(_FICHE, "email")
    telephone = du_contrat(_FICHE, "telephone")
    telephone_normalise = models.CharField("téléphone normalisé", max_length=20, blank=True, default="")
    fusionne_dans = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="doublons", verbose_name="réuni à"
    )
    version = models.PositiveIntegerField("version", default=1)
    modifie_le = models.DateTimeField("modifié le")
    modifie_par = models.CharField("modifié par", max_length=200)

    classification: ClassVar[dict[str, dict[str, str]]] = {
        **classees(_FICHE, *CHAMPS_BENEFICIAIRE),
        **dict.fromkeys(("id", "emetteur", "lot", "membre_id"), CLOISON),
        **dict.fromkeys(("version", "modifie_le", "modifie_par"), TENUE),
        "telephone_normalise": _RECHERCHE,
        "fusionne_dans_id": _FUSION,
    }

    class Meta:
        """An identifier names one person of a lot."""

        verbose_name = "bénéficiaire"
        ordering = ("nom_naissance", "prenom")
        constraints = (
            models.UniqueConstraint(
                name="beneficiaire_identifiant_unique",
                fields=("emetteur", "lot", "identifiant_beneficiaire"),
                violation_error_message="Cet identifiant est déjà celui d'une autre personne.",
            ),
            models.CheckConstraint(
                name="beneficiaire_pas_reuni_a_soi",
                condition=Q(fusionne_dans__isnull=True) | ~Q(fusionne_dans=F("id")),
                violation_error_message="Une fiche ne se réunit pas à elle-même.",
            ),
        )
        indexes = (
            models.Index(fields=["emetteur", "date_naissance"], name="beneficiaire_naissance"),
            models.Index(fields=["telephone_normalise"], name="beneficiaire_telephone"),
        )

    def __str__(self) -> str:
        return str(self.identifiant_beneficiaire)

    @property
    def nom_complet(self) -> str:
        """First name, then the name in use, then the birth name when it differs."""
        usage = self.nom_usage or self.nom_naissance
        naissance = f" (née ou né {self.nom_naissance})" if usage != self.nom_naissance else ""
        return f"{self.prenom} {usage}{naissance}"

    @property
    def principale(self) -> "Beneficiaire":
        """The record kept after a merge, this one when it was not merged."""
        return self.fusionne_dans or self


class CleDeRecherche(models.Model):
    """One key under which a person may be found: the hash of a piece of a name (see `recherche`)."""

    emetteur = models.CharField("émetteur", max_length=2)
    cle = models.IntegerField("clé")
    beneficiaire = models.ForeignKey(
        Beneficiaire, on_delete=models.CASCADE, related_name="cles", verbose_name="bénéficiaire"
    )

    classification: ClassVar[dict[str, dict[str, str]]] = dict.fromkeys(
        ("id", "emetteur", "cle", "beneficiaire_id"), _RECHERCHE
    )

    class Meta:
        """Read by key; the person is in the index, so a search reads nothing else."""

        verbose_name = "clé de recherche"
        indexes = (models.Index(fields=["cle", "emetteur", "beneficiaire"], name="cle_de_recherche"),)

    def __str__(self) -> str:
        return str(self.cle)


class Fusion(models.Model):
    """Two records brought together; undone, it keeps its trace."""

    emetteur = models.CharField("émetteur", max_length=2)
    gardee = models.ForeignKey(Beneficiaire, on_delete=models.PROTECT, related_name="+", verbose_name="fiche gardée")
    reunie = models.ForeignKey(Beneficiaire, on_delete=models.PROTECT, related_name="+", verbose_name="fiche réunie")
    le = models.DateTimeField("le")
    par = models.CharField("par", max_length=200)
    annulee_le = models.DateTimeField("annulée le", null=True, blank=True)
    annulee_par = models.CharField("annulée par", max_length=200, blank=True, default="")

    classification: ClassVar[dict[str, dict[str, str]]] = dict.fromkeys(
        ("id", "emetteur", "gardee_id", "reunie_id", "le", "par", "annulee_le", "annulee_par"), _FUSION
    )

    class Meta:
        """Most recent first."""

        verbose_name = "réunion de fiches"
        ordering = ("-le",)

    def __str__(self) -> str:
        return f"{self.reunie_id} dans {self.gardee_id}"


class ChangementDeStatut(models.Model):
    """The statuses of a person from a day on; several at once are possible (CCTP annexe 2 §1)."""

    emetteur = models.CharField("émetteur", max_length=2)
    beneficiaire = models.ForeignKey(
        Beneficiaire, on_delete=models.CASCADE, related_name="changements", verbose_name="bénéficiaire"
    )
    date_changement = models.DateField("depuis le")
    statut = ArrayField(models.CharField(max_length=40), verbose_name="statut au regard de l'emploi")
    saisi_le = models.DateTimeField("saisi le")
    saisi_par = models.CharField("saisi par", max_length=200)

    classification: ClassVar[dict[str, dict[str, str]]] = {
        **dict.fromkeys(("id", "emetteur", "beneficiaire_id"), CLOISON),
        **dict.fromkeys(("date_changement", "statut"), classees(_FICHE, "statut")["statut"]),
        **dict.fromkeys(("saisi_le", "saisi_par"), TENUE),
    }

    class Meta:
        """One state per person and day."""

        verbose_name = "changement de statut"
        verbose_name_plural = "changements de statut"
        ordering = ("date_changement", "id")
        constraints = (
            models.UniqueConstraint(
                name="changement_de_statut_unique",
                fields=("beneficiaire", "date_changement"),
                violation_error_message="Un changement de statut est déjà noté ce jour-là.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.date_changement} {', '.join(self.statut)}"


class AccesAuDossier(models.Model):
    """Who opened the dossier of a person, one line per professional and day: the person may ask for it."""

    emetteur = models.CharField("émetteur", max_length=2)
    beneficiaire = models.ForeignKey(
        Beneficiaire, on_delete=models.CASCADE, related_name="acces", verbose_name="bénéficiaire"
    )
    personne = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="professionnel"
    )
    jour = models.DateField("jour")

    classification: ClassVar[dict[str, dict[str, str]]] = dict.fromkeys(
        ("id", "emetteur", "beneficiaire_id", "personne_id", "jour"),
        colonne("dire à la personne qui a ouvert son dossier", "personnelle", "12 mois", "effacé au terme"),
    )

    class Meta:
        """One line per professional and day."""

        verbose_name = "ouverture d'un dossier"
        verbose_name_plural = "ouvertures d'un dossier"
        constraints = (models.UniqueConstraint(name="acces_unique", fields=("beneficiaire", "personne", "jour")),)

    def __str__(self) -> str:
        return f"{self.jour} {self.personne_id}"
