"""The forms of the complaints."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms

from cepage.fondations.referentiels import nomenclatures
from cepage.operateur.reclamations.selectors import ETATS


def _jour(libelle: str, aide: str = "") -> forms.DateField:
    return forms.DateField(
        label=libelle,
        help_text=aide,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": "Donnez ce jour.", "invalid": "Écrivez le jour ainsi : 12/03/2021."},
    )


class FiltreReclamations(forms.Form):
    """Which complaints to show."""

    etat = forms.ChoiceField(label="État", required=False, choices=[("", "À traiter"), *ETATS[1:]])


class ReclamationForm(forms.Form):
    """A complaint as it was received."""

    date_reception = _jour("Reçue le", "Le jour où le courrier est arrivé : les délais courent de là.")
    plaignant = forms.CharField(
        label="Qui se plaint ?", max_length=200, error_messages={"required": "Écrivez le nom de la personne."}
    )
    contact = forms.CharField(
        label="Où lui répondre ?", max_length=300, required=False, help_text="Adresse postale ou courriel."
    )
    numero_dossier = forms.CharField(
        label="Numéro de dossier", max_length=14, required=False, help_text="Si vous le connaissez."
    )
    lot = forms.ChoiceField(label="Lot")
    motif = forms.ChoiceField(label="Motif", error_messages={"required": "Choisissez le motif."})
    texte = forms.CharField(
        label="Ce que dit la personne",
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": "Recopiez ou résumez la réclamation."},
    )

    def __init__(self, lots: Iterable[str], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        motifs = [(c, nomenclatures.libelle("motif_reclamation", c)) for c in nomenclatures.codes("motif_reclamation")]
        self.fields["motif"].choices = [("", "Choisir"), *motifs]  # type: ignore[attr-defined]
        self.fields["lot"].choices = [(lot, f"Lot {lot}") for lot in sorted(lots)]  # type: ignore[attr-defined]


class JourForm(forms.Form):
    """The day of a step."""

    le = _jour("Jour")

    def __init__(self, libelle: str, jour: date, *args: Any, **options: Any) -> None:
        super().__init__(*args, **{"initial": {"le": jour}, **options})
        self.fields["le"].label = libelle


class ReponseForm(forms.Form):
    """The answer, its cause and the action it leads to."""

    reponse = forms.CharField(
        label="Réponse à la personne",
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": "Écrivez la réponse."},
    )
    cause = forms.CharField(
        label="Cause trouvée",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Écrivez ce qui a causé la réclamation."},
    )
    action = forms.CharField(
        label="Action d'amélioration",
        required=False,
        max_length=300,
        help_text="Celle du plan de progrès, avec sa référence, ou ce qui change : elle entre au relevé d'actions.",
    )
    le = _jour("Réponse envoyée le")
