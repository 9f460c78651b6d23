"""Loading and checking of the parameter files, one topic per file; a broken file is refused with its mend.

Shape of a file `<sujet>.yaml`:

    sujet: delais
    parametres:
      delai_execution.uo21:
        libelle: Délai d'exécution de l'UO2.1
        valeurs:
          - valeur: 6
            unite: mois
            debut: 2020-01-02
            fin: 2024-01-01        # optional, excluded
            clause: CCTP §1.2.6
            source: cctp-2019
            confiance: lu          # lu | décision | hypothèse
"""

from __future__ import annotations

import re
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

from cepage.fondations.regles.erreurs import FichierCasse
from cepage.fondations.regles.lecture_yaml import lire_yaml
from cepage.fondations.regles.parametres import Parametre, ValeurDatee
from cepage.fondations.regles.unites import UNITES, ValeurMalFormee, lire_date

CONFIANCES = ("lu", "décision", "hypothèse")
_CLE = re.compile(r"[a-z0-9_]+(\.[a-z0-9_]+)*")
_CLES_FICHIER = {"sujet", "parametres"}
_CLES_PARAMETRE = {"libelle", "valeurs"}
_CLES_OBLIGATOIRES = ("valeur", "unite", "debut", "clause", "source", "confiance")
_CLES_VALEUR = {*_CLES_OBLIGATOIRES, "fin"}


def lire_dossier(dossier: Path) -> dict[str, Parametre]:
    """Every parameter of the folder by its key; the same key in two files is refused."""
    parametres: dict[str, Parametre] = {}
    fichiers = sorted(dossier.glob("*.yaml"))
    if not fichiers:
        raise FichierCasse(dossier.name, "le dossier ne contient aucun fichier .yaml.", remede="Ajoutez-en un.")
    for chemin in fichiers:
        for parametre in lire_fichier(chemin):
            if parametre.cle in parametres:
                raise FichierCasse(
                    chemin.name,
                    f"la clé existe déjà dans « {parametres[parametre.cle].sujet}.yaml ».",
                    remede="Gardez-la dans un seul des deux fichiers.",
                    cle=parametre.cle,
                )
            parametres[parametre.cle] = parametre
    return parametres


def lire_fichier(chemin: Path) -> list[Parametre]:
    """Parameters of one topic; raises `FichierCasse` at the first defect."""
    nom = chemin.name
    contenu = lire_yaml(chemin)
    if not isinstance(contenu, dict):
        raise FichierCasse(nom, "le fichier est vide ou n'est pas une table.", remede="Écrivez sujet et parametres.")
    _cles_connues(nom, contenu, _CLES_FICHIER)
    sujet = contenu.get("sujet")
    if sujet != chemin.stem:
        raise FichierCasse(
            nom,
            f"le sujet « {sujet} » n'est pas le nom du fichier.",
            remede=f"Écrivez « sujet: {chemin.stem} ».",
            cle="sujet",
        )
    parametres = contenu.get("parametres")
    if not isinstance(parametres, dict) or not parametres:
        raise FichierCasse(
            nom, "aucun paramètre n'est écrit.", remede="Ajoutez au moins un paramètre.", cle="parametres"
        )
    return [_lire_parametre(nom, sujet, cle, corps) for cle, corps in parametres.items()]


def _cles_connues(nom: str, corps: dict[Any, Any], connues: set[str], *, cle: str = "", le: str = "") -> None:
    for trouvee in corps:
        if trouvee not in connues:
            raise FichierCasse(
                nom,
                f"la clé « {trouvee} » n'est pas connue ici.",
                remede=f"Corrigez-la ou retirez-la ; clés admises : {', '.join(sorted(connues))}.",
                cle=cle or str(trouvee),
                le=le,
            )


def _lire_parametre(nom: str, sujet: str, cle: Any, corps: Any) -> Parametre:
    if not isinstance(cle, str) or not _CLE.fullmatch(cle):
        raise FichierCasse(
            nom,
            "ce nom de paramètre n'est pas admis.",
            remede="Utilisez des minuscules sans accent, chiffres, « _ » et « . », ex. delai_execution.uo21.",
            cle=str(cle),
        )
    if not isinstance(corps, dict):
        raise FichierCasse(nom, "le paramètre est vide.", remede="Écrivez libelle et valeurs.", cle=cle)
    _cles_connues(nom, corps, _CLES_PARAMETRE, cle=cle)
    libelle = corps.get("libelle")
    if not isinstance(libelle, str) or not libelle.strip():
        raise FichierCasse(nom, "le libellé manque.", remede="Ajoutez « libelle: … ».", cle=cle)
    brutes = corps.get("valeurs")
    if not isinstance(brutes, list) or not brutes:
        raise FichierCasse(nom, "la liste des valeurs est vide.", remede="Ajoutez au moins une valeur datée.", cle=cle)
    valeurs = sorted((_lire_valeur(nom, cle, brute) for brute in brutes), key=lambda v: v.debut)
    for precedente, suivante in pairwise(valeurs):
        if precedente.fin is None or suivante.debut < precedente.fin:
            raise FichierCasse(
                nom,
                f"la période chevauche celle du {precedente.debut.isoformat()}.",
                remede=f"Écrivez « fin: {suivante.debut.isoformat()} » (jour exclu) dans la valeur du "
                f"{precedente.debut.isoformat()}, ou corrigez « debut ».",
                cle=cle,
                le=suivante.debut.isoformat(),
            )
    return Parametre(cle, libelle, sujet, tuple(valeurs))


def _lire_valeur(nom: str, cle: str, brute: Any) -> ValeurDatee:
    if not isinstance(brute, dict):
        raise FichierCasse(
            nom,
            "une valeur n'est pas une table.",
            remede=f"Écrivez {', '.join(_CLES_OBLIGATOIRES)}.",
            cle=cle,
        )
    le = str(brute.get("debut", ""))
    _cles_connues(nom, brute, _CLES_VALEUR, cle=cle, le=le)
    for obligatoire in _CLES_OBLIGATOIRES:
        present = brute.get(obligatoire)
        if present is None or present == "":
            raise FichierCasse(
                nom, f"« {obligatoire} » manque.", remede=f"Ajoutez « {obligatoire}: … ».", cle=cle, le=le
            )
    debut = _date_du_fichier(nom, cle, le, "debut", brute["debut"])
    fin = _date_du_fichier(nom, cle, le, "fin", brute["fin"]) if brute.get("fin") is not None else None
    if fin is not None and fin <= debut:
        raise FichierCasse(
            nom,
            f"la fin ({fin.isoformat()}) n'est pas après le début : la période serait vide.",
            remede="La fin est le premier jour où la valeur ne vaut plus ; écrivez un jour après le début.",
            cle=cle,
            le=le,
        )
    unite = brute["unite"]
    if unite not in UNITES:
        raise FichierCasse(
            nom,
            f"l'unité « {unite} » n'est pas connue.",
            remede=f"Unités admises : {', '.join(sorted(UNITES))}.",
            cle=cle,
            le=le,
        )
    if brute["confiance"] not in CONFIANCES:
        raise FichierCasse(
            nom,
            f"la confiance « {brute['confiance']} » n'est pas admise.",
            remede=f"Écrivez l'un de : {', '.join(CONFIANCES)}.",
            cle=cle,
            le=le,
        )
    for texte in ("clause", "source"):
        if not isinstance(brute[texte], str) or not brute[texte].strip():
            raise FichierCasse(
                nom, f"« {texte} » n'est pas un texte.", remede=f"Écrivez « {texte}: … ».", cle=cle, le=le
            )
    try:
        valeur = UNITES[unite](brute["valeur"])
    except ValeurMalFormee as erreur:
        raise FichierCasse(nom, f"valeur refusée, {erreur.message}", remede=erreur.remede, cle=cle, le=le) from erreur
    return ValeurDatee(valeur, unite, debut, fin, brute["clause"], brute["source"], brute["confiance"])


def _date_du_fichier(nom: str, cle: str, le: str, champ: str, brut: Any) -> date:
    try:
        return lire_date(brut)
    except ValeurMalFormee as erreur:
        raise FichierCasse(nom, f"« {champ} » : {erreur.message}", remede=erreur.remede, cle=cle, le=le) from erreur
