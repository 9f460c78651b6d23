"""The forms of the calendar of sendings: filters, the deposit of a document, the slot of an operator."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from cepage.echanges.suivi.enums import Etat, Genre
from cepage.echanges.suivi.services import TAILLE_MAXIMALE
from cepage.fondations.socle import formats


class FiltrePeriode(forms.Form):
    """A year, or the last twelve months."""

    annee = forms.TypedChoiceField(label="Période", required=False, coerce=int, empty_value=None)

    def __init__(self, donnees: Any, annees: Iterable[int]) -> None:
        super().__init__(donnees)
        choix = [("", "Les douze derniers mois"), *((str(a), str(a)) for a in annees)]
        self.fields["annee"].choices = choix  # type: ignore[attr-defined]


class FiltreAttendus(FiltrePeriode):
    """Which expected sendings to list."""

    genre = forms.ChoiceField(label="Envoi", required=False, choices=[("", "Tous"), *Genre.choices])
    etat = forms.ChoiceField(
        label="État",
        required=False,
        choices=[("", "Tous"), ("du", "Échéance passée"), ("manque", "Manquant ou refusé"), *Etat.choices],
    )


class DocumentForm(forms.Form):
    """A document of the market to hand over."""

    attendu = forms.ChoiceField(label="Document")
    fichier = forms.FileField(
        label="Fichier à déposer",
        max_length=255,
        help_text=f"PDF ou ODF (.odt, .ods, .odp), {TAILLE_MAXIMALE // 2**20} Mo au plus (CCTP annexe 3 §1).",
        error_messages={"required": "Choisissez le fichier à déposer.", "empty": "Ce fichier est vide."},
    )

    def __init__(self, attendus: Iterable[tuple[str, str]], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["attendu"].choices = list(attendus)  # type: ignore[attr-defined]

    def clean_fichier(self) -> "UploadedFile[bytes]":
        """Refuse what is too big before reading it."""
        fichier: UploadedFile[bytes] = self.cleaned_data["fichier"]
        if (fichier.size or 0) > TAILLE_MAXIMALE:
            raise forms.ValidationError(
                f"Ce fichier fait {formats.taille(fichier.size or 0)} : {TAILLE_MAXIMALE // 2**20} Mo au plus."
            )
        return fichier


class CreneauForm(forms.Form):
    """The slot told to an operator."""

    debut = forms.DateField(
        label="À partir du",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": "Écrivez la date ainsi : 2021-03-12."},
    )
    heure_donnees = forms.IntegerField(
        label="Données d'un jour : jusqu'à quelle heure, le lendemain",
        min_value=0,
        max_value=23,
        help_text="De 0 à 23, heure de Paris.",
    )
    jour_indicateurs = forms.IntegerField(
        label="Indicateurs d'un mois : jusqu'à quel jour du mois suivant",
        min_value=1,
        max_value=28,
        help_text="De 1 à 28, un jour que tous les mois ont.",
    )
    heure_indicateurs = forms.IntegerField(
        label="Et jusqu'à quelle heure", min_value=0, max_value=23, help_text="De 0 à 23, heure de Paris."
    )

    def depart(self) -> date:
        """The first day of the slot."""
        debut: date = self.cleaned_data["debut"]
        return debut
