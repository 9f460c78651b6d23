"""The answer page's form: one question after another, none with an answer chosen in advance."""

from collections.abc import Mapping
from typing import Any

from django import forms

from cepage.acheteur.qualite.questionnaires import ECHELLE, Questionnaire


class ReponseForm(forms.Form):
    """The questions of a version; `brouillon` fills in what was answered before."""

    def __init__(
        self, questionnaire: Questionnaire, brouillon: Mapping[str, str], data: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(data, initial=dict(brouillon))
        for question in questionnaire.questions:
            if question.genre == "echelle":
                self.fields[question.code] = forms.ChoiceField(
                    label=question.texte,
                    choices=ECHELLE,
                    widget=forms.RadioSelect,
                    error_messages={"required": "Choisissez une réponse."},
                )
            else:
                self.fields[question.code] = forms.CharField(
                    label=f"{question.texte} (facultatif)",
                    widget=forms.Textarea(attrs={"rows": 4}),
                    required=False,
                    max_length=2000,
                )

    def partielles(self) -> dict[str, str]:
        """What is answered so far and well formed, whatever is missing."""
        self.is_valid()
        return {nom: str(v) for nom, v in self.cleaned_data.items() if v}
