"""Every scenario of the kit, made for one emitter."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import count
from typing import Any

from cepage.echanges.conformite import echanges, ecriture, hostiles
from cepage.echanges.conformite.codes import CAS, Cas
from cepage.echanges.conformite.fiches import PIECES, RECU, Envoi, parcours
from cepage.echanges.conformite.limites import LIMITES, Limite
from cepage.echanges.conformite.scenarios import Anomalie, Attendu, Etape, Scenario, compter, personnaliser

FAMILLES = {
    "juste": "Envois justes, dans chaque format",
    "code": "Chaque code d'anomalie",
    "limite": "Chaque limite, des deux côtés",
    "echange": "Répétitions, corrections, annulations, retards, reprises",
    "hostile": "Fichiers abîmés ou hostiles",
}
# What a refused person or unit brings down with it.
SUITES = frozenset({"E-UO-037", "E-INT-011", "E-LIV-011", "E-REC-014"})


def scenarios(emetteur: str) -> list[Scenario]:
    """All of them, in a fixed order; the same emitter always gets the same bytes."""
    sequence = count(1)
    return [
        *echanges.justes(emetteur, sequence),
        *(_du_code(cas, emetteur, sequence) for cas in _numerotes(CAS)),
        *(_de_la_limite(limite, emetteur, sequence) for limite in LIMITES if not limite.du_marche),
        *echanges.echanges(emetteur, sequence),
        *hostiles.scenarios(emetteur),
    ]


def _numerotes(cas: list[Cas]) -> list[tuple[str, Cas]]:
    """Each case with an identifier: its code, and a rank when it has several."""
    vus: dict[str, int] = {}
    numerotes = []
    for un in cas:
        vus[un.code] = vus.get(un.code, 0) + 1
        numerotes.append((un.code if vus[un.code] == 1 else f"{un.code}-{vus[un.code]}", un))
    return numerotes


def envoyer(
    envoi: Envoi,
    emetteur: str,
    sequence: count[int],
    attendu: Attendu,
    *,
    lot: str = "08",
    pieces: dict[str, bytes] | None = None,
    **etape: Any,
) -> Etape:
    """One ZIP, with its manifest and its files."""
    rang = next(sequence)
    octets = ecriture.en_zip(envoi, rang, lot=lot, emetteur=emetteur, pieces=PIECES | (pieces or {}))
    nom = f"CEP_{lot}_{emetteur}_20220601_{rang}.zip"
    return Etape(nom, octets, attendu, lot=lot, **etape)


def _du_code(numerote: tuple[str, Cas], emetteur: str, sequence: count[int]) -> Scenario:
    identifiant, cas = numerote
    avant = []
    for preparer in cas.avant:
        precedent = preparer()
        lot = precedent["unite_oeuvre"][0]["lot"] if "unite_oeuvre" in precedent else "08"
        fiches = personnaliser(precedent, emetteur, ailleurs=lot != "08")
        avant.append(envoyer(fiches, emetteur, sequence, Attendu(), lot=lot))
    envoi = parcours()
    cas.changer(envoi)
    fiches = personnaliser(envoi, emetteur)
    gravite = "bloquant" if cas.bloquant else "avertissement"
    attendu = Attendu(
        statut="" if cas.bloquant else "accepte",
        anomalies=(Anomalie(cas.code, gravite, cas.fiche, f"{cas.fiche}.csv", cas.ligne, cas.champ),),
        codes=frozenset({cas.code}) | cas.aussi | SUITES,
        fiches=compter(fiches),
    )
    derniere = envoyer(fiches, emetteur, sequence, attendu, pieces=cas.pieces)
    return Scenario(
        identifiant,
        "code",
        f"{cas.code} sur la fiche {cas.fiche}, ligne {cas.ligne}",
        (*avant, replace(derniere, maintenant=RECU + timedelta(days=cas.jours)) if cas.jours else derniere),
        nir=cas.nir,
        tenu_jusqu_au=cas.tenu_jusqu_au,
        codes=frozenset({cas.code}),
    )


def _de_la_limite(limite: Limite, emetteur: str, sequence: count[int]) -> Scenario:
    envoi = parcours()
    limite.changer(envoi)
    fiches = personnaliser(envoi, emetteur)
    codes = {limite.code} if limite.code else set()
    attendu = Attendu(
        codes=frozenset(codes) | (SUITES if codes else frozenset()),
        anomalies=tuple(Anomalie(code, "") for code in codes),
        fiches=compter(fiches),
        statut="" if codes else "accepte",
    )
    nom = "limite-" + "".join(c if c.isalnum() else "-" for c in limite.nom.lower())
    etape = envoyer(fiches, emetteur, sequence, attendu)
    return Scenario(nom, "limite", limite.nom, (etape,), codes=frozenset(codes))
