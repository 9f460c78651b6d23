"""The forms of the envois: filters kept in the URL, and the deposit of a file."""

from collections.abc import Iterable
from datetime import date

from django import forms

from cepage.echanges.reception.enums import Mode, Statut

GRAVITES = (("", "Toutes"), ("bloquant", "Bloquante"), ("avertissement", "Avertissement"))


def choix_des_lots(lots: Iterable[str]) -> list[tuple[str, str]]:
    """Options « Lot 08 », sorted."""
    return [(lot, f"Lot {lot}") for lot in sorted(lots)]


class ChampMois(forms.Field):
    """A month as `AAAA-MM`, read as its first day."""

    widget = forms.TextInput(attrs={"type": "month", "placeholder": "AAAA-MM"})

    def to_python(self, value: str | None) -> date | None:
        """The first day of the month; None when empty. Raises ValidationError."""
        if not value:
            return None
        try:
            return date.fromisoformat(f"{value}-01")
        except ValueError:
            raise forms.ValidationError("Écrivez le mois ainsi : 2021-03.") from None


class FiltreEnvois(forms.Form):
    """Which envois to show."""

    lot = forms.ChoiceField(label="Lot", required=False)
    statut = forms.ChoiceField(label="Statut", required=False, choices=[("", "Tous"), *Statut.choices])
    mois = ChampMois(label="Reçus en", required=False)

    def __init__(self, donnees: object, lots: Iterable[str]) -> None:
        super().__init__(donnees)  # type: ignore[arg-type]
        self.fields["lot"].choices = [("", "Tous"), *choix_des_lots(lots)]  # type: ignore[attr-defined]


class FiltreAnomalies(forms.Form):
    """Which anomalies of a receipt to show."""

    gravite = forms.ChoiceField(label="Gravité", required=False, choices=GRAVITES)
    fiche = forms.ChoiceField(label="Fiche", required=False)
    code = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)

    def __init__(self, donnees: object, fiches: Iterable[tuple[str, str]]) -> None:
        super().__init__(donnees)  # type: ignore[arg-type]
        self.fields["fiche"].choices = [("", "Toutes"), *fiches]  # type: ignore[attr-defined]


class FiltreCalendrier(forms.Form):
    """Which calendar to show: a lot, a year, a month or the whole year."""

    lot = forms.ChoiceField(label="Lot")
    annee = forms.IntegerField(label="Année", min_value=2015, max_value=2100)
    mois = forms.TypedChoiceField(label="Mois", required=False, coerce=int, empty_value=None)

    def __init__(self, donnees: object, lots: Iterable[str], mois: Iterable[str]) -> None:
        super().__init__(donnees)  # type: ignore[arg-type]
        self.fields["lot"].choices = choix_des_lots(lots)  # type: ignore[attr-defined]
        noms = [(str(rang), nom.capitalize()) for rang, nom in enumerate(mois, start=1)]
        self.fields["mois"].choices = [("", "Toute l'année"), *noms]  # type: ignore[attr-defined]


class DepotForm(forms.Form):
    """A file to send through the exchange point."""

    fichier = forms.FileField(
        label="Fichier à déposer",
        allow_empty_file=True,
        max_length=255,
        help_text="ZIP avec son manifeste, ou un seul fichier CSV, JSON, JSON Lines ou XML.",
        error_messages={
            "required": "Choisissez le fichier à déposer.",
            "max_length": "Le nom du fichier dépasse 255 caractères : raccourcissez-le.",
        },
    )
    lot = forms.ChoiceField(
        label="Lot de l'accord-cadre",
        help_text="Celui dont le fichier porte les fiches.",
        error_messages={"invalid_choice": "Ce lot n'est pas un des vôtres : choisissez-en un dans la liste."},
    )
    mode = forms.ChoiceField(
        label="Ce qu'il faut faire du fichier",
        choices=Mode.choices,
        initial=Mode.NORMAL,
        widget=forms.RadioSelect,
    )

    def __init__(self, lots: Iterable[str], *args: object, **options: object) -> None:
        super().__init__(*args, **options)  # type: ignore[arg-type]
        self.fields["lot"].choices = choix_des_lots(lots)  # type: ignore[attr-defined]
