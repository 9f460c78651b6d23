"""The figures of an envoi that is being received, for the exchange point to compare with those the operator sent."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path

from django.conf import settings

from cepage.acheteur.indicateurs.calcul import calculer_periode
from cepage.acheteur.indicateurs.colonnes import ColonnesAbsentes
from cepage.acheteur.indicateurs.definitions import DEFINITIONS
from cepage.acheteur.indicateurs.modele import Mois, Valeur
from cepage.acheteur.registre.colonnes import actualiser_a_part
from cepage.echanges.reception.contexte import Chiffre


def recalculer(lot: str, demandes: Iterable[tuple[str, str]], repertoire: Path) -> dict[tuple[str, str], Chiffre]:
    """The figure of each (month `AAAA-MM`, code) that has one for the whole lot, as the register now stands.

    Runs in the transaction of the envoi, on a copy of the columns made under `repertoire`: what is not committed
    never reaches the pages.
    """
    par_mois: dict[str, list[str]] = defaultdict(list)
    for mois, code in demandes:
        if code in DEFINITIONS:
            par_mois[mois].append(code)
    if not par_mois:
        return {}
    copie = repertoire / "colonnes"
    actualiser_a_part(Path(settings.CEPAGE_DONNEES) / "colonnes", copie, lot)
    chiffres: dict[tuple[str, str], Chiffre] = {}
    for debut, fin in _suites({Mois.lire(mois) for mois in par_mois}):
        # One pass over months that follow each other costs little more than one month alone.
        codes = {code for mois, codes in par_mois.items() if debut <= Mois.lire(mois) <= fin for code in codes}
        for v in _calculer(debut, fin, lot, copie, codes):
            demandee = v.code in par_mois.get(v.periode, ()) and v.maille == DEFINITIONS[v.code].mesures[0].maille
            if demandee and v.valeur is not None:
                chiffres[v.periode, v.code] = Chiffre(v.valeur, DEFINITIONS[v.code].unite == "part")
    return chiffres


def _calculer(debut: Mois, fin: Mois, lot: str, copie: Path, codes: set[str]) -> list[Valeur]:
    """The values of these codes; none before the first unit of the lot: there is nothing to compare with yet."""
    try:
        return calculer_periode(debut, fin, lot=lot, racine=copie, codes=codes, gardes=False)
    except ColonnesAbsentes:
        return []


def _suites(mois: set[Mois]) -> Iterator[tuple[Mois, Mois]]:
    """First and last month of each run of consecutive months."""
    tries = sorted(mois)
    for _, suite in groupby(enumerate(tries), key=lambda place: place[1].rang - place[0]):
        rangs = [m for _, m in suite]
        yield rangs[0], rangs[-1]
