"""Why each column of the register is kept, how sensitive it is, for how long, how it is erased.

All comes from the class the contract gives to the field; only what every version carries is written here.
"""

from collections.abc import Mapping

from cepage.acheteur.registre.models import TABLES, champs_propres
from cepage.echanges.contrat.fiches import FICHES
from cepage.echanges.contrat.modele import Sensibilite
from cepage.fondations.socle.classification import classer, colonne

Classe = Mapping[str, str]

PERSONNE = (
    "hypothèse : 24 mois après la dernière clôture, préavis de 30 jours, puis archive à accès restreint pendant 10 ans"
)
MARCHE = "durée du marché + 10 ans"
EFFACE = "effacé de toutes les versions au terme, ou sur demande fondée ; l'empreinte du contenu reste au journal"
PSEUDONYME = "pseudonyme remplacé par un numéro sans lien au terme de l'archive"
VIDE = "effacé avec l'archive ; seuls les comptes agrégés restent"
JAMAIS = "jamais : ne dit rien d'une personne"

PAR_SENSIBILITE: dict[Sensibilite, Classe] = {
    Sensibilite.TECHNIQUE: colonne("ordonner les versions d'une fiche", "interne", MARCHE, JAMAIS),
    Sensibilite.PSEUDONYME: colonne("relier les fiches d'une même personne", "personnelle", PERSONNE, PSEUDONYME),
    Sensibilite.NIR: colonne("éviter les doubles comptes quand un texte l'autorise", "sensible", PERSONNE, EFFACE),
    Sensibilite.IDENTITE: colonne(
        "reconnaître la personne et le double accompagnement", "personnelle", PERSONNE, EFFACE
    ),
    Sensibilite.CONTACT: colonne("joindre la personne pour l'enquête ou le contrôle", "personnelle", PERSONNE, EFFACE),
    Sensibilite.PROFESSIONNEL: colonne("mesurer à qui profite le service", "personnelle", PERSONNE, VIDE),
    Sensibilite.SANTE: colonne("mesurer l'accès des personnes handicapées au service", "sensible", PERSONNE, EFFACE),
    Sensibilite.MARCHE: colonne("commander, contrôler et payer le service", "interne", MARCHE, JAMAIS),
    Sensibilite.PARCOURS: colonne("contrôler le service fait et le mesurer", "personnelle", PERSONNE, VIDE),
    Sensibilite.PARCOURS_LIBRE: colonne("contrôler le service fait", "sensible", PERSONNE, EFFACE),
}

_TRACE = colonne("retrouver l'envoi, le fichier et la ligne d'où vient la version", "interne", MARCHE, JAMAIS)
_DUREE = colonne("dire ce qui était connu à une date", "interne", MARCHE, JAMAIS)
_PREUVE = colonne("prouver le contenu reçu", "interne", MARCHE, JAMAIS)
_IDENTITE = colonne("reconnaître le double accompagnement sans lire l'identité", "personnelle", PERSONNE, EFFACE)

# What every version carries, whatever its fiche. The key may hold the pseudonym of a person.
_COMMUNES: dict[str, Classe] = {
    **dict.fromkeys(("id", "emetteur", "recu_le", "envoi", "fichier", "ligne"), _TRACE),
    **dict.fromkeys(("connu_de", "connu_jusqu_a"), _DUREE),
    "cle": PAR_SENSIBILITE[Sensibilite.PSEUDONYME],
    "lot": PAR_SENSIBILITE[Sensibilite.MARCHE],
    "nature": PAR_SENSIBILITE[Sensibilite.TECHNIQUE],
    "horodatage": PAR_SENSIBILITE[Sensibilite.TECHNIQUE],
    "empreinte": _PREUVE,
}


def classer_le_registre() -> None:
    """Give every column of every table of the register its classification; called once at start-up."""
    for nom, fiche in FICHES.items():
        propres = {champ.nom: PAR_SENSIBILITE[champ.sensibilite] for champ in champs_propres(fiche)}
        identite = {"identite": _IDENTITE} if nom == "beneficiaire" else {}
        classer(TABLES[nom], {**_COMMUNES, **propres, **identite})
