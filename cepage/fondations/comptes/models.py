"""Organisations, people and the roles they hold; no table here carries an operator's activity."""

from datetime import date
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from cepage.fondations.comptes.enums import Nature, Role
from cepage.fondations.socle.classification import colonne

_CODE_LOT = RegexValidator(r"^[0-9]{2}$", "Un lot s'écrit avec deux chiffres, par exemple 08.")
_CODE_EMETTEUR = RegexValidator(
    r"^[0-9A-Z]{2}$", "Un code d'émetteur a deux caractères : chiffres ou lettres majuscules, par exemple 8A."
)


_ORGANISATION = colonne("décrire les parties au marché", "publique", "marché + 10 ans", "jamais")
_COMPTE = colonne("ouvrir une session", "personnelle", "durée du compte + 1 an", "avec le compte")
_ROLE = colonne("décider des droits, en garder la preuve", "personnelle", "rôle + 6 ans", "avec le compte")


class Organisation(models.Model):
    """A party to the framework contract; an operator also has the emitter code it declares with."""

    nom = models.CharField("nom", max_length=200, unique=True)
    nature = models.CharField("nature", max_length=20, choices=Nature.choices)
    code_emetteur = models.CharField(
        "code d'émetteur", max_length=2, unique=True, null=True, blank=True, validators=[_CODE_EMETTEUR]
    )
    lots = ArrayField(
        models.CharField(max_length=2, validators=[_CODE_LOT]), verbose_name="lots", default=list, blank=True
    )

    classification: ClassVar[dict[str, dict[str, str]]] = dict.fromkeys(
        ("id", "nom", "nature", "code_emetteur", "lots"), _ORGANISATION
    )

    class Meta:
        """Only an operator declares, so only an operator has a code."""

        verbose_name = "organisation"
        ordering = ("nom",)
        constraints = (
            models.CheckConstraint(
                name="organisation_code_emetteur",
                condition=Q(nature=Nature.OPERATEUR, code_emetteur__isnull=False)
                | (~Q(nature=Nature.OPERATEUR) & Q(code_emetteur__isnull=True)),
                violation_error_message=(
                    "Un opérateur a un code d'émetteur, une autre organisation n'en a pas. "
                    "Indiquez le code, ou changez la nature."
                ),
            ),
        )

    def __str__(self) -> str:
        return self.nom


class PersonneManager(BaseUserManager["Personne"]):
    """Creates people; e-mail addresses are kept in lower case."""

    def create_user(self, email: str, password: str | None = None, **champs: Any) -> "Personne":
        """A person who logs in with `email`; without `password`, none works until it is set by e-mail."""
        if not email:
            raise ValueError("Une personne a besoin d'une adresse de courriel pour se connecter.")
        personne = self.model(email=email.strip().lower(), **champs)
        personne.set_password(password)
        personne.save(using=self._db)
        return personne

    def get_by_natural_key(self, username: str | None) -> "Personne":
        """Find by e-mail address, whatever its case."""
        return self.get(email=(username or "").strip().lower())


class Personne(AbstractBaseUser):
    """Someone who logs in, by e-mail address."""

    email = models.EmailField("adresse de courriel", unique=True)
    prenom = models.CharField("prénom", max_length=100)
    nom = models.CharField("nom", max_length=100)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="personnes", verbose_name="organisation"
    )
    is_active = models.BooleanField("compte ouvert", default=True)
    demonstration = models.BooleanField("compte de démonstration", default=False)
    cree_le = models.DateTimeField("créé le", auto_now_add=True)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["prenom", "nom", "organisation"]

    objects: ClassVar[PersonneManager] = PersonneManager()

    classification: ClassVar[dict[str, dict[str, str]]] = dict.fromkeys(
        (
            *("id", "password", "last_login", "email", "prenom", "nom", "organisation_id"),
            *("is_active", "demonstration", "cree_le"),
        ),
        _COMPTE,
    )

    class Meta:
        """People, by name."""

        verbose_name = "personne"
        ordering = ("nom", "prenom")
        constraints = (
            models.CheckConstraint(
                name="personne_email_minuscule",
                condition=Q(email=Lower("email")),
                violation_error_message="Écrivez l'adresse de courriel en minuscules.",
            ),
        )

    def __str__(self) -> str:
        return self.nom_complet

    @property
    def nom_complet(self) -> str:
        """First name then name."""
        return f"{self.prenom} {self.nom}".strip()


class Attribution(models.Model):
    """A role held by a person over `lots` (none listed: those of the organisation) during [debut, fin)."""

    personne = models.ForeignKey(
        Personne, on_delete=models.CASCADE, related_name="attributions", verbose_name="personne"
    )
    role = models.CharField("rôle", max_length=20, choices=Role.choices)
    lots = ArrayField(
        models.CharField(max_length=2, validators=[_CODE_LOT]), verbose_name="lots", default=list, blank=True
    )
    debut = models.DateField("premier jour")
    fin = models.DateField("premier jour sans le rôle", null=True, blank=True)

    classification: ClassVar[dict[str, dict[str, str]]] = dict.fromkeys(
        ("id", "personne_id", "role", "lots", "debut", "fin"), _ROLE
    )

    class Meta:
        """One running period per person, role and first day."""

        verbose_name = "attribution de rôle"
        verbose_name_plural = "attributions de rôle"
        ordering = ("personne", "role", "debut")
        constraints = (
            models.UniqueConstraint(
                name="attribution_unique",
                fields=("personne", "role", "debut"),
                violation_error_message="Cette personne a déjà ce rôle à partir de ce jour.",
            ),
            models.CheckConstraint(
                name="attribution_periode",
                condition=Q(fin__isnull=True) | Q(fin__gt=F("debut")),
                violation_error_message="La fin du rôle doit venir après son premier jour.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.personne} : {self.get_role_display()}"

    @classmethod
    def en_vigueur(cls, le: date) -> "models.QuerySet[Attribution]":
        """Those of the day `le`; `debut` is included, `fin` is not."""
        return cls.objects.filter(Q(debut__lte=le) & (Q(fin__isnull=True) | Q(fin__gt=le)))
