"""The profile by which respondents are compared with the people closed: sex, age band, social category."""

from datetime import date
from typing import Any

from cepage.fondations.regles import charger_marche

INCONNU = ""


def profil_de(personne: Any, jour: date | None) -> dict[str, str]:
    """The profile of a version of a beneficiary on a day; empty values when it is not known."""
    if personne is None:
        return {"sexe": INCONNU, "tranche_age": INCONNU, "categorie_sociale": INCONNU}
    return {
        "sexe": personne.sexe or INCONNU,
        "tranche_age": tranche_age(personne.date_naissance, jour),
        "categorie_sociale": personne.categorie_sociale or INCONNU,
    }


def tranche_age(naissance: date | None, jour: date | None) -> str:
    """The band of the age on that day ("25-34", "55+"); empty when it is not known."""
    if naissance is None or jour is None:
        return INCONNU
    return bande(jour.year - naissance.year - ((jour.month, jour.day) < (naissance.month, naissance.day)), jour)


def bande(age: int | None, jour: date) -> str:
    """The band of an age, as cut on that day: the one way to compare respondents with the people closed."""
    if age is None:
        return INCONNU
    bornes = [int(b) for b in charger_marche("A").liste("enquetes.tranches_age", le=jour)]
    debuts = [b for b in bornes if b <= age]
    if not debuts:
        return f"<{bornes[0]}"
    suivante = next((b for b in bornes if b > debuts[-1]), None)
    return f"{debuts[-1]}+" if suivante is None else f"{debuts[-1]}-{suivante - 1}"
