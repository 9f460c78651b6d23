"""The forms of the pénalités: filters kept in the URL, where to look, why to propose, a vote, a contestation."""

from collections.abc import Iterable

from django import forms

from cepage.acheteur.penalites.enums import Etat, Sens
from cepage.fondations.socle.periodes import Periode


class FiltrePenalites(forms.Form):
    """Which pénalités to show."""

    lot = forms.ChoiceField(label="Lot", required=False)
    etat = forms.ChoiceField(label="État", required=False, choices=[("", "Tous"), *Etat.choices])
    annee = forms.ChoiceField(label="Année", required=False)

    def __init__(self, donnees: object, lots: Iterable[tuple[str, str]], annees: Iterable[int]) -> None:
        super().__init__(donnees)  # type: ignore[arg-type]
        self.fields["lot"].choices = [("", "Tous"), *lots]  # type: ignore[attr-defined]
        self.fields["annee"].choices = [("", "Toutes"), *((str(a), str(a)) for a in annees)]  # type: ignore[attr-defined]


class RechercheForm(forms.Form):
    """Where breaches are looked for."""

    lot = forms.ChoiceField(label="Lot")
    trimestre = forms.CharField(label="Trimestre", max_length=7, help_text="Par exemple 2021-T1.")

    def __init__(self, donnees: object, lots: Iterable[tuple[str, str]]) -> None:
        super().__init__(donnees)  # type: ignore[arg-type]
        self.fields["lot"].choices = list(lots)  # type: ignore[attr-defined]

    def clean_trimestre(self) -> str:
        """A quarter written as the contract does. Raises ValidationError."""
        texte = str(self.cleaned_data["trimestre"]).strip().upper()
        try:
            Periode.du_trimestre(texte)
        except ValueError as erreur:
            raise forms.ValidationError(str(erreur)) from None
        return texte


class PropositionForm(forms.Form):
    """Why a breach should be sanctioned."""

    motif = forms.CharField(
        label="Motif de la proposition",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Ce qui fait de ce constat un manquement. L'opérateur le lira ; n'y nommez personne.",
        error_messages={"required": "Motivez la proposition."},
    )


class VoixForm(forms.Form):
    """One person's decision, with its reason."""

    sens = forms.ChoiceField(
        label="Votre décision",
        choices=Sens.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Dites si la pénalité est à retenir."},
    )
    motif = forms.CharField(
        label="Motif",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="L'opérateur le lira, sans votre nom.",
        error_messages={"required": "Motivez votre décision."},
    )


class ContestationForm(forms.Form):
    """Why the operator contests."""

    argument = forms.CharField(
        label="Votre argument",
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="Ce qui, dans le constat ou le calcul, n'est pas juste.",
        error_messages={"required": "Dites pourquoi vous contestez."},
    )
