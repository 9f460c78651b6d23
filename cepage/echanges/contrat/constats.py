"""Anomalies gathered while whole columns are checked: one small frame per rule that found something."""

from dataclasses import dataclass, field

import polars as pl

from cepage.echanges.contrat.codes import CODES, Gravite

SCHEMA = {
    "fichier": pl.String,
    "ligne": pl.Int64,
    "fiche": pl.String,
    "cle": pl.String,
    "champ": pl.String,
    "valeur": pl.String,
    "code": pl.String,
    "detail": pl.String,
}


@dataclass(frozen=True)
class Regle:
    """A rule compiled to columns: the fiches where `fautif` is true break the rule `code`.

    `valeur` and `detail` are expressions giving the received value and the precision put in the sentence.
    """

    code: str
    fautif: pl.Expr
    champ: str = ""
    valeur: pl.Expr | None = None
    detail: pl.Expr | None = None

    @property
    def bloquante(self) -> bool:
        """True when breaking the rule refuses the fiche."""
        return CODES[self.code].gravite is Gravite.BLOQUANT


@dataclass
class Releve:
    """The anomalies of a reading, in the order of the rules."""

    cadres: list[pl.DataFrame] = field(default_factory=list)

    def total(self) -> int:
        """How many anomalies were found so far."""
        return sum(cadre.height for cadre in self.cadres)

    def cadre(self) -> pl.DataFrame:
        """All anomalies, sorted by file, line and code."""
        if not self.cadres:
            return pl.DataFrame(schema=SCHEMA)
        return pl.concat(self.cadres).sort("fichier", "ligne", "code", "champ", nulls_last=True)


def appliquer(regles: list[Regle], lignes: pl.DataFrame, fiche: str, releve: Releve) -> pl.Series:
    """Check every rule on `lignes` (columns `_fichier`, `_ligne`, `_cle`), add what breaks to `releve`.

    Returns the mask of the lines that a blocking rule refuses.
    """
    if not regles or not lignes.height:
        return pl.Series("_refusee", [False] * lignes.height, dtype=pl.Boolean)
    masques = lignes.select(r.fautif.fill_null(False).alias(str(i)) for i, r in enumerate(regles))
    refusees = pl.Series("_refusee", [False], dtype=pl.Boolean).new_from_index(0, lignes.height)
    for i, regle in enumerate(regles):
        masque = masques[str(i)]
        if not masque.any():
            continue
        if regle.bloquante:
            refusees = refusees | masque
        releve.cadres.append(_constater(regle, lignes.filter(masque), fiche))
    return refusees.rename("_refusee")


def _constater(regle: Regle, fautives: pl.DataFrame, fiche: str) -> pl.DataFrame:
    vide = pl.lit(None, dtype=pl.String)
    return fautives.select(
        fichier="_fichier",
        ligne="_ligne",
        fiche=pl.lit(fiche),
        cle="_cle",
        champ=pl.lit(regle.champ),
        valeur=vide if regle.valeur is None else regle.valeur.cast(pl.String),
        code=pl.lit(regle.code),
        detail=vide if regle.detail is None else regle.detail.cast(pl.String),
    )
