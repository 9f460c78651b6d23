"""Columns of the operator's tables made from the contract: a field of a fiche has one declaration, the contract's.

An absent text is empty, an absent date or yes/no is null, an absent list is empty.
"""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models

from cepage.echanges.contrat.fiches import FICHES
from cepage.echanges.contrat.modele import Champ, Sensibilite, TypeChamp
from cepage.fondations.socle.classification import colonne

PERSONNE = (
    "hypothèse : 24 mois après la dernière clôture, préavis de 30 jours, puis archive à accès restreint pendant 10 ans"
)
EFFACE = "effacé au terme, ou sur demande fondée"
_VIDE = "vidé au terme de l'archive ; seuls les comptes agrégés restent"
_JAMAIS = "jamais : ne dit rien d'une personne"
_LONGUEUR = 60

PAR_SENSIBILITE: dict[Sensibilite, dict[str, str]] = {
    Sensibilite.TECHNIQUE: colonne("tenir le dossier", "interne", PERSONNE, _JAMAIS),
    Sensibilite.PSEUDONYME: colonne("relier les actes d'une même personne", "personnelle", PERSONNE, EFFACE),
    Sensibilite.NIR: colonne("éviter les doubles comptes quand un texte l'autorise", "sensible", PERSONNE, EFFACE),
    Sensibilite.IDENTITE: colonne("reconnaître la personne", "personnelle", PERSONNE, EFFACE),
    Sensibilite.CONTACT: colonne("joindre la personne", "personnelle", PERSONNE, EFFACE),
    Sensibilite.PROFESSIONNEL: colonne("conseiller la personne selon sa situation", "personnelle", PERSONNE, _VIDE),
    Sensibilite.SANTE: colonne("adapter l'accueil et l'orientation", "sensible", PERSONNE, EFFACE),
    Sensibilite.MARCHE: colonne("rattacher l'acte au marché", "interne", PERSONNE, _JAMAIS),
    Sensibilite.PARCOURS: colonne("suivre l'accompagnement", "personnelle", PERSONNE, _VIDE),
    Sensibilite.PARCOURS_LIBRE: colonne("décrire le service rendu", "sensible", PERSONNE, EFFACE),
}


def du_contrat(fiche: str, nom: str) -> Any:
    """The model field that keeps the field `nom` of a fiche."""
    declare = FICHES[fiche].champ(nom)
    if declare.multiple:
        return ArrayField(_simple(declare), verbose_name=declare.libelle, default=list, blank=True)
    return _simple(declare)


def _simple(declare: Champ) -> "models.Field[Any, Any]":
    commun: dict[str, Any] = {"verbose_name": declare.libelle, "blank": True}
    match declare.type:
        case TypeChamp.DATE:
            return models.DateField(null=True, **commun)
        case TypeChamp.ENTIER:
            return models.IntegerField(null=True, **commun)
        case TypeChamp.BOOLEEN:
            return models.BooleanField(null=not declare.multiple, **commun)
    if declare.longueur_max and declare.longueur_max > 1000:
        return models.TextField(default="", max_length=declare.longueur_max, **commun)
    return models.CharField(default="", max_length=declare.longueur_max or _LONGUEUR, **commun)


def classees(fiche: str, *noms: str) -> dict[str, dict[str, str]]:
    """The classification of these fields of a fiche, as the contract's sensitivity gives it."""
    return {nom: PAR_SENSIBILITE[FICHES[fiche].champ(nom).sensibilite] for nom in noms}


def texte(valeur: object) -> str:
    """A value as the contract writes it: dates in ISO, yes/no as O/N, several values separated by a bar."""
    if isinstance(valeur, (list, tuple)):
        return "|".join(texte(v) for v in valeur)
    if isinstance(valeur, bool):
        return "O" if valeur else "N"
    return "" if valeur is None else str(valeur)
