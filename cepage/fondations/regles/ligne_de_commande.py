"""The rules on the command line, and their JSON-able entry points.

    cepage regles echeance --uo 21 --engagement 2020-08-31 [--engagement-uo21 DATE] --marche A --format json
    cepage regles aiguillage --faits FICHIER.json --format json
    cepage regles parametre delai_execution.uo21 --le 2020-08-31

Exit codes: 0 done, 2 refused input, 3 could not run. JSON goes to stdout, error sentences to stderr.
"""

from __future__ import annotations

import argparse
import json
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cepage.fondations.regles.aiguillage import Faits, age_le, choisir, faits_des_codes, orienter
from cepage.fondations.regles.delais import avertissements, echeance, origine_du_delai
from cepage.fondations.regles.erreurs import ErreurRegles, FichierCasse
from cepage.fondations.regles.parametres import Regles, charger_marche

if TYPE_CHECKING:
    Sousparseurs = argparse._SubParsersAction[argparse.ArgumentParser]

CODE_FAIT = 0
CODE_REFUSE = 2
CODE_IMPOSSIBLE = 3

_CODES = {
    "statuts": 'liste de codes de statut, ex. ["CDI"]',
    "categorie_sociale": "code de catégorie sociale, 1 à 6 ou NSP",
    "handicap": "code NON, RQTH, AUTRE_BOE, EN_COURS ou NSP",
    "lot": 'code du lot, ex. "08"',
    "date": "jour de la demande, AAAA-MM-JJ",
}
_AGE = {"date_naissance": "AAAA-MM-JJ", "age": "âge en années révolues, à la place de date_naissance"}
_OPTIONS = {
    "marche": "code du marché, A par défaut",
    "choix": "opérateur choisi par la personne (code d'aiguillage)",
}
_CATEGORIES = ("1", "2", "3", "4", "5", "6", "NSP")
_HANDICAPS = ("NON", "RQTH", "AUTRE_BOE", "EN_COURS", "NSP")
_FAITS = tuple(nom for nom in Faits.__dataclass_fields__ if nom != "date")

AIDE_FAITS = (
    "Clés attendues : "
    + " ; ".join(f"{cle} ({sens})" for cle, sens in {**_CODES, **_AGE, **_OPTIONS}.items())
    + ". Autre forme : date, et un vrai/faux (true, false) pour chacun de : "
    + ", ".join(_FAITS)
    + "."
)


def _date(brut: Any, quoi: str) -> date:
    if isinstance(brut, date):
        return brut
    try:
        if isinstance(brut, str) and len(brut) == 10:
            return date.fromisoformat(brut)
    except ValueError:
        pass
    raise ErreurRegles(f"« {brut} » n'est pas une date ({quoi}).", remede="Écrivez-la AAAA-MM-JJ, ex. 2020-08-31.")


def cas_echeance(
    uo: str, engagement: date | str, engagement_uo21: date | str | None = None, marche: str = "A"
) -> dict[str, Any]:
    """Deadline of a unit as a JSON-able dict.

    Keys: uo, marche, engagement, engagement_uo21, origine (day the delay counts from), delai {valeur, unite},
    echeance (last day included, null without delay), premier_jour_de_cloture_automatique, avertissements
    (dates of the reminders), clause, confiance. Raises `ErreurRegles` on refused input.
    """
    regles = charger_marche(marche)
    jour = _date(engagement, "engagement")
    jour_uo21 = None if engagement_uo21 is None else _date(engagement_uo21, "engagement de l'UO2.1")
    fin = echeance(uo, jour, regles=regles, date_engagement_uo21=jour_uo21)
    origine = origine_du_delai(uo, jour, regles=regles, date_engagement_uo21=jour_uo21)
    delai = regles.valeur_datee(f"delai_execution.uo{uo}", le=jour)
    rappels = avertissements(fin, date_engagement=jour, regles=regles) if fin is not None else ()
    lendemain = date.fromordinal(fin.toordinal() + 1) if fin is not None else None
    return {
        "uo": uo,
        "marche": marche,
        "engagement": jour.isoformat(),
        "engagement_uo21": jour_uo21.isoformat() if jour_uo21 else None,
        "origine": origine.isoformat(),
        "delai": {"valeur": delai.valeur, "unite": delai.unite},
        "echeance": fin.isoformat() if fin is not None else None,
        "premier_jour_de_cloture_automatique": lendemain.isoformat() if lendemain else None,
        "avertissements": [{"le": a.le.isoformat(), "jours": a.jours} for a in rappels],
        "clause": delai.clause,
        "confiance": delai.confiance,
    }


def cas_aiguillage(faits: dict[str, Any]) -> dict[str, Any]:
    """Orientation of a person as a JSON-able dict, from codes or from true/false facts (see `AIDE_FAITS`).

    Codes: statuts (list), categorie_sociale, handicap, date_naissance or age, lot, date; optional: marche,
    choix. Facts: date and a boolean for every field of `Faits`. Result keys: operateur, libelle, raison,
    phrase, autres [{operateur, libelle, raison}], choix_de_la_personne, faits, reserves, clause, confiance,
    ligne.
    Raises `ErreurRegles`, in French, for a missing or unknown key and for an unknown code.
    """
    if not isinstance(faits, dict):
        raise ErreurRegles("Les faits ne sont pas un objet JSON.", remede=AIDE_FAITS)
    faits = _noms_du_contrat(faits)
    directs = [nom for nom in _FAITS if nom in faits]
    # "handicap" belongs to both forms: a boolean means facts, a text means a code.
    if directs == ["handicap"] and not isinstance(faits["handicap"], bool):
        directs = []
    en_faits = bool(directs) and "statuts" not in faits
    attendues = {*_FAITS, "date", *_OPTIONS} if en_faits else {*_CODES, *_AGE, *_OPTIONS}
    inconnues = sorted(str(cle) for cle in faits if cle not in attendues)
    if inconnues:
        raise ErreurRegles(f"Fait inconnu : {', '.join(inconnues)}.", remede=AIDE_FAITS)
    marche = faits.get("marche", "A")
    if not isinstance(marche, str):
        raise ErreurRegles("Le marché n'est pas un texte.", remede=AIDE_FAITS)
    regles = charger_marche(marche)
    reserves: list[str] = []
    lus = _faits_directs(faits) if en_faits else _faits_codes(faits, regles, reserves)
    orientation = orienter(lus, regles=regles)
    if faits.get("choix") is not None:
        orientation = choisir(orientation, str(faits["choix"]))
    return {
        "operateur": orientation.operateur,
        "libelle": orientation.libelle,
        "raison": orientation.raison,
        "phrase": orientation.phrase,
        "autres": [{"operateur": a.operateur, "libelle": a.libelle, "raison": a.raison} for a in orientation.autres],
        "choix_de_la_personne": orientation.choix_de_la_personne,
        "faits": lus.booleens(),
        "reserves": reserves,
        "clause": orientation.clause,
        "confiance": orientation.confiance,
        "ligne": orientation.ligne,
    }


def _manquants(absents: list[str]) -> ErreurRegles:
    return ErreurRegles(f"Fait manquant : {', '.join(absents)}.", remede=AIDE_FAITS)


def _noms_du_contrat(faits: dict[str, Any]) -> dict[str, Any]:
    """The facts with `statut`, as the exchange contract names it (a list, or codes joined by « | »), as `statuts`."""
    if "statut" not in faits or "statuts" in faits:
        return faits
    statut = faits["statut"]
    autres = {cle: valeur for cle, valeur in faits.items() if cle != "statut"}
    return {**autres, "statuts": statut.split("|") if isinstance(statut, str) else statut}


def _faits_directs(faits: dict[str, Any]) -> Faits:
    absents = [nom for nom in ("date", *_FAITS) if nom not in faits]
    if absents:
        raise _manquants(absents)
    for nom in _FAITS:
        if not isinstance(faits[nom], bool):
            raise ErreurRegles(f"« {nom} » n'est ni true ni false.", remede=AIDE_FAITS)
    return Faits(date=_date(faits["date"], "date"), **{nom: faits[nom] for nom in _FAITS})


def _faits_codes(faits: dict[str, Any], regles: Regles, reserves: list[str]) -> Faits:
    absents = [cle for cle in _CODES if faits.get(cle) in (None, "", [])]
    if all(faits.get(cle) is None for cle in _AGE):
        absents.append("date_naissance ou age")
    if absents:
        raise _manquants(absents)
    le = _date(faits["date"], "date")
    statuts = faits["statuts"]
    if not isinstance(statuts, list) or not all(isinstance(s, str) for s in statuts):
        raise ErreurRegles("« statuts » n'est pas une liste de codes.", remede=AIDE_FAITS)
    categorie, handicap = str(faits["categorie_sociale"]), faits["handicap"]
    if categorie not in _CATEGORIES:
        raise ErreurRegles(
            f"La catégorie sociale « {categorie} » n'est pas connue.",
            remede=f"Codes : {', '.join(_CATEGORIES)}.",
        )
    if handicap not in _HANDICAPS:
        raise ErreurRegles(
            f"La situation de handicap « {handicap} » n'est pas connue.",
            remede=f"Codes : {', '.join(_HANDICAPS)}.",
        )
    if categorie == "NSP":
        reserves.append("Catégorie sociale non connue : si la personne est cadre, l'Apec peut la recevoir.")
    if handicap == "NSP":
        reserves.append("Situation de handicap non précisée : si elle existe, Cap emploi peut recevoir la personne.")
    return faits_des_codes(
        statuts=statuts,
        categorie_sociale=categorie,
        handicap=str(handicap),
        age=_age(faits, le, regles),
        lot=str(faits["lot"]),
        le=le,
        regles=regles,
    )


def _age(faits: dict[str, Any], le: date, regles: Regles) -> int:
    declare: int | None = faits.get("age")
    if declare is not None and (isinstance(declare, bool) or not isinstance(declare, int)):
        raise ErreurRegles(f"L'âge « {declare} » n'est pas un nombre entier.", remede=AIDE_FAITS)
    if faits.get("date_naissance") is None:
        assert declare is not None  # checked with the missing facts
        age = declare
    else:
        age = age_le(_date(faits["date_naissance"], "date de naissance"), le)
        if declare is not None and declare != age:
            raise ErreurRegles(
                f"L'âge donné ({declare} ans) contredit la date de naissance ({age} ans le {le}).",
                remede="Gardez l'un des deux.",
            )
    mini, maxi = regles.entier("personne.age_minimum", le=le), regles.entier("personne.age_maximum", le=le)
    if not mini <= age <= maxi:
        raise ErreurRegles(
            f"L'âge ({age} ans le {le.isoformat()}) n'est pas plausible.",
            remede=f"Il va de {mini} à {maxi} ans ; vérifiez la date de naissance.",
        )
    return age


def ajouter_commandes(sous_parseurs: Sousparseurs) -> argparse.ArgumentParser:
    """Add `regles` and its commands to the program's parser; `executer` runs what was parsed."""
    parseur = sous_parseurs.add_parser("regles", help="interroger les règles datées du contrat")
    commandes = parseur.add_subparsers(dest="commande_regles", required=True, metavar="COMMANDE")
    delai = commandes.add_parser("echeance", help="dernier jour d'une unité d'œuvre")
    delai.add_argument("--uo", required=True, help="00, 01, 21 ou 22")
    delai.add_argument("--engagement", required=True, help="date d'engagement, AAAA-MM-JJ")
    delai.add_argument("--engagement-uo21", help="date d'engagement de l'UO2.1, pour l'UO2.2")
    orientation = commandes.add_parser("aiguillage", help="opérateur proposé à une personne", epilog=AIDE_FAITS)
    orientation.add_argument("--faits", required=True, help="fichier JSON des faits (« - » : entrée standard)")
    orientation.add_argument("--marche", help="code du marché, celui du fichier ou A par défaut")
    parametre = commandes.add_parser("parametre", help="valeur d'un paramètre à une date")
    parametre.add_argument("cle", help="nom du paramètre, ex. delai_execution.uo21")
    parametre.add_argument("--le", required=True, help="date, AAAA-MM-JJ")
    for commande in (delai, parametre):
        commande.add_argument("--marche", default="A", help="code du marché (A par défaut)")
    for commande in (delai, orientation, parametre):
        commande.add_argument("--format", choices=("texte", "json"), default="texte", help="forme de la réponse")
    parseur.set_defaults(executer=executer)
    return parseur


def executer(args: argparse.Namespace) -> int:
    """Run one of the `regles` commands; returns the exit code (0 done, 2 refused input, 3 could not run)."""
    try:
        if args.commande_regles == "echeance":
            reponse = cas_echeance(args.uo, args.engagement, args.engagement_uo21, args.marche)
            texte = _dire_echeance(reponse)
        elif args.commande_regles == "aiguillage":
            faits = _lire_faits(args.faits)
            if args.marche is not None and isinstance(faits, dict):
                faits["marche"] = args.marche
            reponse = cas_aiguillage(faits)
            texte = _dire_aiguillage(reponse)
        else:
            reponse = _cas_parametre(args.cle, _date(args.le, "le"), args.marche)
            texte = "{libelle} : {valeur} ({unite}), {clause}, {confiance}.".format(**reponse)
    except FichierCasse as erreur:
        return _echec(erreur, args.format, CODE_IMPOSSIBLE)
    except ErreurRegles as erreur:
        return _echec(erreur, args.format, CODE_REFUSE)
    except OSError as erreur:
        motif = ErreurRegles(
            f"Le fichier « {erreur.filename} » ne peut pas être lu ({erreur.strerror}).",
            remede="Vérifiez son chemin et vos droits.",
        )
        return _echec(motif, args.format, CODE_IMPOSSIBLE)
    print(json.dumps(reponse, ensure_ascii=False, indent=2) if args.format == "json" else texte)
    return CODE_FAIT


def _echec(erreur: ErreurRegles, forme: str, code: int) -> int:
    if forme == "json":
        detail = {"erreur": erreur.message, "remede": erreur.remede, "clause": erreur.clause or None}
        print(json.dumps(detail, ensure_ascii=False, indent=2))
    print(str(erreur), file=sys.stderr)
    return code


def _lire_faits(chemin: str) -> Any:
    octets = sys.stdin.buffer.read() if chemin == "-" else Path(chemin).read_bytes()
    try:
        return json.loads(octets)
    except (ValueError, RecursionError) as erreur:
        raise ErreurRegles(
            f"Le fichier des faits n'est pas du JSON lisible ({erreur}).",
            remede="Corrigez-le, en UTF-8. " + AIDE_FAITS,
        ) from erreur


def _cas_parametre(cle: str, le: date, marche: str) -> dict[str, Any]:
    regles = charger_marche(marche)
    valeur = regles.valeur_datee(cle, le=le)
    brute = valeur.valeur
    return {
        "cle": cle,
        "libelle": regles.parametre(cle).libelle,
        "valeur": _jsonable(brute),
        "unite": valeur.unite,
        "debut": valeur.debut.isoformat(),
        "fin": valeur.fin.isoformat() if valeur.fin else None,
        "clause": valeur.clause,
        "source": valeur.source,
        "confiance": valeur.confiance,
    }


def _jsonable(valeur: Any) -> Any:
    if isinstance(valeur, Decimal | date):
        return str(valeur)
    if isinstance(valeur, tuple):
        return list(valeur)
    if hasattr(valeur, "items"):
        return {cle: _jsonable(v) for cle, v in valeur.items()}
    return valeur


def _dire_echeance(reponse: dict[str, Any]) -> str:
    if reponse["echeance"] is None:
        return f"Le marché {reponse['marche']} ne fixe pas de délai à cette unité."
    rappels = ", ".join(a["le"] for a in reponse["avertissements"]) or "aucun"
    delai, premier = reponse["delai"], reponse["premier_jour_de_cloture_automatique"]
    return (
        f"Échéance : {reponse['echeance']} inclus ({delai['valeur']} {delai['unite']} depuis le "
        f"{reponse['origine']}, {reponse['clause']}).\nRappels : {rappels}. "
        f"Clôture automatique à partir du {premier} si rien n'est signé ni demandé."
    )


def _dire_aiguillage(reponse: dict[str, Any]) -> str:
    autres = ", ".join(a["libelle"] for a in reponse["autres"]) or "aucun"
    lignes = [
        f"Proposition : {reponse['libelle']} ({reponse['operateur']}).",
        f"Raison : {reponse['raison']} ({reponse['clause']})",
        f"À dire : « {reponse['phrase']} »",
        f"Autres possibles, au choix de la personne : {autres}.",
        *(f"Réserve : {r}" for r in reponse["reserves"]),
    ]
    return "\n".join(lignes)
