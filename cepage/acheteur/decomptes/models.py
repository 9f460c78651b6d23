"""The décompte of a holder for a quarter: its totals by unit, order and price, and its lines down to the unit."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from cepage.acheteur.decomptes.enums import Etat, EtatFacture, Motif, Nature, Origine
from cepage.acheteur.decomptes.facture_xml import Partie
from cepage.acheteur.decomptes.trimestres import Trimestre
from cepage.fondations.socle.classification import colonne

_PAIE = colonne("payer le service fait et pouvoir l'expliquer", "interne", "durée du marché + 10 ans", "jamais")
_AUTEUR = colonne("savoir qui a décidé quoi", "personnelle", "durée du marché + 10 ans", "pseudonyme au terme")
_DOSSIER = colonne(
    "relier chaque montant à son unité", "personnelle", "durée du marché + 10 ans", "numéro sans lien au terme"
)


class Decompte(models.Model):
    """What a holder (`emetteur`) is due for a lot and a quarter, one even when empty."""

    lot = models.CharField("lot", max_length=2)
    emetteur = models.CharField("émetteur", max_length=2)
    annee = models.PositiveSmallIntegerField("année")
    trimestre = models.PositiveSmallIntegerField("trimestre")
    etat = models.CharField("état", max_length=10, choices=Etat.choices, default=Etat.PROVISOIRE)
    regles = models.CharField("empreinte des règles", max_length=64)
    taux_tva = models.DecimalField("taux de TVA", max_digits=5, decimal_places=2)
    calcule_le = models.DateTimeField("calculé le")
    accord_de = models.CharField("accord de", max_length=200, blank=True)
    accord_le = models.DateTimeField("accord le", null=True)

    classification: ClassVar[dict[str, dict[str, str]]] = {
        **dict.fromkeys(
            (
                *("id", "lot", "emetteur", "annee", "trimestre", "etat", "regles", "taux_tva"),
                *("calcule_le", "accord_le"),
            ),
            _PAIE,
        ),
        "accord_de": _AUTEUR,
    }

    class Meta:
        verbose_name = "décompte"
        ordering = ("-annee", "-trimestre", "lot", "emetteur")
        constraints = (
            models.UniqueConstraint(
                fields=["lot", "emetteur", "annee", "trimestre"],
                name="decompte_unique",
                violation_error_message="Ce décompte existe déjà.",
            ),
            models.CheckConstraint(condition=Q(trimestre__range=(1, 4)), name="decompte_trimestre"),
            models.CheckConstraint(condition=Q(etat__in=Etat.values), name="decompte_etat"),
        )

    def __str__(self) -> str:
        return f"Décompte {self.reference}"

    @property
    def periode(self) -> Trimestre:
        """Its quarter."""
        return Trimestre(self.annee, self.trimestre)

    @property
    def reference(self) -> str:
        """« 2021-T1-Lot08-AB »."""
        return f"{self.periode}-Lot{self.lot}-{self.emetteur}"


class Poste(models.Model):
    """The total of a unit, an order and a price; `net` is montant + corrections − refactions."""

    decompte = models.ForeignKey(Decompte, on_delete=models.PROTECT, related_name="postes", verbose_name="décompte")
    emetteur = models.CharField("émetteur", max_length=2)
    uo = models.CharField("unité d'œuvre", max_length=2)
    commande = models.CharField("bon de commande", max_length=40)
    prix_ht = models.DecimalField("prix HT", null=True, max_digits=14, decimal_places=2)
    unites_closes = models.PositiveIntegerField("unités closes")
    unites_payables = models.PositiveIntegerField("unités payables")
    montant_ht = models.DecimalField("montant HT", max_digits=14, decimal_places=2)
    corrections_ht = models.DecimalField("corrections HT", max_digits=14, decimal_places=2)
    refactions_ht = models.DecimalField("réfactions HT", max_digits=14, decimal_places=2)
    net_ht = models.DecimalField("net HT", max_digits=14, decimal_places=2)

    classification: ClassVar[dict[str, dict[str, str]]] = dict.fromkeys(
        (
            *("id", "decompte_id", "emetteur", "uo", "commande", "prix_ht", "unites_closes", "unites_payables"),
            *("montant_ht", "corrections_ht", "refactions_ht", "net_ht"),
        ),
        _PAIE,
    )

    class Meta:
        verbose_name = "poste du décompte"
        verbose_name_plural = "postes du décompte"
        ordering = ("uo", "commande", "prix_ht")
        constraints = (
            models.UniqueConstraint(
                fields=["decompte", "uo", "commande", "prix_ht"], name="poste_unique", nulls_distinct=False
            ),
            models.CheckConstraint(
                condition=Q(net_ht=F("montant_ht") + F("corrections_ht") - F("refactions_ht")), name="poste_net"
            ),
            models.CheckConstraint(condition=Q(unites_payables__lte=F("unites_closes")), name="poste_payables"),
            models.CheckConstraint(
                condition=Q(prix_ht__isnull=True, montant_ht=0) | Q(montant_ht=F("prix_ht") * F("unites_payables")),
                name="poste_montant",
            ),
        )

    def __str__(self) -> str:
        return f"{self.commande} UO {self.uo}"


class Ligne(models.Model):
    """One act in a décompte: the version of its fiche, its price, what it brings and why.

    The act is the unit closed (its dossier number); where a market pays appointments, the interaction (its key).
    No foreign key is checked row by row: a guard of the table checks the whole statement (see the migrations).
    """

    decompte = models.ForeignKey(
        Decompte,
        on_delete=models.DO_NOTHING,
        related_name="lignes",
        verbose_name="décompte",
        db_constraint=False,
        db_index=False,
    )
    emetteur = models.CharField("émetteur", max_length=2)
    acte = models.TextField("acte payé", db_collation="C")
    version = models.BigIntegerField("version de la fiche")
    uo = models.CharField("unité d'œuvre", max_length=2)
    commande = models.CharField("bon de commande", max_length=40)
    date_fait = models.DateField("fait le", null=True)
    nature = models.CharField("nature", max_length=10, choices=Nature.choices)
    motif = models.CharField("motif", max_length=20, choices=Motif.choices)
    prix_ht = models.DecimalField("prix HT", null=True, max_digits=14, decimal_places=2)
    montant_ht = models.DecimalField("montant HT", max_digits=14, decimal_places=2)

    classification: ClassVar[dict[str, dict[str, str]]] = {
        **dict.fromkeys(
            (
                *("id", "decompte_id", "emetteur", "version", "uo", "commande", "date_fait", "nature"),
                *("motif", "prix_ht", "montant_ht"),
            ),
            _PAIE,
        ),
        "acte": _DOSSIER,
    }

    class Meta:
        verbose_name = "ligne du décompte"
        verbose_name_plural = "lignes du décompte"
        constraints = (
            models.UniqueConstraint(
                fields=["acte", "decompte", "nature"],
                name="ligne_unique",
                violation_error_message="Cette unité figure déjà dans ce décompte.",
            ),
            models.UniqueConstraint(
                fields=["acte"],
                condition=Q(nature=Nature.UNITE, motif=Motif.PAYABLE),
                name="ligne_payee_une_fois",
                violation_error_message="Cette unité a déjà été payée.",
            ),
        )
        indexes = (models.Index(fields=["decompte", "uo", "commande"], name="ligne_poste"),)

    def __str__(self) -> str:
        return f"{self.acte} {self.nature}"

    @property
    def numero_dossier(self) -> str:
        """The dossier of the act: an act is a dossier, or an interaction whose key begins with its number."""
        return self.acte[:14]


class LignePenalite(models.Model):
    """A definitive pénalité held back by a décompte, once in its life; it bears no VAT."""

    decompte = models.ForeignKey(Decompte, on_delete=models.PROTECT, related_name="penalites", verbose_name="décompte")
    emetteur = models.CharField("émetteur", max_length=2)
    penalite = models.CharField("pénalité", max_length=30)
    libelle = models.TextField("manquement et calcul")
    montant = models.DecimalField("montant", max_digits=12, decimal_places=2)

    classification: ClassVar[dict[str, dict[str, str]]] = dict.fromkeys(
        ("id", "decompte_id", "emetteur", "penalite", "libelle", "montant"), _PAIE
    )

    class Meta:
        verbose_name = "pénalité du décompte"
        verbose_name_plural = "pénalités du décompte"
        ordering = ("penalite",)
        constraints = (
            models.UniqueConstraint(
                fields=["penalite"],
                name="penalite_retenue_une_fois",
                violation_error_message="Cette pénalité a déjà été retenue.",
            ),
            models.CheckConstraint(condition=Q(montant__gt=0), name="penalite_positive"),
        )

    def __str__(self) -> str:
        return self.penalite


class Remarque(models.Model):
    """What the operator or the buyer says of a décompte; kept as written."""

    decompte = models.ForeignKey(Decompte, on_delete=models.PROTECT, related_name="remarques", verbose_name="décompte")
    emetteur = models.CharField("émetteur", max_length=2)
    auteur = models.CharField("auteur", max_length=200)
    organisation = models.CharField("organisation", max_length=200)
    ecrite_le = models.DateTimeField("écrite le")
    texte = models.TextField("texte")

    classification: ClassVar[dict[str, dict[str, str]]] = {
        **dict.fromkeys(("id", "decompte_id", "emetteur", "organisation", "ecrite_le", "texte"), _PAIE),
        "auteur": _AUTEUR,
    }

    class Meta:
        verbose_name = "remarque"
        ordering = ("ecrite_le", "id")

    def __str__(self) -> str:
        return f"Remarque du {self.ecrite_le:%d/%m/%Y}"


class Coordonnees(models.Model):
    """Who an operator is on its invoices."""

    emetteur = models.CharField("émetteur", max_length=2, unique=True)
    nom = models.CharField("raison sociale", max_length=200)
    siren = models.CharField("SIREN", max_length=9)
    tva = models.CharField("numéro de TVA", max_length=13, blank=True)
    adresse = models.CharField("adresse", max_length=200)
    code_postal = models.CharField("code postal", max_length=5)
    ville = models.CharField("ville", max_length=100)
    iban = models.CharField("IBAN", max_length=34, blank=True)

    classification: ClassVar[dict[str, dict[str, str]]] = dict.fromkeys(
        ("id", "emetteur", "nom", "siren", "tva", "adresse", "code_postal", "ville", "iban"), _PAIE
    )

    class Meta:
        verbose_name = "coordonnées de facturation"
        verbose_name_plural = "coordonnées de facturation"

    def __str__(self) -> str:
        return self.nom

    @property
    def partie(self) -> Partie:
        """The seller of its invoices."""
        return Partie(self.nom, self.siren, self.tva, self.adresse, self.code_postal, self.ville)


class Facture(models.Model):
    """The invoice of a décompte, its file kept as it came."""

    decompte = models.ForeignKey(Decompte, on_delete=models.PROTECT, related_name="factures", verbose_name="décompte")
    emetteur = models.CharField("émetteur", max_length=2)
    numero = models.CharField("numéro", max_length=40)
    origine = models.CharField("origine", max_length=10, choices=Origine.choices)
    etat = models.CharField("état", max_length=20, choices=EtatFacture.choices, default=EtatFacture.RECUE)
    recue_le = models.DateTimeField("reçue le")
    echeance = models.DateField("à payer au plus tard le")
    net_ht = models.DecimalField("net HT", max_digits=14, decimal_places=2)
    tva = models.DecimalField("TVA", max_digits=14, decimal_places=2)
    ttc = models.DecimalField("TTC", max_digits=14, decimal_places=2)
    empreinte = models.CharField("empreinte du fichier", max_length=64)
    fichier = models.BinaryField("fichier")

    classification: ClassVar[dict[str, dict[str, str]]] = dict.fromkeys(
        (
            *("id", "decompte_id", "emetteur", "numero", "origine", "etat", "recue_le", "echeance"),
            *("net_ht", "tva", "ttc", "empreinte", "fichier"),
        ),
        _PAIE,
    )

    class Meta:
        verbose_name = "facture"
        constraints = (
            models.UniqueConstraint(
                fields=["decompte"],
                condition=~Q(etat=EtatFacture.REJETEE),
                name="facture_du_decompte",
                violation_error_message="Ce décompte a déjà sa facture.",
            ),
            models.UniqueConstraint(
                fields=["emetteur", "numero"],
                name="facture_numero",
                violation_error_message="Ce numéro de facture a déjà servi.",
            ),
            models.CheckConstraint(condition=Q(ttc=F("net_ht") + F("tva")), name="facture_total"),
        )

    def __str__(self) -> str:
        return f"Facture {self.numero}"

    @property
    def extension(self) -> str:
        """How its file is named."""
        return "pdf" if bytes(self.fichier).startswith(b"%PDF") else "xml"
