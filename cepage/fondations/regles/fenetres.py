"""Which market a day belongs to, read from each market's own service window."""

from datetime import date

from cepage.fondations.regles.erreurs import ErreurRegles
from cepage.fondations.regles.parametres import charger_marche, marches


def fenetres() -> list[tuple[date, date, str]]:
    """First and last day on which each market's units may be engaged, and its code, by first day."""
    lues = []
    for code in marches():
        regles = charger_marche(code)
        debut = regles.parametre("marche.service_debut").valeurs[0]
        fin = regles.parametre("marche.service_fin").valeurs[0]
        if isinstance(debut.valeur, date) and isinstance(fin.valeur, date):
            lues.append((debut.valeur, fin.valeur, code))
    return sorted(lues)


def marche_du(le: date) -> str:
    """Code of the market in service on the day `le`: the last one begun by then. Raises `ErreurRegles` before all."""
    commences = [code for debut, _, code in fenetres() if debut <= le]
    if not commences:
        raise ErreurRegles(
            f"Aucun marché n'est en service le {le.isoformat()}.",
            remede=f"Le premier commence le {fenetres()[0][0].isoformat()}.",
        )
    return commences[-1]
