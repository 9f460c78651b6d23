"""Profiles of a team, fields of experience, degrees of a competence."""

from django.db import models

from cepage.fondations.regles.qualification import Domaine


class Profil(models.TextChoices):
    """The profiles the contract asks for (CCTP §3.1)."""

    CONSEILLER = "conseiller", "Conseiller"
    EXPERT = "expert", "Conseiller expert en ingénierie de parcours"
    CHARGE_INFORMATION = "charge_information", "Chargé d'information"
    MANAGER = "manager", "Manager"


class DomaineExperience(models.TextChoices):
    """The field of an experience."""

    INSERTION = Domaine.INSERTION.value, "Insertion professionnelle"
    TRANSITIONS = Domaine.TRANSITIONS.value, "Accompagnement des transitions professionnelles"


class Degre(models.TextChoices):
    """How far a competence is held."""

    A_DEVELOPPER = "a_developper", "À développer"
    TENUE = "tenue", "Tenue"
    TRANSMISE = "transmise", "Peut la transmettre"
