"""Whether an answer is the one that a request must get: what is wrong with it, in words."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from cepage.echanges.conformite.scenarios import Anomalie, Attendu, Etape

MEMBRES = ("envoi", "empreinte", "lot", "emetteur", "statut", "recu_le", "comptes", "anomalies")
MEMBRES_D_ANOMALIE = (
    *("fichier", "ligne", "fiche", "cle", "champ", "valeur"),
    *("code", "gravite", "message", "remede", "clause"),
)
STATUTS = ("accepte", "accepte_partiellement", "refuse")


@dataclass(frozen=True)
class Reponse:
    """What the instance answered in the end: its status, and its body read as a mapping (empty when it is not one)."""

    statut: int
    corps: Mapping[str, Any] = field(default_factory=dict)


def ecarts(etape: Etape, reponse: Reponse, precedentes: Sequence[Reponse], emetteur: str) -> list[str]:
    """Everything wrong with the answer; empty when it is right."""
    attendu = etape.attendu
    if reponse.statut not in attendu.statuts:
        voulus = " ou ".join(map(str, attendu.statuts))
        return [f"Statut HTTP {reponse.statut} au lieu de {voulus}."]
    if attendu.probleme:
        return _du_probleme(attendu.probleme, reponse)
    absents = [nom for nom in MEMBRES if nom not in reponse.corps]
    if absents:
        return [f"L'accusé n'a pas : {', '.join(absents)}."]
    return [
        *_de_l_identite(etape, reponse.corps, emetteur),
        *_du_statut(attendu, reponse.corps),
        *_des_anomalies(attendu, reponse.corps),
        *_des_comptes(attendu, reponse.corps),
        *_de_la_repetition(attendu, reponse, precedentes),
    ]


def _du_probleme(code: str, reponse: Reponse) -> list[str]:
    type_ = str(reponse.corps.get("type", ""))
    trouves = [] if type_.endswith(f"probleme-{code}") else [f"Le problème est « {type_} » au lieu de « {code} »."]
    muets = [nom for nom in ("title", "detail", "remede") if not reponse.corps.get(nom)]
    return trouves + ([f"Le problème ne dit pas : {', '.join(muets)}."] if muets else [])


def _de_l_identite(etape: Etape, accuse: Mapping[str, Any], emetteur: str) -> list[str]:
    voulus = {
        "empreinte": hashlib.sha256(etape.octets).hexdigest(),
        "lot": etape.lot,
        "emetteur": emetteur,
        "mode": etape.mode,
    }
    # The mode is said when it is not the normal one.
    dits = {"mode": "normal", **accuse}
    return [
        f"« {nom} » vaut « {dits[nom]} » au lieu de « {voulu} »." for nom, voulu in voulus.items() if dits[nom] != voulu
    ]


def _du_statut(attendu: Attendu, accuse: Mapping[str, Any]) -> list[str]:
    statut = accuse["statut"]
    if attendu.statut:
        return [] if statut == attendu.statut else [f"Statut « {statut} » au lieu de « {attendu.statut} »."]
    # A refused line refuses its envoi in part, or whole when no other enters; a warning refuses nothing.
    bloque = any(a.get("gravite") == "bloquant" for a in accuse["anomalies"])
    permis = STATUTS[1:] if bloque else STATUTS[:1]
    return [] if statut in permis else [f"Statut « {statut} » au lieu de {' ou '.join(permis)}."]


def _des_anomalies(attendu: Attendu, accuse: Mapping[str, Any]) -> list[str]:
    recues = list(accuse["anomalies"])
    trouves = [f"{_dire(a)} n'est pas dans l'accusé." for a in attendu.anomalies if not _presente(a, recues)]
    permis = attendu.codes | {a.code for a in attendu.anomalies}
    en_trop = sorted({str(a.get("code")) for a in recues} - permis)
    trouves += [f"{code} n'a pas lieu d'être." for code in en_trop]
    for anomalie in recues:
        if set(anomalie) != set(MEMBRES_D_ANOMALIE) or not all(anomalie[n] for n in ("message", "remede", "clause")):
            trouves.append(f"L'anomalie {anomalie.get('code')} n'est pas complète.")
    return trouves


def _presente(attendue: Anomalie, recues: Sequence[Mapping[str, Any]]) -> bool:
    voulus = {nom: v for nom, v in vars(attendue).items() if v not in (None, "")}
    exact = attendue.fiche is not None and attendue.ligne is not None
    if exact:
        voulus["champ"] = attendue.champ
    return any(all(recue.get(nom) == v for nom, v in voulus.items()) for recue in recues)


def _dire(anomalie: Anomalie) -> str:
    place = f", ligne {anomalie.ligne} de {anomalie.fichier}" if anomalie.ligne else ""
    return f"{anomalie.code}{f' ({anomalie.gravite})' if anomalie.gravite else ''}{place}"


def _des_comptes(attendu: Attendu, accuse: Mapping[str, Any]) -> list[str]:
    comptes = accuse["comptes"]
    totaux = {nom: sum(compte.values()) for nom, compte in comptes.items() if sum(compte.values())}
    trouves = []
    if attendu.fiches is None and attendu.statut == "refuse" and totaux:
        trouves.append("Un fichier refusé en entier ne compte aucune fiche.")
    if attendu.fiches is not None and totaux != attendu.fiches:
        trouves.append(f"Fiches comptées : {totaux} au lieu de {attendu.fiches}.")
    entrees = {nom: compte["acceptees"] for nom, compte in comptes.items() if compte["acceptees"]}
    if attendu.entrees is not None and entrees != attendu.entrees:
        trouves.append(f"Fiches entrées : {entrees} au lieu de {attendu.entrees}.")
    refusees = sum(compte["refusees"] for compte in comptes.values())
    bloquees = {(a["fichier"], a["ligne"]) for a in accuse["anomalies"] if a["gravite"] == "bloquant" and a["ligne"]}
    if attendu.fiches is not None and refusees != len(bloquees):
        trouves.append(f"{refusees} fiche(s) refusée(s), mais {len(bloquees)} ligne(s) ont une anomalie bloquante.")
    return trouves


def _de_la_repetition(attendu: Attendu, reponse: Reponse, precedentes: Sequence[Reponse]) -> list[str]:
    if attendu.meme_que is None or reponse.corps == precedentes[attendu.meme_que].corps:
        return []
    return ["L'accusé n'est pas celui de la première fois."]
