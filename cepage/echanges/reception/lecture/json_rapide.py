"""Conversion of many flat JSON fiches by the engine; whatever is unusual is left to the careful reading.

The engine gives every value as text. It loses what the contract keeps (exact text of decimals, keys that
come twice, text that looks like a list): each of these is looked for, and one occurrence sends the slice
to the careful reading, which alone defines the meaning.
"""

from __future__ import annotations

import json
import re

import polars as pl

from cepage.echanges.reception.lecture.modeles import Anomalies, Schema
from cepage.echanges.reception.lecture.reserve import Reserve

_TYPE = re.compile(rb'"fiche"\s*:\s*"(\w{1,60})"')
_ECHAPPEMENT_DOUTEUX = r"\\u(?:0000|[dD][89a-fA-F])"
_NOMBRE_DOUTEUX = r'"\s*:\s*(?:-0|-?\d+[.eE]|-?\d{16})'
_LISTES_IMBRIQUEES = r"\[[^\]]*\["
_INCONNUS = 50
_TETE = 64 * 1024


class ConversionRapide:
    """Converts slices of one file and stores them; remembers the unknown fields met."""

    def __init__(self, fichier: str, schema: Schema, anomalies: Anomalies, reserve: Reserve) -> None:
        self._fichier = fichier
        self._schema = schema
        self._anomalies = anomalies
        self._reserve = reserve
        self._inconnus: set[str] = set()

    def convertir(self, donnees: bytes, lignes: int, premiere: int, *, textes: bool = False) -> bool:
        """Store the `lignes` fiches of `donnees`, one a line, numbered from `premiere`.

        `textes`: every value is a string that is already the text wanted (it comes from XML).
        False, and nothing stored, when they need the careful reading.
        """
        lots = self._lots(donnees, lignes, premiere, textes)
        if lots is None:
            return False
        for fiche, lot, inconnus in lots:
            for champ in inconnus:
                self._anomalies.ajouter("W-FIC-001", fichier=self._fichier, fiche=fiche, champ=champ[:100])
            self._reserve.deposer(fiche, lot)
        return True

    def _lots(
        self, donnees: bytes, lignes: int, premiere: int, textes: bool
    ) -> list[tuple[str, pl.DataFrame, list[str]]] | None:
        c = pl.col("t").str
        douteux = (
            pl.lit(False)
            if textes
            else c.contains('"true"', literal=True)
            | c.contains('"false"', literal=True)
            | c.contains('"[', literal=True)
            | c.contains(_ECHAPPEMENT_DOUTEUX)
            | c.contains(_NOMBRE_DOUTEUX)
            | c.contains(_LISTES_IMBRIQUEES)
        )
        faits = (
            pl.DataFrame({"t": [donnees]}, schema={"t": pl.Binary})
            .select(pl.col("t").cast(pl.String))
            .select(
                ouvrants=c.count_matches("{", literal=True),
                fermants=c.count_matches("}", literal=True),
                paires=c.count_matches('":', literal=True),
                nuls=c.count_matches('":null', literal=True) + c.count_matches('": null', literal=True),
                vrais=c.contains("true", literal=True) | c.contains("false", literal=True),
                vides=c.contains('""', literal=True),
                douteux=douteux,
            )
            .row(0, named=True)
        )
        if faits["ouvrants"] != lignes or faits["fermants"] != lignes or faits["douteux"]:
            return None
        paires = faits["paires"] - faits["nuls"]
        types = {t.decode() for t in _TYPE.findall(donnees[:_TETE]) + _TYPE.findall(donnees[-_TETE:])}
        lu = self._lire(donnees, types)
        if lu is None:
            return None
        presents = lu.get_column("fiche").unique().to_list()
        if not set(presents) <= types:
            types = {t for t in presents if isinstance(t, str)}
            lu = self._lire(donnees, types)
        if lu is None or lu.height != lignes or not set(presents) <= self._schema.keys():
            return None
        if _pleines(lu) != paires:
            nouveaux = self._noms(donnees) - set(lu.columns)
            if not nouveaux or len(self._inconnus | nouveaux) > _INCONNUS:
                return None
            self._inconnus |= nouveaux
            lu = self._lire(donnees, types)
            if lu is None or _pleines(lu) != paires:
                return None
        lu = lu.with_columns(
            pl.int_range(premiere, premiere + lignes, dtype=pl.Int64).alias("_ligne"),
            pl.lit(self._fichier).alias("_fichier"),
        )
        lots: list[tuple[str, pl.DataFrame, list[str]]] = []
        for fiche in presents:
            partie = lu if len(presents) == 1 else lu.filter(pl.col("fiche") == fiche)
            lot = (
                _sans_vides(partie, list(self._schema[fiche]), faits["vides"])
                if textes
                else self._fiche(fiche, partie, booleens=faits["vrais"], vides=faits["vides"])
            )
            if lot is None:
                return None
            champs = self._schema[fiche]
            autres = [n for n in partie.columns if n not in champs and n not in _TECHNIQUES]
            inconnus = [n for n in autres if not partie.get_column(n).replace("", None).is_null().all()]
            lots.append((fiche, lot, inconnus))
        return lots

    def _lire(self, donnees: bytes, types: set[str]) -> pl.DataFrame | None:
        if not types <= self._schema.keys():
            return None
        noms = dict.fromkeys(["fiche", *(champ for t in sorted(types) for champ in self._schema[t])])
        noms.update(dict.fromkeys(sorted(self._inconnus)))
        if not noms.keys().isdisjoint({"_ligne", "_fichier"}):
            return None
        try:
            return pl.read_ndjson(donnees, schema=dict.fromkeys(noms, pl.String))
        except (pl.exceptions.PolarsError, pl.exceptions.PanicException):
            return None

    @staticmethod
    def _noms(donnees: bytes) -> set[str]:
        """Names of every field present, as the engine infers them; none when it cannot."""
        try:
            return set(pl.read_ndjson(donnees, infer_schema_length=None).columns)
        except (pl.exceptions.PolarsError, pl.exceptions.PanicException):
            return set()

    def _fiche(self, fiche: str, partie: pl.DataFrame, *, booleens: bool, vides: bool) -> pl.DataFrame | None:
        champs = self._schema[fiche]
        simples = [champ for champ, multiple in champs.items() if not multiple]
        if partie.select(pl.any_horizontal(pl.col(simples).str.starts_with("[").any())).item():
            return None
        if booleens:
            partie = partie.with_columns(
                pl.when(pl.col(champ) == "true")
                .then(pl.lit("O"))
                .when(pl.col(champ) == "false")
                .then(pl.lit("N"))
                .otherwise(pl.col(champ))
                .alias(champ)
                for champ in simples
            )
        for champ, multiple in champs.items():
            if not multiple:
                continue
            colonne = partie.get_column(champ)
            anciens = colonne.unique().drop_nulls()
            nouveaux = [_joindre(valeur) for valeur in anciens.to_list()]
            if None in nouveaux:
                return None
            if nouveaux:
                partie = partie.with_columns(
                    colonne.replace(anciens, pl.Series(nouveaux, dtype=pl.String)).alias(champ)
                )
                vides = vides or "" in nouveaux
        return _sans_vides(partie, list(champs), vides)


_TECHNIQUES = frozenset({"fiche", "_ligne", "_fichier"})


def _sans_vides(partie: pl.DataFrame, champs: list[str], vides: bool) -> pl.DataFrame:
    if not vides:
        return partie
    return partie.with_columns(pl.when(pl.col(champs) != "").then(pl.col(champs)))


def _pleines(lu: pl.DataFrame) -> int:
    """Cells that hold a value."""
    nuls: int = sum(lu.null_count().row(0))
    return lu.height * lu.width - nuls


def _joindre(valeur: str) -> str | None:
    """Text of a multiple value as the engine gives it; None when it holds numbers."""
    if valeur in ("true", "false"):
        return "O" if valeur == "true" else "N"
    if not valeur.startswith("["):
        return valeur
    morceaux: list[str] = []
    for element in json.loads(valeur):
        if element is None:
            morceaux.append("")
        elif isinstance(element, bool):
            morceaux.append("O" if element else "N")
        elif isinstance(element, str):
            morceaux.append(element)
        else:
            return None
    return "|".join(morceaux)
