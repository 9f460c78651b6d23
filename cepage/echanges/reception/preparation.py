"""From the lines read to fiches ready for cross rules: instants, keys, content hashes, contradictions."""

from datetime import datetime

import polars as pl

from cepage.echanges.contrat.constats import Regle
from cepage.echanges.contrat.formats import horodatage
from cepage.echanges.contrat.modele import Fiche, TypeChamp
from cepage.echanges.reception.reserve import empreintes

_DECIMAUX = (TypeChamp.DECIMAL, TypeChamp.MONTANT)


def preparer(lues: pl.DataFrame, fiche: Fiche, *, lot: str, recu_le: datetime) -> pl.DataFrame:
    """Add the instant (`horodatage`, the reception's where the fiche carries none), `_cle` and `_empreinte`."""
    instant = horodatage(pl.col("horodatage")) if "horodatage" in fiche.noms else pl.lit(recu_le)
    lues = lues.with_columns(
        *(_sans_zeros(champ.nom) for champ in fiche.champs if champ.type in _DECIMAUX),
        instant.dt.cast_time_unit("us").dt.convert_time_zone("UTC").alias("horodatage"),
        *([] if "nature" in fiche.noms else [pl.lit("C").alias("nature")]),
        *([] if "lot" in fiche.noms else [pl.lit(lot).alias("_lot")]),
    )
    lues = lues.with_columns(empreintes(lues, fiche))
    return lues.with_columns(cle(fiche).alias("_cle"))


def _sans_zeros(nom: str) -> pl.Expr:
    """The same number, whatever its final zeros: JSON writes 12.5 where a CSV writes 12.50."""
    nombre = pl.col(nom)
    court = nombre.str.strip_chars_end("0").str.strip_suffix(".")
    return pl.when(nombre.str.contains(r"^-?\d+\.\d+$")).then(court).otherwise(nombre).alias(nom)


def cle(fiche: Fiche) -> pl.Expr:
    """The key of a fiche as one text; null when a field of the key is missing."""
    champs = [pl.col("_lot") if nom == "lot" and "lot" not in fiche.noms else pl.col(nom) for nom in fiche.cle]
    return pl.concat_str(champs, separator="|")


def cle_d_interaction(lues: pl.DataFrame, connues: pl.DataFrame) -> pl.DataFrame:
    """Complete the key of interactions: the same dossier, day and mode may come several times.

    A creation is a new interaction: its key ends with its instant and its rank among identical ones. A modification
    or a cancellation takes the key of the creation it follows (same rank, else the last one before it); `connues`
    gives the keys of the register. With none to follow, it stands as a creation.
    """
    triplet = ["numero_dossier", "date_interaction", "mode_contact"]
    ordre = lues.with_row_index("_i").sort("horodatage", "_empreinte", "_i")
    ordre = ordre.with_columns(
        _rang=pl.int_range(1, pl.len() + 1).over([*triplet, "horodatage", "nature"]),
        _base=pl.concat_str(triplet, separator="|"),
    )
    propre = pl.format(
        "{}|{}|{}", pl.col("_base"), pl.col("horodatage").dt.to_string("%Y-%m-%dT%H:%M:%S%.6fZ"), pl.col("_rang")
    )
    ordre = ordre.with_columns(_cle=propre)
    suites = ordre.filter(pl.col("nature") != "C")
    if suites.height:
        creees = pl.concat([ordre.filter(pl.col("nature") == "C").select(cle="_cle"), connues.select("cle")]).unique()
        ordre = ordre.join(_cles_visees(suites, creees), on="_i", how="left", maintain_order="left")
        ordre = ordre.with_columns(_cle=pl.coalesce("_visee", "_cle")).drop("_visee")
    return ordre.sort("_i").drop("_i", "_rang", "_base")


def _cles_visees(suites: pl.DataFrame, creees: pl.DataFrame) -> pl.DataFrame:
    decoupe = creees.with_columns(_base=pl.col("cle").str.extract(r"^(.*)\|[^|]*\|[^|]*$")).sort("cle")
    groupes = decoupe.group_by("_base").agg(pl.col("cle"))
    candidats = suites.select("_i", "_base", "_rang", "horodatage").join(groupes, on="_base", how="inner")
    visees = []
    for i, rang, instant, cles in candidats.select("_i", "_rang", "horodatage", "cle").iter_rows():
        limite = instant.strftime("%Y-%m-%dT%H:%M:%S.%f") + "Z"
        avant = [c for c in cles if c.rsplit("|", 2)[1] <= limite]
        if avant:
            visees.append((i, avant[rang - 1] if rang <= len(avant) else avant[-1]))
    return pl.DataFrame(visees, schema={"_i": pl.get_index_type(), "_visee": pl.String}, orient="row")


def regles_d_ordre(prefixe: str) -> list[Regle]:
    """Contradictions inside the envoi and cancellations of nothing; on `contradictoire` and `cle_connue`."""
    return [
        Regle(f"E-{prefixe}-004", pl.col("contradictoire")),
        Regle(f"E-{prefixe}-006", (pl.col("nature") == "A") & ~pl.col("cle_connue")),
    ]


def contradictoires(index: pl.DataFrame) -> pl.Series:
    """Mask of the fiches that share key and instant with another of different content, in `index`
    (`_cle`, `horodatage`, `_empreinte`)."""
    doublons = (
        index.lazy()
        .with_row_index("_rang")
        .filter(pl.col("_cle").is_not_null() & pl.struct("_cle", "horodatage").is_duplicated())
    )
    fautives = doublons.filter(pl.col("_empreinte").n_unique().over("_cle", "horodatage") > 1).select("_rang").collect()
    rangs = pl.int_range(index.height, dtype=pl.get_index_type(), eager=True)
    return rangs.is_in(fautives["_rang"].implode()).alias("_empreinte")
