"""The figures of an envoi that is being received, for the exchange point to compare with those the operator sent."""

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings

from cepage.acheteur.indicateurs.calcul import calculer
from cepage.acheteur.indicateurs.definitions import DEFINITIONS
from cepage.acheteur.indicateurs.modele import Mois
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
    for mois, codes in par_mois.items():
        mailles = {(code, DEFINITIONS[code].mesures[0].maille) for code in codes}
        for v in calculer(Mois.lire(mois), lot=lot, racine=copie, codes=codes, gardes=False):
            if (v.code, v.maille) in mailles and v.valeur is not None:
                chiffres[mois, v.code] = Chiffre(v.valeur, DEFINITIONS[v.code].unite == "part")
    return chiffres
