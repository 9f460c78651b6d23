"""The person behind several identifiers: normalised birth name, first name and birth date (CCTP §1.2.4)."""

import unicodedata

import polars as pl


def normaliser(texte: str) -> str:
    """Upper-case letters alone: no accent, no apostrophe, no hyphen, no space."""
    decompose = unicodedata.normalize("NFKD", texte)
    return "".join(c for c in decompose if c.isalpha()).upper()


def expression() -> pl.Expr:
    """The same normalisation on the columns nom_naissance, prenom and date_naissance (text)."""

    def lettres(nom: str) -> pl.Expr:
        return pl.col(nom).str.normalize("NFKD").str.replace_all(r"\P{L}", "").str.to_uppercase()

    return pl.concat_str(
        lettres("nom_naissance"), lettres("prenom"), pl.col("date_naissance").cast(pl.String), separator="|"
    ).alias("identite")
