"""What the exchange point keeps of an envoi: its identity, its receipt, its anomalies."""

from typing import ClassVar

from django.db import models

from cepage.echanges.reception.enums import Mode, Statut
from cepage.fondations.socle.classification import colonne

_ENVOI = colonne("prouver ce qui fut reçu et la réponse donnée", "interne", "durée du marché + 10 ans", "jamais")
_ACCUSE = colonne("dire à l'émetteur ce qui ne va pas et où", "interne", "durée du marché + 10 ans", "jamais")
# Sensitive values are masked before they come here; a pseudonym or a date of a person's course may remain.
_VALEUR = colonne(
    "montrer à l'émetteur la valeur refusée, masquée quand elle est sensible",
    "personnelle",
    "hypothèse : 24 mois après l'envoi, puis archive à accès restreint pendant 10 ans",
    "effacé au terme, ou sur demande fondée ; le code de l'anomalie reste",
)
_PROGRESSION = colonne(
    "montrer l'avancement d'une réception", "interne", "le temps de la réception", "à la fin de la réception"
)


class Envoi(models.Model):
    """One file received, whatever the channel. The raw bytes are kept apart, under their SHA-256."""

    identifiant = models.CharField("identifiant", max_length=40, unique=True)
    lot = models.CharField("lot", max_length=2)
    emetteur = models.CharField("émetteur", max_length=2)
    nom_fichier = models.CharField("nom du fichier", max_length=255)
    empreinte = models.CharField("empreinte SHA-256", max_length=64)
    taille = models.BigIntegerField("taille en octets")
    canal = models.CharField("canal", max_length=20)
    mode = models.CharField("mode", max_length=20, choices=Mode.choices)
    statut = models.CharField("statut", max_length=30, choices=Statut.choices)
    recu_le = models.DateTimeField("reçu le")
    cle_idempotence = models.CharField("clé d'idempotence", max_length=200, null=True)
    comptes = models.JSONField("comptes par fiche", default=dict)
    total_anomalies = models.IntegerField("nombre d'anomalies", default=0)
    trace = models.CharField("trace de la demande", max_length=32, blank=True, default="")

    classification: ClassVar[dict[str, dict[str, str]]] = dict.fromkeys(
        (
            *("id", "identifiant", "lot", "emetteur", "nom_fichier", "empreinte", "taille", "canal", "mode"),
            *("statut", "recu_le", "cle_idempotence", "comptes", "total_anomalies", "trace"),
        ),
        _ENVOI,
    )

    class Meta:
        verbose_name = "envoi"
        ordering = ["-recu_le", "-id"]
        constraints = [
            # A file refused whole may be sent again once the reason is mended: only what entered is unique.
            models.UniqueConstraint(
                fields=["lot", "empreinte"], condition=~models.Q(statut="refuse"), name="envoi_unique_par_lot"
            ),
            models.UniqueConstraint(
                fields=["emetteur", "cle_idempotence"],
                condition=~models.Q(statut="refuse"),
                name="cle_idempotence_unique",
            ),
        ]
        indexes = [
            models.Index(fields=["lot", "-recu_le"], name="envoi_lot_recu"),
            models.Index(fields=["nom_fichier"], name="envoi_nom_fichier"),
        ]

    def __str__(self) -> str:
        return self.identifiant


class Anomalie(models.Model):
    """One line of a receipt."""

    envoi = models.ForeignKey(Envoi, on_delete=models.PROTECT, related_name="anomalies", verbose_name="envoi")
    emetteur = models.CharField("émetteur", max_length=2)
    rang = models.IntegerField("rang dans l'accusé")
    fichier = models.TextField("fichier", null=True)
    ligne = models.BigIntegerField("ligne", null=True)
    fiche = models.TextField("fiche", null=True)
    cle = models.TextField("clé", null=True)
    champ = models.TextField("champ", null=True)
    valeur = models.TextField("valeur reçue", null=True)
    code = models.CharField("code", max_length=20)
    gravite = models.CharField("gravité", max_length=13)
    message = models.TextField("message")
    remede = models.TextField("remède")
    clause = models.TextField("clause")

    classification: ClassVar[dict[str, dict[str, str]]] = {
        **dict.fromkeys(
            (
                *("id", "envoi_id", "emetteur", "rang", "fichier", "ligne", "fiche", "champ"),
                *("code", "gravite", "remede", "clause"),
            ),
            _ACCUSE,
        ),
        **dict.fromkeys(("cle", "valeur", "message"), _VALEUR),
    }

    class Meta:
        verbose_name = "anomalie"
        ordering = ["rang"]
        constraints = [models.UniqueConstraint(fields=["envoi", "rang"], name="anomalie_rang_unique")]

    def __str__(self) -> str:
        return f"{self.code} ligne {self.ligne}"


class Progression(models.Model):
    """How far the reception of a deposited file has come; written outside its transaction, then removed."""

    depot = models.UUIDField("dépôt", primary_key=True)
    emetteur = models.CharField("émetteur", max_length=2)
    etape = models.CharField("étape", max_length=60)
    part = models.FloatField("part faite", default=0)
    envoi = models.CharField("identifiant de l'envoi", max_length=40, blank=True, default="")
    maj_le = models.DateTimeField("mis à jour le", auto_now=True)

    classification: ClassVar[dict[str, dict[str, str]]] = dict.fromkeys(
        ("depot", "emetteur", "etape", "part", "envoi", "maj_le"), _PROGRESSION
    )

    class Meta:
        verbose_name = "progression"

    def __str__(self) -> str:
        return f"{self.depot} {self.etape}"
