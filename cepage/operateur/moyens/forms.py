"""The form of a declaration, made from the contract's fiche."""

from decimal import Decimal
from typing import Any

from django import forms
from django.core.validators import RegexValidator

from cepage.echanges.contrat.fiches import FICHES
from cepage.operateur.moyens.models import CHIFFRES, FICHE
from cepage.operateur.moyens.selectors import Connu


class PeriodeForm(forms.Form):
    """Which lot, which period."""

    lot = forms.ChoiceField(label="Lot")
    periode = forms.CharField(
        label="Période",
        max_length=7,
        help_text="L'année, par exemple 2021 ; ou un semestre, 2021-S1 ou 2021-S2.",
        validators=[
            RegexValidator(r"^20\d\d(?:-S[12])?$", "Écrivez l'année, comme 2021, ou le semestre, comme 2021-S1.")
        ],
    )

    def __init__(self, *args: Any, lots: list[str], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["lot"].choices = [(lot, f"Lot {lot}") for lot in lots]  # type: ignore[attr-defined]


class MoyensForm(forms.Form):
    """The numbers of annexe 2 §4, in the contract's order."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, connu: Connu, **options: Any) -> None:
        super().__init__(*args, **options)
        aides = {
            "etp_uo00": f"L'équipe compte {connu.etp} ETP aujourd'hui, à répartir entre les unités.",
            "nombre_implantations": f"L'agenda tient {connu.sites} sites ouverts sur ce lot.",
        }
        for nom in CHIFFRES:
            self.fields[nom] = forms.DecimalField(
                label=FICHES[FICHE].champ(nom).libelle + ("" if nom.startswith(("etp", "nombre")) else ", en euros HT"),
                min_value=Decimal(0),
                max_digits=14,
                decimal_places=2,
                localize=True,
                help_text=aides.get(nom, ""),
                error_messages={"required": "Le contrat demande ce chiffre ; écrivez 0 s'il n'y en a pas."},
            )
