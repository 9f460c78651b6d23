"""The search of accepted fiches, kept in the URL."""

from django import forms

from cepage.echanges.canaux.saisie.sections import ECRANS


class RechercheForm(forms.Form):
    """Which fiches to show."""

    sorte = forms.ChoiceField(
        label="Sorte de fiche", required=False, choices=[("", "Toutes"), *((n, e.titre) for n, e in ECRANS.items())]
    )
    texte = forms.CharField(
        label="Nom, identifiant ou numéro",
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
