"""Codes against their list, in force on the day the fiche speaks of, compiled to column expressions.

A list whose codes all hold without bound costs one membership test. Only the codes that began or ended while the list
lived are compared with the day, all those of the same periods together.
"""

from collections.abc import Callable, Mapping

import polars as pl

from cepage.echanges.contrat.constats import Regle
from cepage.echanges.contrat.modele import Champ, TypeChamp
from cepage.fondations.referentiels.nomenclatures import SANS_BORNE, Periode

SEPARATEUR = "|"

# The codes ever listed, with the periods during which each is in force.
Vigueur = Mapping[str, tuple[Periode, ...]]
Listes = Callable[[str], Vigueur]


def regles_de_liste(champ: Champ, prefixe: str, listes: Listes, jour: pl.Expr) -> list[Regle]:
    """The rules that refuse a code which is not of the list, or was not in force on `jour`; none without a list.

    `prefixe` begins the code of the anomaly (`E-UO`). On a null day, a code is compared with the whole list.
    """
    codes = dict.fromkeys(champ.valeurs, SANS_BORNE) if champ.valeurs else _de_la_nomenclature(champ, listes)
    if not codes:
        return []
    code = f"{prefixe}-{'007' if champ.type is TypeChamp.TEXTE else '003'}"
    texte = pl.col(champ.nom)
    valeur = pl.lit("(masqué)") if champ.sensibilite.masquee else texte
    liste = f"« {champ.nomenclature or champ.nom} »"
    inconnu = texte.is_not_null() & ~_tous_parmi(champ, list(codes))
    regles = [Regle(code, inconnu, champ.nom, valeur, pl.lit(liste))]
    if bornes := _par_periodes(codes):
        hors = [(groupe, _hors(periodes, jour)) for periodes, groupe in bornes.items()]
        fautif = pl.any_horizontal(_un_parmi(champ, groupe) & hors_periodes for groupe, hors_periodes in hors)
        perimes = pl.concat_str(
            [pl.when(hors_periodes).then(_ceux_de(champ, groupe)) for groupe, hors_periodes in hors],
            separator=", ",
            ignore_nulls=True,
        )
        nomme = pl.lit("ce code") if champ.sensibilite.masquee else perimes
        detail = pl.format(f"{liste} : {{}} n'était pas en vigueur le {{}}", nomme, jour.dt.to_string("%d/%m/%Y"))
        regles.append(Regle(code, fautif, champ.nom, valeur, detail))
    return regles


def _de_la_nomenclature(champ: Champ, listes: Listes) -> dict[str, tuple[Periode, ...]]:
    if not champ.nomenclature:
        return {}
    codes = listes(champ.nomenclature)
    # A recommended list is compared without its case.
    return {code.upper(): p for code, p in codes.items()} if champ.type is TypeChamp.TEXTE else dict(codes)


def _par_periodes(codes: Vigueur) -> dict[tuple[Periode, ...], list[str]]:
    """The codes that have a bound, by their periods: an imported list makes few different ones."""
    groupes: dict[tuple[Periode, ...], list[str]] = {}
    for code, periodes in codes.items():
        if periodes != SANS_BORNE:
            groupes.setdefault(periodes, []).append(code)
    return groupes


def _hors(periodes: tuple[Periode, ...], jour: pl.Expr) -> pl.Expr:
    def dans(debut_fin: Periode) -> pl.Expr:
        debut, fin = debut_fin
        apres = pl.lit(True) if debut is None else jour >= debut
        return apres if fin is None else apres & (jour < fin)

    return ~pl.any_horizontal(dans(periode) for periode in periodes)


def _lue(champ: Champ) -> pl.Expr:
    texte = pl.col(champ.nom)
    return texte.str.to_uppercase() if champ.type is TypeChamp.TEXTE else texte


def _tous_parmi(champ: Champ, codes: list[str]) -> pl.Expr:
    if champ.multiple:
        return _lue(champ).str.split(SEPARATEUR).list.eval(pl.element().is_in(sorted(codes))).list.all()
    return _lue(champ).is_in(sorted(codes))


def _un_parmi(champ: Champ, codes: list[str]) -> pl.Expr:
    if champ.multiple:
        return _lue(champ).str.split(SEPARATEUR).list.eval(pl.element().is_in(sorted(codes))).list.any()
    return _lue(champ).is_in(sorted(codes))


def _ceux_de(champ: Champ, codes: list[str]) -> pl.Expr:
    """Among the values of the field, those of `codes`, as text; null when there are none."""
    if not champ.multiple:
        return pl.when(_un_parmi(champ, codes)).then(pl.col(champ.nom))
    trouves = _lue(champ).str.split(SEPARATEUR).list.eval(pl.element().filter(pl.element().is_in(sorted(codes))))
    return pl.when(trouves.list.len() > 0).then(trouves.list.join(", "))
