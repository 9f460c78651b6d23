"""What is checked on people beyond the format of each field."""

from datetime import date
from functools import lru_cache

import polars as pl

from cepage.echanges.contrat.constats import Regle
from cepage.echanges.contrat.fiches import BENEFICIAIRE
from cepage.echanges.contrat.modele import Niveau
from cepage.echanges.reception.identite import expression as identite
from cepage.fondations.referentiels import source, territoires
from cepage.fondations.regles import Regles

DUS_DES_UO1 = tuple(c.nom for c in BENEFICIAIRE.champs if c.obligation.niveau is Niveau.DES_UO1)


def codes_postaux() -> pl.Series:
    """Every postal code."""
    return _codes_postaux(source.generation())


@lru_cache(maxsize=2)
def _codes_postaux(_generation: int) -> pl.Series:
    return pl.Series(sorted(territoires.codes_postaux()), dtype=pl.String)


def codes_postaux_du_lot(lot: str) -> pl.Series:
    """Postal codes of the region of the lot."""
    return _codes_postaux_du_lot(lot, source.generation())


@lru_cache(maxsize=64)
def _codes_postaux_du_lot(lot: str, _generation: int) -> pl.Series:
    return pl.Series(
        sorted(cp for cp in territoires.codes_postaux() if lot in territoires.lots_du_code_postal(cp)), dtype=pl.String
    )


@lru_cache(maxsize=64)
def _departements_du_lot(lot: str, _generation: int) -> pl.Series:
    codes = {d for cp in codes_postaux_du_lot(lot) for d in territoires.departements_du_code_postal(cp)}
    return pl.Series(sorted(d for d in codes if lot in territoires.lots_du_departement(d)), dtype=pl.String)


def regles_propres() -> list[Regle]:
    """Rules that look at the fiche alone (text columns)."""
    regles = []
    for champ in ("nom_naissance", "prenom"):
        nom = pl.col(champ)
        faux = nom.str.contains(r"\d") | ~nom.str.contains(r"\p{L}")
        regles.append(Regle("E-BEN-011", nom.is_not_null() & faux, champ, pl.lit("(masqué)")))
    for champ in ("adresse_code_postal", "entreprise_code_postal"):
        code = pl.col(champ)
        inconnu = code.str.contains(r"^\d{5}$") & ~code.is_in(codes_postaux().implode())
        regles.append(Regle("E-BEN-012", inconnu, champ, pl.lit("(masqué)")))
    return regles


def regles_du_nir(autorise: bool) -> list[Regle]:
    """The NIR is put aside with a warning unless a dated parameter allows it; then its key is checked."""
    nir = pl.col("nir")
    if not autorise:
        return [Regle("E-BEN-013", nir.is_not_null(), "nir", pl.lit("(masqué)"))]
    chiffres = nir.str.replace("2A", "19").str.replace("2B", "18")
    corps = chiffres.str.slice(0, 13).cast(pl.Int64, strict=False)
    cle = chiffres.str.slice(13, 2).cast(pl.Int64, strict=False)
    return [Regle("E-BEN-014", nir.is_not_null() & (97 - corps % 97).ne(cle), "nir", pl.lit("(masqué)"))]


def resumer(lues: pl.DataFrame, lot: str) -> pl.DataFrame:
    """The few columns that units ask of their beneficiary, from the fiche's text columns."""
    manquants = pl.concat_str(
        [pl.when(pl.col(nom).is_null()).then(pl.lit(nom)) for nom in DUS_DES_UO1], separator=", ", ignore_nulls=True
    )
    cp_lot, dep_lot = codes_postaux_du_lot(lot).implode(), _departements_du_lot(lot, source.generation()).implode()
    domicile = pl.col("adresse_code_postal").is_in(cp_lot)
    emploi = pl.col("entreprise_code_postal").is_in(cp_lot) | pl.col("entreprise_departement").is_in(dep_lot)
    lieux = ("adresse_code_postal", "entreprise_code_postal", "entreprise_departement")
    return lues.select(
        "identifiant_beneficiaire",
        "nature",
        "horodatage",
        identite(),
        date_naissance=pl.col("date_naissance").str.to_date("%Y-%m-%d", strict=False),
        statut=pl.col("statut").str.split("|"),
        manquants=manquants,
        dans_le_lot=domicile.fill_null(False) | emploi.fill_null(False),
        structure=pl.col("structure"),
        lieu_connu=pl.any_horizontal(pl.col(lieu).is_not_null() for lieu in lieux),
    )


def regles_avec_les_unites(regles: Regles, le: date) -> list[Regle]:
    """Rules on a frame that also has `niveau` (true: the person has a unit beyond UO0) and `premier_engagement`."""
    controles = [
        Regle(
            "E-BEN-015",
            pl.col("niveau").fill_null(False) & pl.col(champ).is_null() & (pl.col("nature") != "A"),
            champ,
        )
        for champ in DUS_DES_UO1
    ]
    naissance = pl.col("date_naissance").str.to_date("%Y-%m-%d", strict=False)
    age = age_en_annees(naissance, pl.col("premier_engagement"))
    controles.append(
        Regle(
            "E-BEN-010",
            hors_ages(age, regles, le),
            "date_naissance",
            pl.lit("(masqué)"),
            pl.format("{} ans", age),
        )
    )
    return controles


def age_en_annees(naissance: pl.Expr, le: pl.Expr) -> pl.Expr:
    """Completed years on the day `le`."""
    mois, mois_de_naissance = le.dt.month(), naissance.dt.month()
    anniversaire_a_venir = (mois < mois_de_naissance) | (
        (mois == mois_de_naissance) & (le.dt.day() < naissance.dt.day())
    )
    return le.dt.year() - naissance.dt.year() - anniversaire_a_venir.cast(pl.Int32)


def hors_ages(age: pl.Expr, regles: Regles, le: date) -> pl.Expr:
    """True outside the plausible ages (annexe 2 §1)."""
    minimum = regles.entier("personne.age_minimum", le=le)
    maximum = regles.entier("personne.age_maximum", le=le)
    return (age < minimum) | (age > maximum)
