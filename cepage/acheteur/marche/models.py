"""Who holds which lot, and what was ordered."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField, DateRangeField
from django.db import models
from django.db.models import F, Q

from cepage.fondations.socle.classification import colonne

_TITULAIRE = colonne("savoir qui tient un lot et depuis quand", "publique", "durée du marché + 10 ans", "jamais")
_PRIX = colonne("payer chaque unité au prix de son jour", "interne", "durée du marché + 10 ans", "jamais")
_AUTEUR = colonne("savoir qui a changé quoi", "personnelle", "durée du marché + 10 ans", "pseudonyme au terme")
_NOTE = colonne("préciser une exigence du contrat", "interne", "durée du marché + 10 ans", "jamais")
_COMMANDE = colonne("rattacher chaque unité au bon qui la paie", "interne", "durée du marché + 10 ans", "jamais")


class Titulaire(models.Model):
    """An operator holding a lot from `debut` to `fin` (last day included; none: still)."""

    lot = models.CharField("lot", max_length=2)
    operateur = models.CharField("code de l'opérateur", max_length=2)
    nom = models.CharField("nom", max_length=200)
    debut = models.DateField("premier jour")
    fin = models.DateField("dernier jour", null=True, blank=True)

    classification: ClassVar[dict[str, dict[str, str]]] = dict.fromkeys(
        ("id", "lot", "operateur", "nom", "debut", "fin"), _TITULAIRE
    )

    class Meta:
        verbose_name = "titulaire"
        constraints = [
            models.UniqueConstraint(fields=["lot", "operateur", "debut"], name="titulaire_unique"),
            models.CheckConstraint(
                condition=Q(fin__isnull=True) | Q(fin__gte=F("debut")),
                name="titulaire_fin_apres_debut",
                violation_error_message="La fin précède le début.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.nom} (lot {self.lot})"


class Commande(models.Model):
    """A bon de commande: `volume` units of `uo` ordered for the days `debut` to `fin`, both included."""

    reference = models.CharField("référence", max_length=40, unique=True)
    lot = models.CharField("lot", max_length=2)
    uo = models.CharField("unité d'œuvre", max_length=2)
    debut = models.DateField("premier jour")
    fin = models.DateField("dernier jour")
    volume = models.PositiveIntegerField("volume commandé")

    classification: ClassVar[dict[str, dict[str, str]]] = dict.fromkeys(
        ("id", "reference", "lot", "uo", "debut", "fin", "volume"), _COMMANDE
    )

    class Meta:
        verbose_name = "bon de commande"
        verbose_name_plural = "bons de commande"
        constraints = [
            models.CheckConstraint(
                condition=Q(fin__gte=F("debut")),
                name="commande_fin_apres_debut",
                violation_error_message="La fin du bon précède son début.",
            )
        ]

    def __str__(self) -> str:
        return self.reference


class Avenant(models.Model):
    """A numbered change of an order: what it was before, what it is from `effet`, why, by whom."""

    commande = models.ForeignKey(Commande, on_delete=models.PROTECT, related_name="avenants", verbose_name="bon")
    numero = models.PositiveIntegerField("numéro")
    effet = models.DateField("prend effet le")
    debut_avant = models.DateField("premier jour avant")
    fin_avant = models.DateField("dernier jour avant")
    volume_avant = models.PositiveIntegerField("volume avant")
    debut_apres = models.DateField("premier jour après")
    fin_apres = models.DateField("dernier jour après")
    volume_apres = models.PositiveIntegerField("volume après")
    motif = models.TextField("motif")
    auteur = models.CharField("auteur", max_length=200)
    saisi_le = models.DateTimeField("saisi le")

    classification: ClassVar[dict[str, dict[str, str]]] = {
        **dict.fromkeys(
            (
                *("id", "commande_id", "numero", "effet", "debut_avant", "fin_avant", "volume_avant"),
                *("debut_apres", "fin_apres", "volume_apres", "motif", "saisi_le"),
            ),
            _COMMANDE,
        ),
        "auteur": _AUTEUR,
    }

    class Meta:
        verbose_name = "avenant"
        ordering = ("commande", "numero")
        constraints = (
            models.UniqueConstraint(
                fields=["commande", "numero"],
                name="avenant_unique",
                violation_error_message="Cet avenant existe déjà : rechargez la page.",
            ),
        )

    def __str__(self) -> str:
        return f"Avenant {self.numero} au bon {self.commande.reference}"


class Prix(models.Model):
    """The price HT of a unit in a lot during `periode` (half-open); no two share a day."""

    lot = models.CharField("lot", max_length=2)
    uo = models.CharField("unité d'œuvre", max_length=2)
    periode = DateRangeField("période")
    prix_ht = models.DecimalField("prix HT", max_digits=10, decimal_places=2)

    classification: ClassVar[dict[str, dict[str, str]]] = dict.fromkeys(
        ("id", "lot", "uo", "periode", "prix_ht"), _PRIX
    )

    class Meta:
        verbose_name = "prix"
        verbose_name_plural = "prix"
        ordering = ("lot", "uo", "periode")
        constraints = (
            models.CheckConstraint(
                condition=Q(prix_ht__gte=0),
                name="prix_positif",
                violation_error_message="Un prix n'est pas négatif.",
            ),
        )

    def __str__(self) -> str:
        return f"Prix du lot {self.lot}, UO {self.uo}"


class Revision(models.Model):
    """The coefficient that an index gives to every price of a lot during `periode` (half-open)."""

    lot = models.CharField("lot", max_length=2)
    periode = DateRangeField("période")
    indice = models.CharField("indice", max_length=100)
    coefficient = models.DecimalField("coefficient", max_digits=6, decimal_places=4)

    classification: ClassVar[dict[str, dict[str, str]]] = dict.fromkeys(
        ("id", "lot", "periode", "indice", "coefficient"), _PRIX
    )

    class Meta:
        verbose_name = "révision de prix"
        verbose_name_plural = "révisions de prix"
        ordering = ("lot", "periode")
        constraints = (
            models.CheckConstraint(
                condition=Q(coefficient__gt=0),
                name="revision_positive",
                violation_error_message="Un coefficient est positif.",
            ),
        )

    def __str__(self) -> str:
        return f"Révision du lot {self.lot}"


class NoteContractuelle(models.Model):
    """A written clarification of the contract, in force from `effet` on the lots named (none named: all of them)."""

    numero = models.CharField("numéro", max_length=9, unique=True)
    objet = models.CharField("objet", max_length=150)
    texte = models.TextField("texte")
    lots = ArrayField(models.CharField(max_length=2), verbose_name="lots", default=list, blank=True)
    publiee_le = models.DateTimeField("publiée le")
    effet = models.DateField("prend effet le")
    remplace = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="remplacee_par", verbose_name="remplace"
    )
    auteur = models.CharField("auteur", max_length=200)

    classification: ClassVar[dict[str, dict[str, str]]] = {
        **dict.fromkeys(("id", "numero", "objet", "texte", "lots", "publiee_le", "effet", "remplace_id"), _NOTE),
        "auteur": _AUTEUR,
    }

    class Meta:
        verbose_name = "note contractuelle"
        verbose_name_plural = "notes contractuelles"
        ordering = ("-publiee_le", "-id")

    def __str__(self) -> str:
        return f"Note {self.numero}"


class LectureDeNote(models.Model):
    """The acknowledgement of a note by an operator: who read it for its organisation, and when."""

    note = models.ForeignKey(NoteContractuelle, on_delete=models.PROTECT, related_name="lectures", verbose_name="note")
    emetteur = models.CharField("opérateur", max_length=2)
    auteur = models.CharField("auteur", max_length=200)
    le = models.DateTimeField("le")

    classification: ClassVar[dict[str, dict[str, str]]] = {
        **dict.fromkeys(("id", "note_id", "emetteur", "le"), _NOTE),
        "auteur": _AUTEUR,
    }

    class Meta:
        verbose_name = "lecture d'une note"
        verbose_name_plural = "lectures de notes"
        ordering = ("emetteur",)
        constraints = (
            models.UniqueConstraint(
                fields=["note", "emetteur"],
                name="lecture_de_note_unique",
                violation_error_message="La lecture de cette note est déjà attestée.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.emetteur}, note {self.note.numero}"
