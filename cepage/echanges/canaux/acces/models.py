"""The keys with which an operator's software enters the exchange point, whatever the channel."""

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from cepage.echanges.canaux.acces.enums import Usage
from cepage.fondations.socle.classification import colonne

_CLE = colonne("savoir quel logiciel entre, et jusqu'où", "interne", "durée de la clé + 6 ans", "jamais")
_AUTEUR = colonne("savoir qui a ouvert l'accès", "personnelle", "durée de la clé + 6 ans", "avec le compte")
_SECRET = colonne("vérifier un secret sans le garder", "sensible", "durée de la clé", "avec la clé")
_CADENCE = colonne("limiter le nombre de demandes", "interne", "une heure", "au bout d'une heure")


class Cle(models.Model):
    """A named key of one emitter: what it may do, from where, until when."""

    identifiant = models.CharField("identifiant", max_length=16, unique=True)
    nom = models.CharField("nom", max_length=100)
    emetteur = models.CharField("émetteur", max_length=2)
    actions = ArrayField(models.CharField(max_length=40), verbose_name="actions permises")
    adresses = ArrayField(models.CharField(max_length=43), verbose_name="adresses permises", default=list, blank=True)
    bac_a_sable = models.BooleanField("réservée au bac à sable", default=False)
    cree_le = models.DateTimeField("créée le")
    cree_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="créée par"
    )
    expire_le = models.DateTimeField("expire le")
    revoquee_le = models.DateTimeField("révoquée le", null=True)
    dernier_usage_le = models.DateTimeField("dernier usage le", null=True)

    classification: ClassVar[dict[str, dict[str, str]]] = {
        **dict.fromkeys(
            (
                *("id", "identifiant", "nom", "emetteur", "actions", "adresses", "bac_a_sable"),
                *("cree_le", "expire_le", "revoquee_le", "dernier_usage_le"),
            ),
            _CLE,
        ),
        "cree_par_id": _AUTEUR,
    }

    class Meta:
        verbose_name = "clé d'accès"
        verbose_name_plural = "clés d'accès"
        ordering = ("-cree_le", "-id")
        constraints = (
            models.CheckConstraint(
                name="cle_expire_apres_sa_creation",
                condition=Q(expire_le__gt=F("cree_le")),
                violation_error_message="Une clé expire après sa création.",
            ),
            models.CheckConstraint(
                name="cle_avec_une_action",
                condition=Q(actions__len__gt=0),
                violation_error_message="Une clé permet au moins une action.",
            ),
        )

    def __str__(self) -> str:
        return self.nom


class Secret(models.Model):
    """One secret of a key, known by its hash alone; two are valid while one replaces the other."""

    cle = models.ForeignKey(Cle, on_delete=models.CASCADE, related_name="secrets", verbose_name="clé")
    emetteur = models.CharField("émetteur", max_length=2)
    empreinte = models.CharField("empreinte du secret", max_length=64, unique=True)
    cree_le = models.DateTimeField("créé le")
    expire_le = models.DateTimeField("expire le", null=True)

    classification: ClassVar[dict[str, dict[str, str]]] = {
        **dict.fromkeys(("id", "cle_id", "emetteur", "cree_le", "expire_le"), _CLE),
        "empreinte": _SECRET,
    }

    class Meta:
        verbose_name = "secret"
        ordering = ("-cree_le", "-id")

    def __str__(self) -> str:
        return f"secret de {self.cle_id}"


class Cadence(models.Model):
    """How many requests one subject (a key, an address) made in one window of time."""

    sujet = models.CharField("sujet", max_length=80)
    fenetre = models.DateTimeField("début de la fenêtre")
    compte = models.IntegerField("nombre de demandes", default=0)

    classification: ClassVar[dict[str, dict[str, str]]] = dict.fromkeys(("id", "sujet", "fenetre", "compte"), _CADENCE)

    class Meta:
        verbose_name = "cadence"
        constraints = (models.UniqueConstraint(fields=("sujet", "fenetre"), name="cadence_unique"),)

    def __str__(self) -> str:
        return f"{self.sujet} : {self.compte}"


class Certificat(models.Model):
    """An X.509 certificate bound to a key: it signs messages, or the InterOPS assertions of the authority `entite`.

    It is trusted because it was bound, not because an authority issued it: the key's owner chose it.
    """

    cle = models.ForeignKey(Cle, on_delete=models.CASCADE, related_name="certificats", verbose_name="clé")
    emetteur = models.CharField("émetteur", max_length=2)
    usage = models.CharField("usage", max_length=10, choices=Usage.choices, default=Usage.MESSAGE)
    entite = models.CharField("nom de l'autorité", max_length=255, blank=True, default="")
    empreinte = models.CharField("empreinte SHA-256", max_length=64)
    sujet = models.CharField("sujet", max_length=300)
    pem = models.TextField("certificat")
    debut = models.DateTimeField("valable du")
    fin = models.DateTimeField("valable jusqu'au")
    joint_le = models.DateTimeField("joint le")
    retire_le = models.DateTimeField("retiré le", null=True)

    classification: ClassVar[dict[str, dict[str, str]]] = dict.fromkeys(
        (
            *("id", "cle_id", "emetteur", "usage", "entite", "empreinte", "sujet", "pem"),
            *("debut", "fin", "joint_le", "retire_le"),
        ),
        _CLE,
    )

    class Meta:
        verbose_name = "certificat"
        ordering = ("-joint_le", "-id")
        constraints = (
            models.UniqueConstraint(
                name="certificat_sur_une_seule_cle",
                fields=("empreinte",),
                condition=Q(retire_le__isnull=True),
                violation_error_message="Ce certificat est déjà joint à une clé.",
            ),
            models.UniqueConstraint(
                name="certificat_une_autorite_par_nom",
                fields=("entite",),
                condition=Q(retire_le__isnull=True, usage="assertion"),
                violation_error_message="Une autorité de ce nom est déjà jointe à une clé.",
            ),
            models.CheckConstraint(
                name="certificat_autorite_nommee",
                condition=Q(usage="message", entite="") | (Q(usage="assertion") & ~Q(entite="")),
                violation_error_message="Une autorité d'assertions a un nom ; un certificat de messages n'en a pas.",
            ),
        )

    def __str__(self) -> str:
        return self.sujet
