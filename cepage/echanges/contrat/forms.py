"""The filters of the contract's pages, kept in the URL."""

from django import forms

from cepage.echanges.contrat.fiches import FICHES

_FICHES = [(fiche.nom, fiche.libelle) for fiche in FICHES.values()]
_GRAVITES = [("", "Toutes"), ("bloquant", "Bloquant"), ("avertissement", "Avertissement")]


class FiltreDictionnaire(forms.Form):
    """Which fields to show."""

    fiche = forms.ChoiceField(label="Fiche", required=False, choices=[("", "Toutes"), *_FICHES])
    texte = forms.CharField(
        label="Mots à chercher",
        required=False,
        max_length=100,
        help_text="Nom, libellé, contrainte ou clause.",
    )


class FiltreCodes(forms.Form):
    """Which codes to show."""

    fiche = forms.ChoiceField(
        label="Fiche",
        required=False,
        choices=[("", "Toutes"), *_FICHES, ("fichier", "Fichier entier ou lot")],
    )
    gravite = forms.ChoiceField(label="Gravité", required=False, choices=_GRAVITES)
    texte = forms.CharField(
        label="Mots à chercher", required=False, max_length=100, help_text="Code, phrase, remède ou clause."
    )
