"""CSV documents: one template per fiche (its header line), the dictionary, and the code lists."""

import csv
import io
from collections.abc import Iterable, Iterator

from cepage.echanges.contrat.fiches import FICHES
from cepage.echanges.contrat.modele import Champ, Fiche
from cepage.fondations.referentiels import nomenclatures

SEPARATEUR = ";"
COLONNES = (
    *("fiche", "champ", "libelle", "type", "contrainte", "nomenclature"),
    *("multiple", "obligatoire", "sensibilite", "source"),
)
COLONNES_CODES = ("nomenclature", "code", "libelle", "groupe", "source", "debut", "fin", "proposee")


def gabarits() -> dict[str, bytes]:
    """The template of each fiche, by file name: the header line alone, ready to be filled in."""
    return {f"{fiche.nom}.csv": _ecrire([fiche.noms]) for fiche in FICHES.values()}


def ligne(fiche: Fiche, champ: Champ) -> dict[str, str]:
    """What the dictionary says of one field."""
    return {
        "fiche": fiche.nom,
        "champ": champ.nom,
        "libelle": champ.libelle,
        "type": champ.type.value,
        "contrainte": champ.contrainte,
        "nomenclature": champ.nomenclature,
        "multiple": "oui" if champ.multiple else "non",
        "obligatoire": champ.obligation.texte,
        "sensibilite": champ.sensibilite.value,
        "source": champ.source,
    }


def lignes() -> Iterator[dict[str, str]]:
    """The dictionary, field by field, in the order of the CSV headers."""
    for fiche in FICHES.values():
        for champ in fiche.champs:
            yield ligne(fiche, champ)


def dictionnaire() -> bytes:
    """The dictionary as CSV."""
    return _ecrire([COLONNES, *(tuple(li[c] for c in COLONNES) for li in lignes())])


def listes_de_codes() -> bytes:
    """Every list the contract names, ended codes included with their dates ([debut, fin))."""
    noms = sorted({champ.nomenclature for f in FICHES.values() for champ in f.champs if champ.nomenclature})
    codes = [code for nom in noms for code in nomenclatures.table(nom)]
    return _ecrire(
        [
            COLONNES_CODES,
            *(
                (c.table, c.code, c.libelle, c.groupe, c.source, c.debut.isoformat(),
                 c.fin.isoformat() if c.fin else "", "oui" if c.proposee else "non")
                for c in codes
            ),
        ]
    )  # fmt: skip


def _ecrire(rangees: Iterable[Iterable[str]]) -> bytes:
    flux = io.StringIO(newline="")
    csv.writer(flux, delimiter=SEPARATEUR, lineterminator="\n").writerows(rangees)
    return flux.getvalue().encode()
