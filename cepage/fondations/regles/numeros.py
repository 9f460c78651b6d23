"""Numbers that travel: dossier, order reference, décompte. Built and read here, nowhere else.

Formats: CCTP annexe 2 §2 (dossier: note 38; reference: AAAA-Lotww-UOxx-yy-zzzzz). The décompte's is a
decision: the contract leaves it to the buyer.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from cepage.fondations.regles.erreurs import ErreurRegles

_CLAUSE = "CCTP annexe 2 §2"
_UO_AFFICHEE = {"00": "00", "01": "01", "21": "2.1", "22": "2.2"}
UOS = frozenset(_UO_AFFICHEE)
_UO_DU_TEXTE = {affichee: code for code, affichee in _UO_AFFICHEE.items()}

MOTIF_NUMERO_DOSSIER = r"[A-Z0-9]{2}[0-9]{2}(?:0[1-9]|1[0-2])(?:00|01|21|22)[0-9]{6}"
_EXEMPLE = "AB200121000256"
_TETE = r"[0-9]{4}-Lot(?:0[1-9]|1[0-8])"
_UO = r"UO(?:00|01|2\.1|2\.2)"
MOTIF_REFERENCE_COMMANDE = _TETE + "-" + _UO + r"-(?:0[1-9]|[1-9][0-9])"
MOTIF_REFERENCE_BON_COMMANDE = MOTIF_REFERENCE_COMMANDE + r"-(?!00000)[0-9]{5}"
MOTIF_NUMERO_DECOMPTE = _TETE + r"-T[1-4]-" + _UO

_DOSSIER = re.compile(MOTIF_NUMERO_DOSSIER)
_COMMANDE = re.compile(MOTIF_REFERENCE_COMMANDE)
_REFERENCE = re.compile(MOTIF_REFERENCE_BON_COMMANDE)
_DECOMPTE = re.compile(MOTIF_NUMERO_DECOMPTE)


@dataclass(frozen=True, slots=True)
class NumeroDossier:
    """OOAAMMUUXXXXXX read: operator, year (2 digits) and month of engagement, unit, monthly counter."""

    operateur: str
    annee: int
    mois: int
    uo: str
    compteur: int

    def concorde(self, *, operateur: str, date_engagement: date, uo: str) -> bool:
        """True when the number carries this operator, this month of engagement and this unit."""
        return (self.operateur, self.annee, self.mois, self.uo) == (
            operateur,
            date_engagement.year % 100,
            date_engagement.month,
            uo,
        )


@dataclass(frozen=True, slots=True)
class ReferenceCommande:
    """AAAA-Lotww-UOxx-yy read: an order, without the counter of what it consumed."""

    annee: int
    lot: str
    uo: str
    ordre: int


@dataclass(frozen=True, slots=True)
class ReferenceBonCommande(ReferenceCommande):
    """AAAA-Lotww-UOxx-yy-zzzzz read: the order and the rank of the unit it covers."""

    rang: int

    @property
    def commande(self) -> str:
        """Reference of the order alone, AAAA-Lotww-UOxx-yy."""
        return reference_commande(self.annee, self.lot, self.uo, self.ordre)


@dataclass(frozen=True, slots=True)
class NumeroDecompte:
    """AAAA-Lotww-Tn-UOxx read: the quarter of closure of a unit in a lot."""

    annee: int
    lot: str
    trimestre: int
    uo: str


def uo_affichee(uo: str) -> str:
    """Unit as the references write it: "21" → "2.1"; raises `ErreurRegles` when unknown."""
    try:
        return _UO_AFFICHEE[uo]
    except KeyError:
        raise ErreurRegles(
            f"L'unité d'œuvre « {uo} » n'est pas connue.",
            remede=f"Utilisez l'un des codes {', '.join(_UO_AFFICHEE)}.",
            clause="CCTP §1.2.5",
        ) from None


def trimestre(d: date) -> int:
    """Quarter of the date, 1 to 4."""
    return (d.month - 1) // 3 + 1


def numero_dossier(operateur: str, date_engagement: date, uo: str, compteur: int) -> str:
    """National dossier number OOAAMMUUXXXXXX; raises `ErreurRegles` when a part does not fit its width."""
    _borne(compteur, 0, 999_999, "le compteur mensuel du dossier")
    return _conforme(_DOSSIER, f"{operateur}{date_engagement:%y%m}{uo}{compteur:06d}", "numéro de dossier", _EXEMPLE)


def lire_numero_dossier(texte: str) -> NumeroDossier:
    """Parts of a dossier number; raises `ErreurRegles`."""
    t = _conforme(_DOSSIER, texte, "numéro de dossier", _EXEMPLE)
    return NumeroDossier(t[:2], int(t[2:4]), int(t[4:6]), t[6:8], int(t[8:]))


def reference_commande(annee: int, lot: str, uo: str, ordre: int) -> str:
    """Reference of an order, AAAA-Lotww-UOxx-yy: its rank `ordre` (1 to 99) in the year for the unit."""
    _borne(ordre, 1, 99, "le numéro d'ordre du bon de commande")
    texte = f"{annee:04d}-Lot{lot}-UO{uo_affichee(uo)}-{ordre:02d}"
    return _conforme(_COMMANDE, texte, "référence de commande", "2020-Lot08-UO2.1-02")


def lire_reference_commande(texte: str) -> ReferenceCommande:
    """Parts of an order's reference; raises `ErreurRegles`."""
    t = _conforme(_COMMANDE, texte, "référence de commande", "2020-Lot08-UO2.1-02")
    annee, lot, uo, ordre = t.split("-")
    return ReferenceCommande(int(annee), lot[3:], _UO_DU_TEXTE[uo[2:]], int(ordre))


def reference_bon_commande(annee: int, lot: str, uo: str, ordre: int, rang: int) -> str:
    """Reference of a unit consumed on an order, AAAA-Lotww-UOxx-yy-zzzzz (`rang` from 1 to 99999)."""
    _borne(rang, 1, 99_999, "le rang de l'unité consommée")
    return f"{reference_commande(annee, lot, uo, ordre)}-{rang:05d}"


def lire_reference_bon_commande(texte: str) -> ReferenceBonCommande:
    """Parts of a consumption reference; raises `ErreurRegles`."""
    t = _conforme(_REFERENCE, texte, "référence du bon de commande", "2020-Lot08-UO2.1-02-00256")
    annee, lot, uo, ordre, rang = t.split("-")
    return ReferenceBonCommande(int(annee), lot[3:], _UO_DU_TEXTE[uo[2:]], int(ordre), int(rang))


def numero_decompte(lot: str, uo: str, date_cloture: date) -> str:
    """Décompte number AAAA-Lotww-Tn-UOxx of the quarter in which the unit was closed."""
    texte = f"{date_cloture.year:04d}-Lot{lot}-T{trimestre(date_cloture)}-UO{uo_affichee(uo)}"
    return _conforme(_DECOMPTE, texte, "numéro de décompte", "2020-Lot08-T1-UO2.1")


def lire_numero_decompte(texte: str) -> NumeroDecompte:
    """Parts of a décompte number; raises `ErreurRegles`."""
    t = _conforme(_DECOMPTE, texte, "numéro de décompte", "2020-Lot08-T1-UO2.1")
    annee, lot, t_n, uo = t.split("-")
    return NumeroDecompte(int(annee), lot[3:], int(t_n[1:]), _UO_DU_TEXTE[uo[2:]])


def _borne(valeur: int, mini: int, maxi: int, quoi: str) -> None:
    if not mini <= valeur <= maxi:
        raise ErreurRegles(
            f"{quoi[0].upper()}{quoi[1:]} vaut {valeur}.", remede=f"Il va de {mini} à {maxi}.", clause=_CLAUSE
        )


def _conforme(motif: re.Pattern[str], texte: str, quoi: str, exemple: str) -> str:
    # fullmatch and not "$": a trailing newline must not pass.
    if motif.fullmatch(texte):
        return texte
    raise ErreurRegles(
        f"« {texte} » n'a pas la forme attendue ({quoi}).", remede=f"Exemple : {exemple}.", clause=_CLAUSE
    )
