"""Fields of the screens, made from the contract. They refuse nothing: what is typed is kept, the exchange point judges.

`ecrire` turns what a person types into the contract's writing where it is certain (a French date, a decimal comma).
"""

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django import forms

from cepage.echanges.canaux.saisie.sections import aide, libelle
from cepage.echanges.contrat.modele import Champ, Fiche, Niveau, TypeChamp
from cepage.fondations.referentiels import nomenclatures
from cepage.fondations.socle import formats

BARRE = "|"
OUI_NON = (("O", "Oui"), ("N", "Non"))
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}")
_NOMBRES = (TypeChamp.ENTIER, TypeChamp.DECIMAL, TypeChamp.MONTANT)
_LONG = 1000
_CONTROLES = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


class _Choix(forms.ChoiceField):
    """A list that takes what it is given: a code unknown here is judged at the exchange point."""

    def valid_value(self, value: Any) -> bool:
        return True


class _Cases(forms.MultipleChoiceField):
    """Boxes to tick; the same tolerance."""

    def valid_value(self, value: Any) -> bool:
        return True


def ecrire(champ: Champ, texte: str) -> str:
    """What was typed, in the contract's writing when there is no doubt; else as it was typed."""
    texte = _CONTROLES.sub("", texte.replace("\r\n", "\n").replace("\r", "\n")).strip()
    if champ.type is TypeChamp.DATE:
        return _date(texte)
    if champ.type is TypeChamp.MOIS and (mois := re.fullmatch(r"(\d{1,2})\s*[/.-]\s*(\d{4})", texte)):
        return f"{mois[2]}-{int(mois[1]):02d}"
    if champ.type in _NOMBRES:
        return _nombre(texte)
    return texte if (champ.longueur_max or 0) > _LONG else " ".join(texte.split("\n"))


def lire(champ: Champ, valeurs: list[str]) -> str:
    """What is kept, as people read it: dates in words, codes by their labels."""
    liste = "prestation_complementaire" if champ.nom == "autoprescription" else champ.nomenclature
    return ", ".join(_lire_une(champ, liste, valeur) for valeur in valeurs if valeur)


def _lire_une(champ: Champ, liste: str, valeur: str) -> str:
    if champ.type is TypeChamp.DATE and _est_une_date(valeur):
        return formats.jour(date.fromisoformat(valeur))
    if champ.type is TypeChamp.BOOLEEN and valeur in ("O", "N"):
        return dict(OUI_NON)[valeur]
    try:
        return nomenclatures.libelle(liste, valeur) if liste else valeur
    except KeyError:
        return valeur


def _date(texte: str) -> str:
    for forme in ("%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y", "%d %m %Y", "%d%m%Y"):
        try:
            return datetime.strptime(texte, forme).date().isoformat()  # noqa: DTZ007  # a day has no zone
        except ValueError:
            continue
    return texte


def _nombre(texte: str) -> str:
    serre = re.sub(r"[\s\u00a0\u202f€]", "", texte)
    return serre.replace(",", ".") if re.fullmatch(r"-?\d+(?:[.,]\d+)?", serre) else texte


def jour_des_codes(fiche: Fiche, champ: Champ, contenu: Mapping[str, str], aujourd_hui: date) -> date:
    """The day at which the list of a field is shown: the one its code will be judged at, as far as it is known."""
    for nom in fiche.jours_du_code(champ):
        try:
            return date.fromisoformat(contenu.get(nom, ""))
        except ValueError:
            continue
    return aujourd_hui


def options(champ: Champ, le: date, courants: list[str]) -> list[tuple[str, str]]:
    """The codes of a list in force on that day; a current value that is not one of them stays, and says so."""
    if champ.type is TypeChamp.BOOLEEN:
        choix = list(OUI_NON)
    else:
        choix = [(c.code, c.libelle) for c in nomenclatures.table(champ.nomenclature) if c.valable(le)]
    connus = {code for code, _ in choix}
    return choix + [(v, f"{v} (hors de la liste)") for v in courants if v and v not in connus]


def champ_de_saisie(fiche: Fiche, champ: Champ, contenu: Mapping[str, str], aujourd_hui: date) -> forms.Field:
    """The form field of a field of the contract, filled or not."""
    valeur = contenu.get(champ.nom, "")
    commun: dict[str, Any] = {
        "label": libelle(fiche.nom, champ.nom, champ.libelle) + _mention(fiche, champ),
        "required": False,
        "help_text": aide(fiche.nom, champ.nom),
    }
    if a_une_liste(champ):
        choix = options(champ, jour_des_codes(fiche, champ, contenu, aujourd_hui), valeur.split(BARRE))
        if champ.multiple:
            return _Cases(choices=choix, widget=forms.CheckboxSelectMultiple, **commun)
        return _Choix(choices=[("", "Choisir"), *choix], **commun)
    return forms.CharField(widget=_zone(fiche, champ, valeur), strip=False, **commun)


def a_une_liste(champ: Champ) -> bool:
    """True when a person chooses rather than types; a recommended list only suggests."""
    if champ.type is TypeChamp.BOOLEEN:
        return not champ.multiple
    return champ.type is TypeChamp.CODE and bool(champ.nomenclature)


def _zone(fiche: Fiche, champ: Champ, valeur: str) -> forms.Widget:
    if champ.type is TypeChamp.DATE and (not valeur or _est_une_date(valeur)):
        # What is not a date would vanish from a date picker: it stays readable in a plain one.
        return forms.DateInput(attrs={"type": "date"})
    if (champ.longueur_max or 0) > _LONG:
        return forms.Textarea(attrs={"rows": 6})
    attributs = {"autocomplete": "off"}
    if champ.nom in ("telephone", "email"):
        attributs["type"] = {"telephone": "tel", "email": "email"}[champ.nom]
    if champ.type in _NOMBRES:
        attributs["inputmode"] = "decimal"
    if champ.nom in SUGGERES:
        attributs["list"] = f"suggestions-{champ.nom}"
    return forms.TextInput(attrs=attributs)


SUGGERES = frozenset({"identifiant_beneficiaire", "numero_dossier", "structure", "adresse_type_voie"})
"""The fields under which known values are suggested as one types."""


def _est_une_date(texte: str) -> bool:
    try:
        return bool(_ISO.fullmatch(texte)) and bool(date.fromisoformat(texte))
    except ValueError:
        return False


def _mention(fiche: Fiche, champ: Champ) -> str:
    match champ.obligation.niveau:
        case Niveau.JAMAIS:
            return " (facultatif)"
        case Niveau.DES_UO1:
            return " (dès l'UO1)"
    return ""
