"""From monthly aggregates to figures: every measure of every definition, over all lots and months at once."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Protocol

from cepage.acheteur.indicateurs.colonnes import Commande, bons_en_cours, cle_des_bons
from cepage.acheteur.indicateurs.modele import (
    LOT_NATIONAL,
    Compte,
    Definition,
    Habitants,
    Mesure,
    Mois,
    Valeur,
    Volume,
)

if TYPE_CHECKING:
    import polars as pl

Cle = tuple[str, int, str | None]
"""(lot, rank of the month, modality)."""


CONFIANCE_FAIBLE = "faible"
"""How the populations call a figure that is an order of magnitude only."""


@dataclass(frozen=True)
class Base:
    """What a numerator is divided by, where it comes from, and whether it is an assumption."""

    valeur: int | None
    mention: str | None = None
    hypothese: bool = False


class Population(Protocol):
    """A population of reference with where it comes from."""

    @property
    def valeur(self) -> int | None: ...
    @property
    def annee(self) -> int | None: ...
    @property
    def champ(self) -> str: ...
    @property
    def confiance(self) -> str: ...
    @property
    def motif(self) -> str: ...


class Populations(Protocol):
    """Where populations of reference are read (`referentiels.populations` by default)."""

    def population_active(self, lot: str) -> Population: ...
    def population_cep(self, lot: str) -> Population: ...
    def population_categorie(self, lot: str, categorie: str) -> Population: ...


def populations_du_produit() -> Populations:
    """The populations of reference shipped with the product."""
    from cepage.fondations.referentiels import populations

    return populations


@dataclass
class Contexte:
    """What an evaluation stands on: the aggregates, the orders, the populations, and when it was known."""

    agregats: "pl.DataFrame"
    commandes: Sequence[Commande]
    populations: Populations | None
    """Where populations are read; None takes those shipped with the product."""
    lots: Sequence[str]
    mois: Sequence[Mois]
    connu_le: date
    national: bool = True
    _populations: dict[tuple[str, str, str | None], Base] = field(default_factory=dict)
    _parties: "dict[tuple[object, ...], pl.DataFrame]" = field(default_factory=dict)

    @property
    def territoires(self) -> list[str]:
        """The lots, then the whole of them."""
        return [*self.lots, LOT_NATIONAL] if self.national else list(self.lots)

    def partie(self, agregat: str, axe: str | None) -> "pl.DataFrame":
        """The rows of one aggregate along one axis."""
        if not self._parties:
            self._parties.update(self.agregats.partition_by("agregat", "axe", as_dict=True))
        return self._parties.get((agregat, axe), self.agregats.clear())


def evaluer(contexte: Contexte, definitions: Iterable[Definition]) -> list[Valeur]:
    """Every row of `definitions`, in their order, by measure, lot then month."""
    return [v for d in definitions for m in d.mesures for v in _mesurer(contexte, d, m)]


def _mesurer(contexte: Contexte, definition: Definition, mesure: Mesure) -> Iterable[Valeur]:
    if mesure.calcul == "quantile":
        comptes, quantiles = _quantiles(contexte, mesure)
        numerateurs: dict[Cle, int] = {}
    else:
        comptes, quantiles = {}, {}
        numerateurs = _compter(contexte, mesure.numerateur, mesure.ventilation)
    denominateur = _denominateur(contexte, mesure)
    for cle in _cles(contexte, mesure, numerateurs):
        lot, rang, modalite = cle
        mention: str | None
        haut: int | None
        bas: int | None
        if mesure.calcul == "quantile":
            haut, bas, valeur = None, comptes.get(cle, 0), quantiles.get(cle)
            mention, hypothese = None if bas else "aucune clôture volontaire dans le mois", False
        else:
            haut = compte = numerateurs.get(cle, 0)
            base = denominateur(cle)
            bas, mention, hypothese = base.valeur, base.mention, base.hypothese
            valeur = _valeur(mesure, compte, bas)
            if valeur is None and mention is None:
                mention = "dénominateur nul"
        mois = Mois(rang)
        yield Valeur(
            code=definition.code,
            lot=lot,
            periode=str(mois),
            maille=mesure.maille_de(modalite),
            numerateur=haut,
            denominateur=bas,
            valeur=valeur,
            provisoire=definition.provisoire(mois, contexte.connu_le),
            mention=mention,
            hypothese=hypothese,
        )


def _valeur(mesure: Mesure, haut: int, bas: int | None) -> float | None:
    if mesure.calcul == "effectif":
        return float(haut)
    if not bas:
        return None
    return haut / bas if mesure.calcul == "rapport" else (haut - bas) / bas


def _cles(contexte: Contexte, mesure: Mesure, numerateurs: dict[Cle, int]) -> Iterable[Cle]:
    """A row for each lot and month; with a breakdown, one for each observed modality."""
    if mesure.ventilation:
        return sorted(numerateurs, key=lambda c: (c[0] == LOT_NATIONAL, c[0], c[1], c[2] or ""))
    return ((lot, m.rang, None) for lot in contexte.territoires for m in contexte.mois)


def _choisir(contexte: Contexte, compte: Compte, axe: str | None) -> "pl.DataFrame":
    """The rows of the aggregate that the count reads, whatever their month."""
    import polars as pl

    lignes = contexte.partie(compte.agregat, axe)
    return lignes.filter(*(pl.col(dimension).is_in(valeurs) for dimension, valeurs in compte.ou.items()))


def _compter(contexte: Contexte, compte: Compte, axe: str | None) -> dict[Cle, int]:
    """The count for each lot, requested month and modality; what is absent is zero."""
    import polars as pl

    lignes = _choisir(contexte, compte, axe)
    nombre = pl.col("nombre") * pl.col("jours") if compte.jours else pl.col("nombre")
    somme = nombre.sum().cast(pl.Int64).alias("total")
    if compte.cumul == "bon":
        return _compter_par_bon(contexte, lignes)
    rangs = pl.DataFrame({"cible": [m.rang for m in contexte.mois]}, schema={"cible": pl.Int32})
    if compte.cumul == "annee":
        condition = (pl.col("mois") <= pl.col("cible")) & (pl.col("mois") // 12 == pl.col("cible") // 12)
        lignes = lignes.join(rangs, how="cross").filter(condition)
    else:
        voulus = rangs.with_columns((pl.col("cible") + compte.decalage).cast(pl.Int32).alias("mois"))
        lignes = lignes.join(voulus, on="mois")
    totaux = lignes.group_by("lot", "cible", "modalite").agg(somme)
    comptes = {(lot, rang, modalite): total for lot, rang, modalite, total in totaux.iter_rows()}
    return _avec_le_total(contexte, comptes)


def _compter_par_bon(contexte: Contexte, lignes: "pl.DataFrame") -> dict[Cle, int]:
    """Persons since the start of the orders in progress in each month."""
    par_bon: dict[tuple[str, str, str], dict[int, int]] = {}
    for lot, uo, bon, rang, nombre in lignes.select("lot", "uo", "bon", "mois", "nombre").iter_rows():
        mois = par_bon.setdefault((lot, uo, bon), {})
        mois[rang] = mois.get(rang, 0) + nombre
    unites = {uo for _, uo, _ in par_bon}
    comptes: dict[Cle, int] = {}
    for lot in contexte.lots:
        for m in contexte.mois:
            for uo in unites:
                bon = cle_des_bons(bons_en_cours(contexte.commandes, lot, uo, m))
                faits = par_bon.get((lot, uo, bon), {}) if bon else {}
                total = sum(n for rang, n in faits.items() if rang <= m.rang)
                comptes[lot, m.rang, None] = comptes.get((lot, m.rang, None), 0) + total
    return _avec_le_total(contexte, comptes)


def _avec_le_total(contexte: Contexte, comptes: dict[Cle, int]) -> dict[Cle, int]:
    """The same with the whole of the lots: a person is one within a lot, so lots add up."""
    if contexte.national:
        for (_, rang, modalite), total in list(comptes.items()):
            cle = (LOT_NATIONAL, rang, modalite)
            comptes[cle] = comptes.get(cle, 0) + total
    return comptes


def _quantiles(contexte: Contexte, mesure: Mesure) -> tuple[dict[Cle, int], dict[Cle, float]]:
    """Numbers of closures and quantile of their days, from the histogram of days."""
    voulus = {m.rang for m in contexte.mois}
    histogrammes: dict[Cle, dict[int, int]] = {}
    lignes = _choisir(contexte, mesure.numerateur, None).select("lot", "mois", "jours", "nombre")
    for lot, rang, jours, nombre in lignes.iter_rows():
        if rang in voulus:
            for territoire in (lot, LOT_NATIONAL) if contexte.national else (lot,):
                histogramme = histogrammes.setdefault((territoire, rang, None), {})
                histogramme[jours] = histogramme.get(jours, 0) + nombre
    comptes = {cle: sum(h.values()) for cle, h in histogrammes.items()}
    return comptes, {cle: quantile(h, mesure.ordre) for cle, h in histogrammes.items()}


def quantile(histogramme: dict[int, int], ordre: float) -> float:
    """The quantile of a non-empty histogram, linearly interpolated between the two nearest values."""
    position = (sum(histogramme.values()) - 1) * ordre
    bas = int(position)
    part = position - bas
    vus, inferieure = 0, None
    for valeur in sorted(histogramme):
        vus += histogramme[valeur]
        if inferieure is None and vus > bas:
            inferieure = valeur
        if inferieure is not None and vus > bas + (1 if part else 0):
            return inferieure + (valeur - inferieure) * part
    raise ValueError("Un histogramme vide n'a pas de quantile.")


def _denominateur(contexte: Contexte, mesure: Mesure) -> Callable[[Cle], Base]:
    cote = mesure.denominateur
    if cote is None:
        return lambda cle: Base(None)
    if isinstance(cote, Volume):
        volume = cote.uo
        return lambda cle: _volume(contexte, volume, cle)
    if isinstance(cote, Habitants):
        population = cote.population
        return lambda cle: _population(contexte, population, cle)
    comptes = _compter(contexte, cote, mesure.ventilation)
    return lambda cle: Base(comptes.get(cle, 0))


def _volume(contexte: Contexte, uo: str, cle: Cle) -> Base:
    lot, rang, _ = cle
    lots = contexte.lots if lot == LOT_NATIONAL else [lot]
    bons = [c for un in lots for c in bons_en_cours(contexte.commandes, un, uo, Mois(rang))]
    if not bons:
        return Base(None, "aucun bon de commande en cours le dernier jour du mois")
    return Base(sum(c.volume for c in bons))


def _population(contexte: Contexte, nom: str, cle: Cle) -> Base:
    lot, _, modalite = cle
    memoire = (nom, lot, modalite if nom == "categorie" else None)
    if memoire not in contexte._populations:
        lots = contexte.lots if lot == LOT_NATIONAL else [lot]
        populations = contexte.populations or populations_du_produit()
        contexte._populations[memoire] = _lire_population(populations, nom, lots, modalite)
    return contexte._populations[memoire]


def _lire_population(populations: Populations, nom: str, lots: Sequence[str], modalite: str | None) -> Base:
    if nom == "categorie" and modalite is not None:
        lues = [populations.population_categorie(lot, modalite) for lot in lots]
        if any(p.valeur is None for p in lues):
            totale = _lire_population(populations, "cep", lots, None)
            mention = f"population de la catégorie non connue, population totale retenue : {totale.mention}"
            return Base(totale.valeur, mention, totale.hypothese)
    elif nom == "active":
        lues = [populations.population_active(lot) for lot in lots]
    else:
        lues = [populations.population_cep(lot) for lot in lots]
    if any(p.valeur is None for p in lues):
        return Base(None, _population_non_connue(lots, lues))
    bases = sorted({_base(p) for p in lues})
    hypothese = any(p.confiance == CONFIANCE_FAIBLE for p in lues)
    return Base(sum(p.valeur or 0 for p in lues), " ; ".join(bases), hypothese)


def _population_non_connue(lots: Sequence[str], lues: Sequence[Population]) -> str:
    """Why there is nothing to divide by, lots of one reason together, and what would mend it."""
    par_motif: dict[str, list[str]] = {}
    for lot, population in zip(lots, lues, strict=True):
        if population.valeur is None:
            par_motif.setdefault(population.motif, []).append(lot)
    raisons = [
        f"lot{'s' if len(siens) > 1 else ''} {', '.join(siens)}" + (f", {motif}" if motif else "")
        for motif, siens in par_motif.items()
    ]
    return f"population non connue ({' ; '.join(raisons)}) : elle s'importe par la liste « populations »"


def _base(population: Population) -> str:
    """The scope and year of a population, with what weakens it."""
    annee = f" ({population.annee})" if population.annee else " (année non précisée)"
    reserve = f" — {population.motif}" if population.motif else ""
    return f"{population.champ}{annee}, confiance {population.confiance}{reserve}"
