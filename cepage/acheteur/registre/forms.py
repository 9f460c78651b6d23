"""The forms of the register: search by number, and the two dates of a history."""

from django import forms

_DATE = {"invalid": "Écrivez la date ainsi : 2021-03-12."}


def _champ_date(libelle: str, aide: str) -> forms.DateField:
    return forms.DateField(
        label=libelle,
        help_text=aide,
        required=False,
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages=_DATE,
    )


class RechercheDossier(forms.Form):
    """A dossier number, or how it begins."""

    numero = forms.CharField(
        label="Numéro de dossier",
        max_length=40,
        min_length=4,
        help_text="Quatorze caractères : opérateur, année et mois, unité, six chiffres. Le début suffit.",
        error_messages={"min_length": "Donnez au moins les quatre premiers caractères du numéro."},
    )


class DatesHistoire(forms.Form):
    """As known on a day, as in force on a day."""

    connu_le = _champ_date("Connu le", "Seulement ce qui avait été reçu ce jour-là.")
    en_vigueur_le = _champ_date("En vigueur le", "Seulement les fiches produites jusqu'à ce jour-là.")
