"""What the pages read: the months there are, the figures over a stretch of months, kept in memory."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from cepage.acheteur.indicateurs import colonnes
from cepage.acheteur.indicateurs.calcul import calculer_periode
from cepage.acheteur.indicateurs.definitions import DEFINITIONS
from cepage.acheteur.indicateurs.exploration import dossiers
from cepage.acheteur.indicateurs.modele import Mesure, Mois, Valeur

_MOIS = re.compile(r"mois=(\d{4}-\d{2})")
_CHIFFRES_GARDES = 64
Signature = tuple[tuple[str, int, int], ...]


@dataclass(frozen=True)
class Etendue:
    """What was exported: the lots, the months, when, and what tells that something changed."""

    lots: tuple[str, ...]
    mois: tuple[Mois, ...]
    le: datetime
    signature: Signature


def racine() -> Path:
    """Where the register exports its columns."""
    return Path(settings.CEPAGE_DONNEES) / "colonnes"


def etendue() -> Etendue | None:
    """What there is to show; None when nothing was exported yet."""
    try:
        fichiers = colonnes.fichiers(racine())
    except colonnes.ColonnesAbsentes:
        return None
    commandes = racine() / colonnes.FICHIER_COMMANDES
    trouves = {m[1] for f in fichiers if f.table == "unites" and (m := _MOIS.search(str(f.chemin)))}
    rangs = [Mois.lire(texte).rang for texte in trouves]
    signature = [(str(f.chemin), f.taille, f.modifie_ns) for f in fichiers]
    if commandes.exists():
        etat = commandes.stat()
        signature.append((str(commandes), etat.st_size, etat.st_mtime_ns))
    return Etendue(
        lots=tuple(sorted({f.lot for f in fichiers})),
        mois=tuple(Mois(r) for r in range(min(rangs), max(rangs) + 1)) if rangs else (),
        le=datetime.fromtimestamp(max(f.modifie_ns for f in fichiers) / 1e9, colonnes.PARIS),
        signature=tuple(signature),
    )


def chiffres(
    vue: Etendue,
    debut: Mois,
    fin: Mois,
    *,
    lots: Sequence[str] | None,
    connu_le: date | None,
    aujourd_hui: date,
    codes: Sequence[str] | None = None,
) -> list[Valeur]:
    """The figures from `debut` to `fin`, for all lots and their whole (`lots` None) or for some lots.

    `aujourd_hui` only serves to keep the figures in memory no longer than a day: what is provisional changes.
    """
    retenus = [None] if lots is None else [lot for lot in lots if lot in vue.lots]
    choisis = tuple(codes if codes is not None else DEFINITIONS)
    return [
        v
        for lot in retenus
        for v in _calculer(vue.signature, str(racine()), debut, fin, lot, choisis, connu_le, aujourd_hui)
    ]


@lru_cache(maxsize=_CHIFFRES_GARDES)
def _calculer(
    _signature: Signature,
    chemin: str,
    debut: Mois,
    fin: Mois,
    lot: str | None,
    codes: tuple[str, ...],
    connu_le: date | None,
    _aujourd_hui: date,
) -> tuple[Valeur, ...]:
    return tuple(calculer_periode(debut, fin, lot=lot, connu_le=connu_le, racine=Path(chemin), codes=codes))


def dossiers_du_chiffre(
    code: str,
    lot: str,
    mois: Mois,
    maille: str,
    cote: str,
    connu_le: date | None,
    emetteurs: frozenset[str] | None,
) -> list[str]:
    """The dossiers behind one side of a figure; `emetteurs` keeps those of some operators only."""
    numeros = dossiers(code, lot, mois, maille, cote=cote, connu_le=connu_le, racine=racine())
    return numeros if emetteurs is None else [n for n in numeros if n[:2] in emetteurs]


def par_mesure(mesure: Mesure, valeurs: Sequence[Valeur], code: str) -> list[tuple[Valeur, str | None]]:
    """The figures of one measure, each with its modality."""
    retenues = []
    for v in valeurs:
        if v.code != code:
            continue
        modalite = mesure.modalite_de(v.maille)
        if modalite is not None or (mesure.ventilation is None and v.maille == mesure.maille):
            retenues.append((v, modalite))
    return retenues
