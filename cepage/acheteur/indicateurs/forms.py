"""The filters of the dashboard, kept in the URL."""

from collections.abc import Iterable, Sequence

from django import forms

from cepage.acheteur.indicateurs.modele import Definition, Mois
from cepage.acheteur.indicateurs.presentation import nom_de_mesure, nom_du_lot, nom_du_mois


class FiltreIndicateurs(forms.Form):
    """Which month, which lot, and as known on which day."""

    mois = forms.ChoiceField(label="Mois", required=False)
    lot = forms.ChoiceField(label="Lot", required=False)
    connu_le = forms.DateField(
        label="Tels que connus le",
        required=False,
        help_text="Laissez vide pour l'état actuel.",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": "Écrivez la date ainsi : 2021-04-10."},
    )

    def __init__(self, donnees: object, mois: Sequence[Mois], lots: Iterable[str]) -> None:
        super().__init__(donnees)  # type: ignore[arg-type]
        du_plus_recent = sorted(mois, reverse=True)
        self.fields["mois"].choices = [(str(m), nom_du_mois(m)) for m in du_plus_recent]  # type: ignore[attr-defined]
        self.fields["lot"].choices = [(lot, nom_du_lot(lot)) for lot in lots]  # type: ignore[attr-defined]


class FiltreIndicateur(FiltreIndicateurs):
    """The same, with the measure of one indicator."""

    mesure = forms.ChoiceField(label="Mesure", required=False)

    def __init__(self, donnees: object, mois: Sequence[Mois], lots: Iterable[str], definition: Definition) -> None:
        super().__init__(donnees, mois, lots)
        if len(definition.mesures) == 1:
            del self.fields["mesure"]
        else:
            choix = [(str(rang), nom_de_mesure(m)) for rang, m in enumerate(definition.mesures)]
            self.fields["mesure"].choices = choix  # type: ignore[attr-defined]
