"""How an appointment is held, where it stands, why it was cancelled or missed."""

from django.db import models


class Mode(models.TextChoices):
    """How an individual appointment is held; the values are those of the contract's list `mode_contact`."""

    PRESENTIEL = "PRESENTIEL", "Sur place"
    TELEPHONE = "TELEPHONE", "Par téléphone"
    VISIO = "VISIO", "En visioconférence"


class Genre(models.TextChoices):
    """One person, or a group."""

    INDIVIDUEL = "individuel", "Individuel"
    COLLECTIF = "collectif", "Atelier collectif"


class EtatRendezVous(models.TextChoices):
    """An appointment holds its time until it is cancelled."""

    PREVU = "prevu", "Prévu"
    ANNULE = "annule", "Annulé"


class EtatParticipation(models.TextChoices):
    """Where one person stands in an appointment."""

    PREVUE = "prevue", "Prévu"
    HONOREE = "honoree", "Venu"
    MANQUEE = "manquee", "Absent"
    ANNULEE = "annulee", "Annulé"


class MotifAnnulation(models.TextChoices):
    """Who cancels."""

    PERSONNE = "PERSONNE", "À la demande de la personne"
    CONSEILLER = "CONSEILLER", "Conseiller indisponible"
    SITE = "SITE", "Site fermé"
    ERREUR = "ERREUR", "Pris par erreur"


class MotifAbsence(models.TextChoices):
    """Why the person did not come; says nothing of their life."""

    SANS_NOUVELLES = "SANS_NOUVELLES", "Sans nouvelles"
    EMPECHEMENT = "EMPECHEMENT", "A prévenu trop tard pour déplacer"
    ERREUR = "ERREUR", "S'est trompée de jour, d'heure ou de lieu"
    ACCES = "ACCES", "N'a pas pu venir ou se connecter"


class MotifIndisponibilite(models.TextChoices):
    """Why nobody can be received; never a health reason."""

    CONGE = "CONGE", "Congé"
    FORMATION = "FORMATION", "Formation"
    REUNION = "REUNION", "Réunion"
    FERMETURE = "FERMETURE", "Site fermé"
    AUTRE = "AUTRE", "Autre"


class Acces(models.TextChoices):
    """Access of a site to people with reduced mobility."""

    COMPLET = "COMPLET", "Accessible"
    PARTIEL = "PARTIEL", "Accessible avec une aide"
    NON = "NON", "Non accessible"
    INCONNU = "INCONNU", "Non renseigné"


class Jour(models.IntegerChoices):
    """Days of the week, ISO."""

    LUNDI = 1, "Lundi"
    MARDI = 2, "Mardi"
    MERCREDI = 3, "Mercredi"
    JEUDI = 4, "Jeudi"
    VENDREDI = 5, "Vendredi"
    SAMEDI = 6, "Samedi"
    DIMANCHE = 7, "Dimanche"


class GenreMessage(models.TextChoices):
    """What a message about an appointment says."""

    CONFIRMATION = "confirmation", "Confirmation"
    DEPLACEMENT = "deplacement", "Changement"
    ANNULATION = "annulation", "Annulation"
    RAPPEL = "rappel", "Rappel"
