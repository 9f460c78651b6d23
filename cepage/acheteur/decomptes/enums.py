"""The states of a décompte, the natures of its lines, why a unit is paid or not."""

from django.db import models


class Etat(models.TextChoices):
    """How far a décompte has gone; only a frozen one never changes again."""

    PROVISOIRE = "provisoire", "Provisoire"
    PROPOSE = "propose", "Proposé à l'opérateur"
    ACCEPTE = "accepte", "Accepté par l'opérateur"
    FIGE = "fige", "Figé sous le procès-verbal"


class Nature(models.TextChoices):
    """What a line is."""

    UNITE = "unite", "Unité close"
    CORRECTION = "correction", "Correction d'un décompte figé"
    REFACTION = "refaction", "Réfaction"


class Motif(models.TextChoices):
    """Why a line has its amount."""

    PAYABLE = "payable", "À payer"
    ABANDON = "abandon", "Close par abandon"
    LIVRABLE_ATTENDU = "livrable_attendu", "Livrable attendu"
    SANS_COMMANDE = "sans_commande", "Bon de commande inconnu"
    HORS_VOLUME = "hors_volume", "Au-delà du volume du bon"
    EN_CONTROLE = "en_controle", "Non-conformité pas encore définitive"
    SANS_PRIX = "sans_prix", "Aucun prix ce jour-là"
    NON_CONFORME = "non_conforme", "Non-conformité définitive"
    NON_CONFORMITE_LEVEE = "nc_levee", "Non-conformité levée"
    VERSION_CHANGEE = "version_changee", "La fiche a changé depuis"


class Origine(models.TextChoices):
    """Where an invoice comes from."""

    GENEREE = "generee", "Faite d'après le décompte"
    DEPOSEE = "deposee", "Déposée par l'opérateur"


class EtatFacture(models.TextChoices):
    """How far an invoice has gone towards its payment."""

    RECUE = "recue", "Reçue"
    VALIDEE = "validee", "Validée"
    REJETEE = "rejetee", "Rejetée"
    MISE_EN_PAIEMENT = "mise_en_paiement", "Mise en paiement"
    PAYEE = "payee", "Payée"


SIGNES: dict[str, tuple[str, str]] = {
    Etat.PROVISOIRE: ("◷", "info"),
    Etat.PROPOSE: ("→", "new"),
    Etat.ACCEPTE: ("✓", "success"),
    Etat.FIGE: ("■", "success"),
}
"""State → sign and colour: never colour alone."""

REMEDES: dict[str, str] = {
    Motif.ABANDON: "Une unité close par abandon n'a pas de livrable : elle n'est pas payée.",
    Motif.LIVRABLE_ATTENDU: "Elle sera payée au décompte qui suit l'arrivée de son livrable.",
    Motif.SANS_COMMANDE: "Sa référence ne mène à aucun bon : émettez-le, ou corrigez la fiche.",
    Motif.HORS_VOLUME: "Un avenant ou un autre bon doit la couvrir.",
    Motif.EN_CONTROLE: "Elle attend la fin de la contestation.",
    Motif.SANS_PRIX: "Importez le prix du lot pour ce jour.",
}
"""What each unpaid unit waits for."""
