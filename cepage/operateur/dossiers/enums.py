"""States of a unit, kinds of events of a dossier."""

from django.db import models


class Etat(models.TextChoices):
    """State of a unit of work."""

    OUVERTE = "ouverte", "Ouverte"
    CLOSE = "close", "Close"
    ABANDONNEE = "abandonnee", "Réputée abandonnée"
    ANNULEE = "annulee", "Annulée"


class UO(models.TextChoices):
    """Units of interaction of the 2020-2023 market, as the fiches code them."""

    UO0 = "00", "UO0"
    UO1 = "01", "UO1"
    UO21 = "21", "UO2.1"
    UO22 = "22", "UO2.2"


class GenreEtape(models.TextChoices):
    """Steps of a course outside the units: the démissionnaire path, the PTP, the CPF."""

    CPIR_DEPOT = "CPIR_DEPOT", "Dossier déposé à la CPIR (démissionnaire)"
    CPIR_AVIS = "CPIR_AVIS", "Avis de la CPIR reçu"
    DEMISSION = "DEMISSION", "Démission remise à l'employeur"
    PTP_DEPOT = "PTP_DEPOT", "Dossier de projet de transition professionnelle déposé"
    PTP_DECISION = "PTP_DECISION", "Décision de Transitions Pro reçue"
    ATTESTATION = "ATTESTATION", "Attestation de suivi remise à la personne"
    C2P = "C2P", "Attestation de compte professionnel de prévention"
    ABONDEMENT_CPF = "ABONDEMENT_CPF", "Abondement du CPF déclaré"
    EVENEMENT = "EVENEMENT", "Rencontre hors les murs"


class TypeCourriel(models.TextChoices):
    """The three mails that prove an UO2.2, as the contract codes its livrables."""

    ENGAGEMENT = "COURRIEL_ENGAGEMENT", "Courriel d'engagement"
    REPONSE = "REPONSE_BENEFICIAIRE", "Réponse de la personne"
    CLOTURE = "COURRIEL_CLOTURE", "Courriel de clôture"


class SortDuRecu(models.TextChoices):
    """What became of a message found in the mailbox."""

    A_RATTACHER = "a_rattacher", "À rattacher"
    RATTACHE = "rattache", "Rattaché"
    ECARTE = "ecarte", "Écarté"
