"""The forms of the décomptes: filters kept in the URL, a quarter to compute, a reason, a remark."""

from collections.abc import Iterable

from django import forms

from cepage.acheteur.decomptes.enums import Etat, Motif, Nature
from cepage.acheteur.decomptes.models import Coordonnees
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


class CoordonneesForm(forms.ModelForm):  # type: ignore[type-arg]
    """Who an operator is on its invoices."""

    class Meta:
        model = Coordonnees
        fields = ("nom", "siren", "tva", "adresse", "code_postal", "ville", "iban")
        help_texts = {
            "siren": "Neuf chiffres.",
            "tva": "FR, deux chiffres, puis le SIREN. Vide si vous n'en avez pas.",
            "iban": "Sans espace.",
        }

    siren = forms.RegexField(
        r"^\d{9}$", label="SIREN", error_messages={"invalid": "Le SIREN a neuf chiffres, sans espace."}
    )
    code_postal = forms.RegexField(
        r"^\d{5}$", label="Code postal", error_messages={"invalid": "Le code postal a cinq chiffres."}
    )


class NumeroForm(forms.Form):
    """The number of an invoice to make."""

    numero = forms.RegexField(
        r"^[0-9A-Za-z/_.\-]{1,20}$",
        label="Numéro de facture",
        help_text="Celui qui suit dans votre numérotation, vingt caractères au plus.",
        error_messages={"invalid": "Lettres, chiffres, « - », « _ », « . » ou « / » : vingt caractères au plus."},
    )


class FichierForm(forms.Form):
    """An operator's own invoice."""

    fichier = forms.FileField(
        label="Facture Factur-X", help_text="PDF Factur-X ou XML du profil EN 16931, 10 Mo au plus."
    )


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
