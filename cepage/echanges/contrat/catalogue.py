"""Every code an integrator may meet in a receipt, as the published pages tell it."""

import re
from dataclasses import dataclass
from functools import cache

from cepage.echanges.contrat.codes import CODES, Gravite
from cepage.echanges.contrat.fiches import FICHES
from cepage.echanges.contrat.modele import Fiche
from cepage.echanges.reception.lecture.codes import CODES as CODES_LECTURE

# What the receipt writes in the place of each mark of a sentence.
_MARQUES = {
    "champ": "nom du champ",
    "valeur": "valeur reçue",
    "detail": "précision",
    "fichier": "nom du fichier",
    "fiche": "sorte de fiche",
    "ligne": "numéro de ligne",
    "octet": "position",
    "limite": "limite",
    "taille": "taille",
    "nombre": "nombre",
    "numero": "numéro",
    "attendu": "valeur attendue",
    "attendue": "empreinte attendue",
    "recue": "empreinte reçue",
    "colonnes": "colonnes",
}
_LECTURE = "FIC"
_FICHIER_ENTIER = re.compile(r"E-FIC-0\d\d")


@dataclass(frozen=True)
class Notice:
    """One code: severity, what it refuses (`portee`), sentence, mend, clause; `fiche` when it is of one."""

    code: str
    gravite: Gravite
    portee: str
    message: str
    remede: str
    clause: str
    fiche: Fiche | None


@cache
def notices() -> dict[str, Notice]:
    """Every code, by code: those of the fiches, then those of the reading of a file."""
    fiches = {fiche.prefixe_code: fiche for fiche in FICHES.values()}
    trouvees = [
        Notice(
            code.code,
            code.gravite,
            _portee(code.code, code.gravite),
            lisible(code.message),
            lisible(code.remede),
            code.clause,
            fiches.get(code.code.split("-")[1]),
        )
        for code in CODES.values()
    ]
    for code, lecture in CODES_LECTURE.items():
        gravite = Gravite.AVERTISSEMENT if code.startswith("W-") else Gravite.BLOQUANT
        message, remede = lisible(lecture.message), lisible(lecture.remede)
        trouvees.append(Notice(code, gravite, _portee(code, gravite), message, remede, lecture.clause, None))
    return {notice.code: notice for notice in sorted(trouvees, key=_rang)}


def lisible(phrase: str) -> str:
    """The sentence with its marks in words: `{champ}` reads [nom du champ]."""
    return phrase.format_map({marque: f"[{mots}]" for marque, mots in _MARQUES.items()})


def _portee(code: str, gravite: Gravite) -> str:
    if gravite is Gravite.AVERTISSEMENT:
        return "Rien n'est refusé : la fiche entre au registre avec cet avertissement."
    if _FICHIER_ENTIER.fullmatch(code):
        return "Le fichier entier est refusé : aucune de ses fiches n'entre au registre."
    return "La fiche est refusée seule ; les autres fiches de l'envoi entrent au registre."


def _rang(notice: Notice) -> tuple[int, str]:
    prefixes = [fiche.prefixe_code for fiche in FICHES.values()]
    prefixe = notice.code.split("-")[1]
    return (prefixes.index(prefixe) if prefixe in prefixes else len(prefixes), notice.code)
