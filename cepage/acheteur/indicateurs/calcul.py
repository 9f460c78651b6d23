"""The engine's door: the indicators of a month or of a stretch of months, as known on any past date."""

import shutil
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from cepage.acheteur.indicateurs import colonnes
from cepage.acheteur.indicateurs.agregats import AGREGATS, Agregat, requete
from cepage.acheteur.indicateurs.colonnes import PARIS, Fichier
from cepage.acheteur.indicateurs.definitions import DEFINITIONS, definition
from cepage.acheteur.indicateurs.evaluation import Contexte, Populations, evaluer
from cepage.acheteur.indicateurs.faits import Periode
from cepage.acheteur.indicateurs.modele import Compte, Definition, Mois, Valeur

if TYPE_CHECKING:
    import polars as pl

UNITES_PAR_PASSE = 8_000_000
"""States read at once at most: bounds the memory, whatever the number of lots."""


def calculer(
    mois: Mois | str,
    *,
    lot: str | None = None,
    connu_le: date | None = None,
    racine: Path,
    codes: Iterable[str] | None = None,
    populations: Populations | None = None,
    gardes: bool = True,
) -> list[Valeur]:
    """The indicators of one month: see `calculer_periode`."""
    return calculer_periode(
        mois,
        mois,
        lot=lot,
        connu_le=connu_le,
        racine=racine,
        codes=codes,
        populations=populations,
        gardes=gardes,
    )


def calculer_periode(
    mois_debut: Mois | str,
    mois_fin: Mois | str,
    *,
    lot: str | None = None,
    connu_le: date | None = None,
    racine: Path,
    codes: Iterable[str] | None = None,
    populations: Populations | None = None,
    gardes: bool = True,
) -> list[Valeur]:
    """Every figure of the months from `mois_debut` to `mois_fin` (included), by lot, then for all lots.

    `connu_le` replays what was known at the end of that day in Paris; None takes the current state. `codes`
    restricts the indicators. The current state is read from the aggregates kept on disk, refreshed where
    something changed, unless `gardes` is false. Raises ColonnesAbsentes when nothing was exported.
    """
    debut, fin = _mois(mois_debut), _mois(mois_fin)
    if fin < debut:
        raise ValueError(f"Le dernier mois ({fin}) précède le premier ({debut}). Inversez-les.")
    sources = colonnes.fichiers(racine)
    commandes = colonnes.commandes(racine)
    lots = [lot] if lot else sorted({f.lot for f in sources} | {c.lot for c in commandes})
    choisies = [definition(c) for c in codes] if codes is not None else list(DEFINITIONS.values())
    mois = [Mois(rang) for rang in range(debut.rang, fin.rang + 1)]
    voulus = besoins(choisies, debut, fin)
    if connu_le is None and gardes:
        from cepage.acheteur.indicateurs.rafraichissement import agregats_a_jour

        agregats = agregats_a_jour(racine, sources, commandes, lots, voulus)
    else:
        bons = colonnes.ensembles_de_bons(commandes, lots, mois)
        agregats = calculer_agregats(
            [f for f in sources if f.lot in lots], voulus, bons, connu_le=connu_le, recopier=len(mois) > 1
        )
    contexte = Contexte(
        agregats=agregats,
        commandes=commandes,
        populations=populations,
        lots=lots,
        mois=mois,
        connu_le=connu_le or aujourdhui(),
        national=lot is None,
    )
    return evaluer(contexte, choisies)


def aujourdhui() -> date:
    """Today in Paris: the one place where the engine reads the clock."""
    return datetime.now(PARIS).date()


def besoins(definitions: Iterable[Definition], debut: Mois, fin: Mois) -> dict[str, Periode]:
    """The aggregates the definitions read, and over which days of facts each must be computed."""
    etendues: dict[str, Periode] = {}
    for d in definitions:
        for m in d.mesures:
            for cote in (m.numerateur, m.denominateur):
                if isinstance(cote, Compte):
                    voulue = _etendue(AGREGATS[cote.agregat], cote, debut, fin)
                    etendues[cote.agregat] = _reunion(etendues.get(cote.agregat), voulue)
    return etendues


def _etendue(agregat: Agregat, compte: Compte, debut: Mois, fin: Mois) -> Periode:
    premier = debut.plus(compte.decalage)
    if agregat.portee == "bon" or compte.cumul == "bon":
        return Periode(None, fin.dernier_jour)
    if agregat.portee == "annee" or compte.cumul == "annee":
        premier = Mois.de(premier.annee, 1)
    return Periode(premier.premier_jour, fin.plus(compte.decalage).dernier_jour)


def _reunion(une: Periode | None, autre: Periode) -> Periode:
    if une is None:
        return autre
    debut = None if une.debut is None or autre.debut is None else min(une.debut, autre.debut)
    fin = None if une.fin is None or autre.fin is None else max(une.fin, autre.fin)
    return Periode(debut, fin)


def calculer_agregats(
    sources: Sequence[Fichier],
    voulus: dict[str, Periode],
    bons: Sequence[tuple[str, str, str, str]],
    *,
    connu_le: date | None,
    recopier: bool = False,
) -> "pl.DataFrame":
    """The aggregates `voulus`, computed from the columns, a few lots at a time.

    `recopier` when most of the columns will be read: see `colonnes.ouvrir`.
    """
    import polars as pl

    repertoire = Path(tempfile.mkdtemp(prefix="cepage-indicateurs-"))
    try:
        with colonnes.connexion(repertoire) as con:
            tables = []
            for passe in _passes(sources):
                colonnes.ouvrir(con, passe, bons, connu_le, recopier=recopier)
                tables += [colonnes.tableau(con, requete(nom, p)) for nom, p in sorted(voulus.items())]
            if not tables:
                colonnes.ouvrir(con, [], bons, connu_le)
                nom, p = next(iter(sorted(voulus.items())))
                tables.append(colonnes.tableau(con, requete(nom, p)))
            return pl.concat(tables)
    finally:
        shutil.rmtree(repertoire, ignore_errors=True)


def _passes(sources: Sequence[Fichier]) -> Iterator[list[Fichier]]:
    """The files by groups of whole lots, no group past `UNITES_PAR_PASSE` unless a lot is."""
    import pyarrow.parquet as pq

    par_lot: dict[str, list[Fichier]] = {}
    for fichier in sources:
        par_lot.setdefault(fichier.lot, []).append(fichier)
    passe: list[Fichier] = []
    total = 0
    for liste in par_lot.values():
        taille = sum(pq.ParquetFile(f.chemin).metadata.num_rows for f in liste if f.table == "unites")
        if passe and total + taille > UNITES_PAR_PASSE:
            yield passe
            passe, total = [], 0
        passe += liste
        total += taille
    if passe:
        yield passe


def _mois(mois: Mois | str) -> Mois:
    return Mois.lire(mois) if isinstance(mois, str) else mois
