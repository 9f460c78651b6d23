"""What the kit plays: scenarios of one or several requests, each with the answer it must get."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from cepage.echanges.conformite.fiches import RECU, Envoi

EMETTEUR_DES_CAS, AUTRE_DES_CAS = "AB", "CD"
_NUMERO = re.compile(r"\b(AB|CD)(\d{12})\b")


@dataclass(frozen=True)
class Anomalie:
    """An anomaly that must be in the receipt, at its place."""

    code: str
    gravite: str
    fiche: str | None = None
    fichier: str | None = None
    ligne: int | None = None
    champ: str | None = None


@dataclass(frozen=True)
class Attendu:
    """The answer that a request must get.

    `statuts`: HTTP statuses that will do. `probleme`: the code of a refusal. `statut`: that of the receipt.
    `anomalies` must be there; `codes`: all the codes that may be there, no other. `entrees`: new fiches by kind.
    """

    statuts: tuple[int, ...] = (200, 201)
    probleme: str = ""
    statut: str = ""
    anomalies: tuple[Anomalie, ...] = ()
    codes: frozenset[str] = frozenset()
    fiches: dict[str, int] | None = None
    entrees: dict[str, int] | None = None
    meme_que: int | None = None

    def en_dict(self) -> dict[str, object]:
        """As the exported kit writes it."""
        return {
            "http": list(self.statuts),
            "probleme": self.probleme or None,
            "statut": self.statut or None,
            "anomalies": [vars(a) for a in self.anomalies],
            "codes_permis": sorted(self.codes),
            "fiches": self.fiches,
            "entrees": self.entrees,
            "meme_accuse_que_l_etape": self.meme_que,
        }


@dataclass(frozen=True)
class Etape:
    """One request: a file, how it is sent, and the answer it must get.

    `voie`: `envoi` (POST), `morceaux` (a deposit in parts), `attente` (asked to answer later), `sans_cle`.
    `maintenant`: the hour of the sandbox, when it is not the scenario's.
    """

    nom: str
    octets: bytes
    attendu: Attendu
    lot: str = "08"
    mode: str = "normal"
    cle_idempotence: str = ""
    voie: str = "envoi"
    accept: str = "application/json"
    maintenant: datetime | None = None


@dataclass(frozen=True)
class Scenario:
    """A case: what it shows, how the sandbox is set, and its requests in order."""

    identifiant: str
    famille: str
    titre: str
    etapes: tuple[Etape, ...]
    maintenant: datetime = RECU
    nir: bool = False
    tenu_jusqu_au: date | None = None
    codes: frozenset[str] = field(default_factory=frozenset)


def autre_que(emetteur: str) -> str:
    """The code of an operator who is not this one."""
    return AUTRE_DES_CAS if emetteur != AUTRE_DES_CAS else EMETTEUR_DES_CAS


def personnaliser(envoi: Envoi, emetteur: str, *, ailleurs: bool = False) -> Envoi:
    """The fiches of AB become the emitter's; those of CD another's, or the emitter's own in another lot."""
    autre = emetteur if ailleurs else autre_que(emetteur)

    def remplacer(trouve: re.Match[str]) -> str:
        return (emetteur if trouve[1] == EMETTEUR_DES_CAS else autre) + trouve[2]

    return {
        nom: [{champ: _NUMERO.sub(remplacer, valeur) for champ, valeur in fiche.items()} for fiche in fiches]
        for nom, fiches in envoi.items()
    }


def compter(fiches: Envoi) -> dict[str, int]:
    """How many fiches of each kind."""
    return {nom: len(lignes) for nom, lignes in fiches.items() if lignes}


def choisir(scenarios: Iterable[Scenario], familles: Iterable[str]) -> list[Scenario]:
    """The scenarios of these families; all of them when none is named."""
    voulues = set(familles)
    return [s for s in scenarios if not voulues or s.famille in voulues]
