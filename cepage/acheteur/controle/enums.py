"""The states of a control, what is found, who signs."""

from django.db import models


class Etat(models.TextChoices):
    """Where a sampled file stands."""

    TIREE = "tiree", "Tirée"
    EN_CONTROLE = "en_controle", "En contrôle"
    CONFORME = "conforme", "Conforme"
    NON_CONFORME = "non_conforme", "Non conforme"
    CONTESTEE = "contestee", "Contestée"
    MAINTENUE = "maintenue", "Non-conformité maintenue"
    LEVEE = "levee", "Non-conformité levée"
    DEFINITIVE = "definitive", "Définitive"


SIGNES: dict[str, tuple[str, str]] = {
    Etat.TIREE: ("○", "info"),
    Etat.EN_CONTROLE: ("◐", "info"),
    Etat.CONFORME: ("✓", "success"),
    Etat.NON_CONFORME: ("✗", "error"),
    Etat.CONTESTEE: ("?", "warning"),
    Etat.MAINTENUE: ("✗", "error"),
    Etat.LEVEE: ("✓", "success"),
    Etat.DEFINITIVE: ("■", "new"),
}
"""State → sign and colour of its badge: never colour alone."""


class Verdict(models.TextChoices):
    """What a reading finds: of a point of the grid (the three), of the whole file (the first two)."""

    CONFORME = "conforme", "Conforme"
    NON_CONFORME = "non_conforme", "Non conforme"
    SANS_OBJET = "sans_objet", "Sans objet"


class Genre(models.TextChoices):
    """The reading that decides, and the blind second one."""

    CONTROLE = "controle", "Contrôle"
    SURCONTROLE = "surcontrole", "Surcontrôle"


class Partie(models.TextChoices):
    """Who signs a procès-verbal."""

    ACHETEUR = "acheteur", "France compétences"
    OPERATEUR = "operateur", "Opérateur"
