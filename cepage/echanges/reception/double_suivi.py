"""Whether a person is followed under another lot on a day: the validator's question, asked of one person."""

from datetime import date

import polars as pl

from cepage.echanges.reception.contexte import registre
from cepage.echanges.reception.identite import normaliser
from cepage.fondations.socle.portee import portee_totale


def suivie_ailleurs(lot: str, nom: str, prenom: str, naissance: date, le: date) -> bool:
    """True when another lot follows this person that day, beyond the UO0; who does is never said."""
    identite = f"{normaliser(nom)}|{normaliser(prenom)}|{naissance.isoformat()}"
    with portee_totale():
        suivis = registre().suivis_ailleurs(lot, pl.DataFrame({"identite": [identite]}))
    return any(debut <= le and (fin is None or fin >= le) for _, debut, fin in suivis.iter_rows())
