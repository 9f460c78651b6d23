"""States of a deposit."""

from django.db import models


class Etat(models.TextChoices):
    """From the first byte to the receipt."""

    OUVERT = "ouvert", "Des octets sont attendus"
    EN_ATTENTE = "en_attente", "Complet, en attente de contrôle"
    TRAITE = "traite", "Contrôlé : l'accusé est prêt"
    DEJA = "deja_recu", "Déjà reçu : l'accusé est le même"
    AILLEURS = "recu_d_un_autre", "Déjà reçu d'un autre opérateur"
    CLE_REUTILISEE = "cle_reutilisee", "Clé d'idempotence déjà prise par un autre envoi"
    INTERROMPU = "interrompu", "Le contrôle s'est interrompu : rien n'est entré"
