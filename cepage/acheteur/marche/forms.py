"""The forms of the market: filters kept in the URL, an order, its amendment."""

from collections.abc import Iterable
from datetime import date

from django import forms

from cepage.acheteur.marche.models import Commande, NoteContractuelle

UNITES = (("00", "UO0"), ("01", "UO1"), ("21", "UO2.1"), ("22", "UO2.2"))


def champ_date(libelle: str, aide: str = "") -> forms.DateField:
    """A required day, by the browser's own field."""
    return forms.DateField(
        label=libelle,
        help_text=aide,
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": "Écrivez la date ainsi : 2021-03-12."},
    )


class FiltreBons(forms.Form):
    """Which orders to show."""

    lot = forms.ChoiceField(label="Lot", required=False)
    uo = forms.ChoiceField(label="Unité d'œuvre", required=False, choices=[("", "Toutes"), *UNITES])
    annee = forms.ChoiceField(label="Année", required=False)

    def __init__(self, donnees: object, lots: Iterable[tuple[str, str]], annees: Iterable[int]) -> None:
        super().__init__(donnees)  # type: ignore[arg-type]
        self.fields["lot"].choices = [("", "Tous"), *lots]  # type: ignore[attr-defined]
        self.fields["annee"].choices = [("", "Toutes"), *((str(a), str(a)) for a in annees)]  # type: ignore[attr-defined]


class BonForm(forms.Form):
    """An order to issue."""

    lot = forms.ChoiceField(label="Lot")
    uo = forms.ChoiceField(label="Unité d'œuvre", choices=UNITES)
    debut = champ_date("Premier jour", "Les unités engagées ces jours-là se rattachent à ce bon.")
    fin = champ_date("Dernier jour", "Ce jour est compris.")
    volume = forms.IntegerField(
        label="Volume commandé",
        min_value=1,
        max_value=99_999,
        help_text="Nombre d'unités d'œuvre, jusqu'à 99 999 : la référence de consommation a cinq chiffres.",
    )

    def __init__(self, donnees: object, lots: Iterable[tuple[str, str]]) -> None:
        super().__init__(donnees)  # type: ignore[arg-type]
        self.fields["lot"].choices = list(lots)  # type: ignore[attr-defined]


class AvenantForm(forms.Form):
    """A change of an order."""

    volume = forms.IntegerField(label="Nouveau volume", min_value=1, max_value=99_999)
    fin = champ_date("Nouveau dernier jour", "Ce jour est compris.")
    motif = forms.CharField(
        label="Motif",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Une phrase : l'avenant la garde, l'opérateur la lit.",
    )

    def __init__(self, donnees: object, bon: Commande) -> None:
        super().__init__(donnees, initial={"volume": bon.volume, "fin": bon.fin})  # type: ignore[arg-type]


class NoteForm(forms.Form):
    """A contractual note to publish."""

    objet = forms.CharField(label="Objet", max_length=150, help_text="Une phrase : c'est elle qu'on lit dans la liste.")
    texte = forms.CharField(
        label="Texte de la note",
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text="Ce qui est précisé, la clause du contrat, ce que l'opérateur doit faire.",
    )
    lots = forms.MultipleChoiceField(
        label="Lots",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Ne cochez rien pour vous adresser à tous les lots.",
    )
    effet = champ_date("Prend effet le")
    remplace = forms.ModelChoiceField(
        queryset=NoteContractuelle.objects.none(),
        label="Remplace la note",
        required=False,
        empty_label="Aucune",
        help_text="Une note publiée ne se réécrit pas : pour la corriger, publiez celle qui la remplace.",
    )

    def __init__(self, donnees: object, lots: Iterable[tuple[str, str]], premier_jour: date) -> None:
        super().__init__(donnees, initial={"effet": premier_jour})  # type: ignore[arg-type]
        self.fields["lots"].choices = list(lots)  # type: ignore[attr-defined]
        en_vigueur = NoteContractuelle.objects.filter(remplacee_par__isnull=True)
        self.fields["remplace"].queryset = en_vigueur  # type: ignore[attr-defined]
        self.fields["remplace"].label_from_instance = lambda n: f"{n.numero} : {n.objet}"  # type: ignore[attr-defined]
