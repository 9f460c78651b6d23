"""The sealed journal: a chain of hashes anyone can check.

Entry n holds the hash of entry n-1; changing, removing, inserting or reordering any entry breaks the chain from there.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import connection

from cepage.fondations.socle.models import EntreeJournal
from cepage.fondations.socle.portee import portee_totale

ORIGINE = "0" * 64
_VERROU = 20190405


@dataclass(frozen=True)
class Verification:
    """Result of a check: how many entries, the last hash, and what is wrong (empty when the chain holds)."""

    entrees: int
    derniere: str
    defauts: list[str]

    @property
    def intacte(self) -> bool:
        """True when no entry was altered, removed or moved."""
        return not self.defauts


def sceller(genre: str, objet: str, contenu: Mapping[str, Any], *, le: datetime, emetteur: str | None) -> EntreeJournal:
    """Append an entry to the journal, inside the transaction of what it tells.

    Entries are appended one at a time: the lock is kept until the transaction ends, so the chain never forks. The head
    is read over every emitter, whatever the scope under way: the chain is one for all.
    """
    with connection.cursor() as curseur:
        curseur.execute("SELECT pg_advisory_xact_lock(%s)", [_VERROU])
    with portee_totale():
        derniere = EntreeJournal.objects.order_by("-numero").values("numero", "empreinte").first()
        numero = derniere["numero"] + 1 if derniere else 1
        precedente = derniere["empreinte"] if derniere else ORIGINE
        return EntreeJournal.objects.create(
            numero=numero,
            le=le,
            genre=genre,
            objet=objet,
            emetteur=emetteur,
            contenu=dict(contenu),
            precedente=precedente,
            empreinte=calculer_empreinte(numero, le, genre, objet, emetteur, contenu, precedente),
        )


def calculer_empreinte(
    numero: int,
    le: datetime,
    genre: str,
    objet: str,
    emetteur: str | None,
    contenu: Mapping[str, Any],
    precedente: str,
) -> str:
    """SHA-256 hex of the entry's canonical JSON (sorted keys, UTC instant) with the hash before it."""
    texte = json.dumps(
        [numero, le.astimezone(UTC).isoformat(), genre, objet, emetteur, contenu, precedente],
        sort_keys=True,
        ensure_ascii=False,
        separators=(",", ":"),
    )
    return hashlib.sha256(texte.encode()).hexdigest()


def verifier(entrees: Iterable[EntreeJournal] | None = None, *, derniere_connue: str | None = None) -> Verification:
    """Check the whole chain; with `derniere_connue` (a published hash), also that nothing was cut off its end."""
    if entrees is None:
        entrees = EntreeJournal.objects.order_by("numero").iterator(chunk_size=2000)
    defauts: list[str] = []
    precedente, total, connue_vue = ORIGINE, 0, False
    for attendu, entree in enumerate(entrees, start=1):
        total += 1
        if entree.numero != attendu:
            defauts.append(f"Entrée {attendu} absente : l'entrée {entree.numero} est à sa place.")
            break
        if entree.precedente != precedente:
            defauts.append(f"Entrée {attendu} : elle ne suit pas l'entrée précédente.")
        calculee = calculer_empreinte(
            entree.numero,
            entree.le,
            entree.genre,
            entree.objet,
            entree.emetteur,
            entree.contenu,
            entree.precedente,
        )
        if calculee != entree.empreinte:
            defauts.append(f"Entrée {attendu} : son contenu a changé depuis son scellement.")
        precedente = entree.empreinte
        connue_vue = connue_vue or precedente == derniere_connue
    if derniere_connue and not connue_vue:
        defauts.append("L'empreinte publiée n'est dans aucune entrée : la fin du journal a été coupée ou réécrite.")
    return Verification(total, precedente, defauts)
