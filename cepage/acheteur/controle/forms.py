"""The forms of the controls: the grid, a contestation, an arbitration, a draw, a month of surcontrôle."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from cepage.acheteur.controle.enums import Etat, Verdict
from cepage.acheteur.controle.services import PointLu
from cepage.fondations.regles import ErreurRegles
from cepage.fondations.regles.grille import PointDeGrille
from cepage.fondations.regles.tirage import lire_taux
from cepage.fondations.socle.periodes import Periode


class GrilleForm(forms.Form):
    """One question per point of the grid: the verdict, and for a non-conformity its reason and a sentence.

    No answer is chosen in advance: the automatic finding is shown beside, the controller answers.
    """

    def __init__(self, points: tuple[PointDeGrille, ...], data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data)
        self.points = points
        for point in points:
            self.fields[f"verdict_{point.code}"] = forms.ChoiceField(
                label=point.libelle,
                choices=Verdict.choices,
                widget=forms.RadioSelect,
                error_messages={"required": f"Répondez au point « {point.libelle} »."},
            )
            motifs = [("", "Sans motif"), *point.motifs.items()]
            self.fields[f"motif_{point.code}"] = forms.ChoiceField(
                label="Motif, si le point n'est pas conforme", choices=motifs, required=False
            )
            self.fields[f"commentaire_{point.code}"] = forms.CharField(
                label="Ce qui ne va pas, en une phrase", required=False, max_length=1000
            )

    def clean(self) -> dict[str, Any]:
        """A non-conformity has a reason and a sentence; the reason of a conforming point is dropped."""
        donnees = super().clean() or {}
        for point in self.points:
            if donnees.get(f"verdict_{point.code}") != Verdict.NON_CONFORME:
                continue
            if not donnees.get(f"motif_{point.code}"):
                self.add_error(f"motif_{point.code}", f"Choisissez le motif de « {point.libelle} ».")
            if not donnees.get(f"commentaire_{point.code}"):
                self.add_error(f"commentaire_{point.code}", f"Dites ce qui ne va pas : « {point.libelle} ».")
        return donnees

    def lus(self) -> list[PointLu]:
        """The answers of a valid form."""
        lus = []
        for point in self.points:
            verdict = self.cleaned_data[f"verdict_{point.code}"]
            fautif = verdict == Verdict.NON_CONFORME
            motif = self.cleaned_data[f"motif_{point.code}"] if fautif else ""
            lus.append(PointLu(point.code, verdict, motif, self.cleaned_data[f"commentaire_{point.code}"]))
        return lus


class PlusieursFichiers(forms.ClearableFileInput):
    """A file input that takes several files."""

    allow_multiple_selected = True


class ChampFichiers(forms.FileField):
    """Several files; each is checked like one."""

    def clean(self, data: Any, initial: Any = None) -> list["UploadedFile[bytes]"]:
        """The list of files, empty when none is given."""
        if not data:
            return []
        return [super(ChampFichiers, self).clean(un, initial) for un in data]


class ContestationForm(forms.Form):
    """Why the operator thinks the file conforms, and its evidence."""

    argument = forms.CharField(
        label="Votre argument",
        help_text="Dites ce que le contrôleur n'a pas vu ou a mal lu, point par point.",
        widget=forms.Textarea(attrs={"rows": 6}),
        max_length=5000,
        error_messages={"required": "Dites pourquoi vous contestez."},
    )
    pieces = ChampFichiers(
        label="Pièces",
        help_text="Des PDF de 10 Mo au plus. Elles seront lues par France compétences.",
        widget=PlusieursFichiers(attrs={"accept": "application/pdf"}),
        required=False,
    )


class ArbitrageForm(forms.Form):
    """Keep or lift a non-conformity, with its reason."""

    decision = forms.ChoiceField(
        label="Décision",
        choices=[(Etat.MAINTENUE.value, "Maintenir la non-conformité"), (Etat.LEVEE.value, "Lever la non-conformité")],
        widget=forms.RadioSelect,
        error_messages={"required": "Maintenez ou levez la non-conformité."},
    )
    motif = forms.CharField(
        label="Motif",
        help_text="L'opérateur le lira.",
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=5000,
        error_messages={"required": "Motivez votre décision."},
    )


class TirageForm(forms.Form):
    """A draw: lot, quarter, seed, and a rate when it is not that of each unit."""

    lot = forms.ChoiceField(label="Lot", choices=[(f"{n:02d}", f"{n:02d}") for n in range(1, 20)])
    trimestre = forms.CharField(label="Trimestre", help_text="Par exemple 2021-T1.", max_length=7)
    graine = forms.CharField(
        label="Graine",
        help_text="Un texte publié d'avance, que personne ne choisit seul : un résultat de loterie à venir.",
        max_length=500,
    )
    taux = forms.CharField(
        label="Taux", help_text="Laissez vide pour le taux de chaque unité. Sinon une part : 0,05.", required=False
    )

    def clean_trimestre(self) -> str:
        """A quarter written as the contract does."""
        texte = str(self.cleaned_data["trimestre"]).strip().upper()
        try:
            Periode.du_trimestre(texte)
        except ValueError as erreur:
            raise forms.ValidationError(str(erreur)) from erreur
        return texte

    def clean_taux(self) -> str:
        """A rate that can be read."""
        texte = str(self.cleaned_data["taux"]).strip()
        if texte:
            try:
                lire_taux(texte)
            except ErreurRegles as erreur:
                raise forms.ValidationError(f"{erreur} {erreur.remede}") from erreur
        return texte


class SurcontroleForm(forms.Form):
    """The month whose decided files are read again, and the seed of that draw."""

    mois = forms.RegexField(
        regex=r"^\d{4}-(0[1-9]|1[0-2])$",
        label="Mois",
        help_text="Par exemple 2021-05.",
        error_messages={"invalid": "Écrivez le mois comme 2021-05."},
    )
    graine = forms.CharField(label="Graine", help_text="Un texte publié d'avance.", max_length=500)
