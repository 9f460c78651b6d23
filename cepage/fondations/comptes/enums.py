"""The roles, the natures of organisation and the choices that go with them."""

from django.db import models


class Nature(models.TextChoices):
    """What an organisation is in the framework contract."""

    ACHETEUR = "acheteur", "Acheteur"
    OPERATEUR = "operateur", "Opérateur"
    CABINET = "cabinet", "Cabinet de contrôle"
    MEDIATEUR = "mediateur", "Médiateur"


class Role(models.TextChoices):
    """What a person does; a person may hold several, each over its own lots and period."""

    CONSEILLER = "conseiller", "Conseiller"
    CHARGE_INFORMATION = "charge_information", "Chargé d'information"
    MANAGER = "manager", "Manager"
    DIRECTEUR_PROJET = "directeur_projet", "Directeur de projet"
    REFERENT = "referent", "Référent"
    SUPERVISEUR = "superviseur", "Superviseur"
    GESTIONNAIRE = "gestionnaire", "Gestionnaire financier"
    ADMINISTRATEUR = "administrateur", "Administrateur"
    CONTROLEUR = "controleur", "Contrôleur"
    MEDIATEUR = "mediateur", "Médiateur"
    AUDITEUR = "auditeur", "Auditeur"


NATURES_DU_ROLE: dict[Role, Nature] = {
    Role.CONSEILLER: Nature.OPERATEUR,
    Role.CHARGE_INFORMATION: Nature.OPERATEUR,
    Role.MANAGER: Nature.OPERATEUR,
    Role.DIRECTEUR_PROJET: Nature.OPERATEUR,
    Role.REFERENT: Nature.ACHETEUR,
    Role.SUPERVISEUR: Nature.ACHETEUR,
    Role.GESTIONNAIRE: Nature.ACHETEUR,
    Role.ADMINISTRATEUR: Nature.ACHETEUR,
    Role.CONTROLEUR: Nature.CABINET,
    Role.MEDIATEUR: Nature.MEDIATEUR,
    Role.AUDITEUR: Nature.CABINET,
}
