"""The outgoing formats, one class each behind one interface; the day a real specification comes, it is another class.

The CCTP names AGORA and the SI CPF (annexe 3 §1) and gives no format: both below are assumptions, and say so.
"""

import csv
import io
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Protocol

from cepage.echanges.partage.extraction import Parcours
from cepage.fondations.socle.formats import neutraliser

HYPOTHESE = "hypothèse : aucune spécification n'a été lue, ce format est proposé en attendant"


@dataclass(frozen=True)
class Entete:
    """What an export says of itself."""

    lot: str
    du: date
    au: date
    produit_le: str


class Format(Protocol):
    """A way of writing courses for another system."""

    nom: str
    destinataire: str
    extension: str
    hypothese: bool

    def ecrire(self, entete: Entete, lignes: Iterable[Parcours]) -> Iterator[str]:
        """The text of the file, piece by piece."""


class Agora:
    """JSON Lines: a header that names the format and its confidence, then one course a line."""

    nom = "agora"
    destinataire = "AGORA"
    extension = "jsonl"
    hypothese = True

    def ecrire(self, entete: Entete, lignes: Iterable[Parcours]) -> Iterator[str]:
        """One JSON object a line."""
        tete = {
            "format": "cepage-agora",
            "version": "0.1",
            "confiance": HYPOTHESE,
            "lot": entete.lot,
            "du": entete.du.isoformat(),
            "au": entete.au.isoformat(),
            "produit_le": entete.produit_le,
        }
        yield json.dumps(tete, ensure_ascii=False) + "\n"
        for ligne in lignes:
            yield json.dumps(asdict(ligne), ensure_ascii=False) + "\n"


class SiCpf:
    """CSV in the contract's manner: UTF-8, semicolons, several values separated by a bar."""

    nom = "si-cpf"
    destinataire = "SI CPF"
    extension = "csv"
    hypothese = True

    def ecrire(self, entete: Entete, lignes: Iterable[Parcours]) -> Iterator[str]:
        """The header, then one course a line."""
        yield _ligne([champ.name for champ in fields(Parcours)])
        for ligne in lignes:
            valeurs = asdict(ligne) | {"services": "|".join(ligne.services)}
            yield _ligne([neutraliser(valeur) for valeur in valeurs.values()])


def _ligne(cellules: Iterable[object]) -> str:
    flux = io.StringIO()
    csv.writer(flux, delimiter=";", lineterminator="\n").writerow(cellules)
    return flux.getvalue()


FORMATS: dict[str, Format] = {f.nom: f for f in (Agora(), SiCpf())}
