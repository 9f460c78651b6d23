"""The form by which a filled workbook is deposited, with the files of its livrables."""

from collections.abc import Iterable
from pathlib import PurePosixPath
from typing import Any

from django import forms

from cepage.echanges.canaux.saisie import pieces
from cepage.echanges.reception.forms import choix_des_lots

FICHIERS_MAXIMUM = 100


class _Plusieurs(forms.FileInput):
    allow_multiple_selected = True


class _Fichiers(forms.FileField):
    """Several files at once, each cleaned as one."""

    widget = _Plusieurs

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        return [super(_Fichiers, self).clean(fichier, initial) for fichier in data or ()]


class TableurForm(forms.Form):
    """Which workbook, for which lot, with which files."""

    classeur = forms.FileField(
        label="Tableur rempli",
        help_text="ODS, ou CSV d'une seule sorte de fiche ; 5 Mo au plus.",
        error_messages={"required": "Choisissez le tableur à déposer.", "empty": "Ce fichier est vide."},
    )
    pieces = _Fichiers(
        label="Fichiers des livrables (facultatif)",
        required=False,
        help_text="PDF ou ODT, sous les noms écrits dans le tableur ; plusieurs à la fois.",
    )
    lot = forms.ChoiceField(label="Lot de l'accord-cadre")

    def __init__(self, lots: Iterable[str], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        choix = choix_des_lots(lots)
        self.fields["lot"].choices = choix  # type: ignore[attr-defined]
        if len(choix) == 1:
            self.fields["lot"].widget = forms.HiddenInput()
            self.fields["lot"].initial = choix[0][0]

    def clean(self) -> dict[str, Any]:
        """Not too many files, none too large."""
        valeurs: dict[str, Any] = super().clean() or {}
        joints = valeurs.get("pieces", [])
        if len(joints) > FICHIERS_MAXIMUM:
            self.add_error("pieces", f"Déposez {FICHIERS_MAXIMUM} fichiers au plus à la fois.")
        for joint in joints:
            if (joint.size or 0) > pieces.TAILLE_MAXIMALE:
                self.add_error("pieces", f"« {joint.name} » : {pieces.TROP_GROS}")
        return valeurs

    def octets(self) -> bytes:
        """The bytes of the workbook."""
        contenu: bytes = self.cleaned_data["classeur"].read()
        return contenu

    def fichiers(self) -> dict[str, bytes]:
        """The files of the livrables, by name."""
        return {PurePosixPath(joint.name).name: joint.read() for joint in self.cleaned_data["pieces"]}
