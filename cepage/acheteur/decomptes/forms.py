"""The forms of the décomptes: filters kept in the URL, a quarter to compute, a reason, a remark."""

from collections.abc import Iterable

from django import forms

from cepage.acheteur.decomptes.enums import Etat, Motif, Nature
from cepage.acheteur.decomptes.trimestres import PeriodeMalEcrite, Trimestre
from cepage.acheteur.marche.forms import UNITES


class FiltreDecomptes(forms.Form):
    """Which décomptes to show."""

    lot = forms.ChoiceField(label="Lot", required=False)
    etat = forms.ChoiceField(label="État", required=False, choices=[("", "Tous"), *Etat.choices])

    def __init__(self, donnees: object, lots: Iterable[tuple[str, str]]) -> None:
        super().__init__(donnees)  # type: ignore[arg-type]
        self.fields["lot"].choices = [("", "Tous"), *lots]  # type: ignore[attr-defined]


class FiltreLignes(forms.Form):
    """Which lines of a décompte to show."""

    uo = forms.ChoiceField(label="Unité d'œuvre", required=False, choices=[("", "Toutes"), *UNITES])
    nature = forms.ChoiceField(label="Nature", required=False, choices=[("", "Toutes"), *Nature.choices])
    motif = forms.ChoiceField(label="Raison", required=False, choices=[("", "Toutes"), *Motif.choices])
    commande = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)


class CalculForm(forms.Form):
    """The lot and the quarter to compute."""

    lot = forms.ChoiceField(label="Lot")
    trimestre = forms.CharField(label="Trimestre", max_length=7, help_text="Par exemple 2021-T1.")

    def __init__(self, donnees: object, lots: Iterable[tuple[str, str]]) -> None:
        super().__init__(donnees)  # type: ignore[arg-type]
        self.fields["lot"].choices = list(lots)  # type: ignore[attr-defined]

    def clean_trimestre(self) -> Trimestre:
        """The quarter. Raises ValidationError."""
        try:
            return Trimestre.lire(self.cleaned_data["trimestre"].strip().upper())
        except PeriodeMalEcrite as erreur:
            raise forms.ValidationError(str(erreur)) from None


class PrimeForm(forms.Form):
    """Which lot, which half-year."""

    lot = forms.ChoiceField(label="Lot")
    semestre = forms.ChoiceField(label="Semestre")

    def __init__(self, donnees: object, lots: Iterable[tuple[str, str]], semestres: Iterable[tuple[str, str]]) -> None:
        super().__init__(donnees)  # type: ignore[arg-type]
        self.fields["lot"].choices = list(lots)  # type: ignore[attr-defined]
        self.fields["semestre"].choices = list(semestres)  # type: ignore[attr-defined]


class MotifForm(forms.Form):
    """Why a décompte is taken back."""

    motif = forms.CharField(
        label="Motif de la reprise",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="L'opérateur le lit.",
    )


class RemarqueForm(forms.Form):
    """What one has to say of a décompte."""

    texte = forms.CharField(
        label="Votre remarque",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Elle est lue par l'autre partie et ne s'efface pas. N'y nommez personne.",
    )
