"""The administrator's forms."""

from datetime import date
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError

from cepage.fondations.comptes.enums import NATURES_DU_ROLE, Nature, Role
from cepage.fondations.comptes.models import Organisation
from cepage.fondations.referentiels import territoires

_DATE = {"invalid": "Écrivez la date ainsi : 2021-03-12."}
ETATS = (
    ("", "Tous"),
    ("ouvert", "Ouverts"),
    ("ferme", "Fermés"),
    ("jamais", "Jamais connectés"),
    ("sans_second_facteur", "Sans second facteur"),
)


def _jour(libelle: str, aide: str, *, requis: bool = True) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(
        label=libelle,
        help_text=aide,
        required=requis,
        input_formats=["%Y-%m-%d"],
        widget=widget,
        error_messages=_DATE,
    )


def _lots(aide: str) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label="Lots",
        help_text=aide,
        required=False,
        choices=lambda: [(lot, f"Lot {lot}") for lot in territoires.lots()],
        widget=forms.CheckboxSelectMultiple,
    )


class FiltreComptes(forms.Form):
    """Organisation, role of the day, state: kept in the address. A name is not: it would stay in the logs."""

    organisation = forms.ModelChoiceField(
        Organisation.objects.all(), label="Organisation", required=False, empty_label="Toutes"
    )
    role = forms.ChoiceField(label="Rôle aujourd'hui", required=False, choices=[("", "Tous"), *Role.choices])
    etat = forms.ChoiceField(label="État du compte", required=False, choices=ETATS)


class Recherche(forms.Form):
    """Words of a name or an address."""

    texte = forms.CharField(label="Nom ou adresse de courriel", required=False, max_length=100)


class RoleForm(forms.Form):
    """A role, its lots, its days."""

    role = forms.ChoiceField(label="Rôle", choices=Role.choices)
    lots = _lots("Aucun lot coché : ceux de l'organisation. Un référent suit les lots cochés.")
    debut = _jour("Premier jour", "Le rôle vaut ce jour-là.")
    fin = _jour("Premier jour sans le rôle", "Laissez vide si la fin n'est pas connue.", requis=False)

    def clean(self) -> dict[str, Any]:
        """The end comes after the beginning."""
        lu: dict[str, Any] = super().clean() or {}
        debut, fin = lu.get("debut"), lu.get("fin")
        if debut and fin and fin <= debut:
            self.add_error("fin", "La fin du rôle doit venir après son premier jour.")
        return lu


class OuvrirForm(RoleForm):
    """A person, their organisation, their first role."""

    field_order = ("prenom", "nom", "email", "organisation", "role", "lots", "debut", "fin")
    prenom = forms.CharField(label="Prénom", max_length=100)
    nom = forms.CharField(label="Nom", max_length=100)
    email = forms.EmailField(label="Adresse de courriel", help_text="L'invitation y est envoyée.")
    organisation = forms.ModelChoiceField(Organisation.objects.all(), label="Organisation", empty_label="Choisissez")

    def clean(self) -> dict[str, Any]:
        """A role is held in an organisation of its nature."""
        lu = super().clean()
        organisation, role = lu.get("organisation"), lu.get("role")
        if organisation and role and organisation.nature != NATURES_DU_ROLE[Role(role)]:
            attendue = Nature(NATURES_DU_ROLE[Role(role)]).label
            self.add_error("role", f"Ce rôle se tient chez : {attendue}. Changez de rôle ou d'organisation.")
        return lu


class FinForm(forms.Form):
    """The first day without the role."""

    fin = _jour("Premier jour sans le rôle", "Ce jour-là, la personne ne l'a plus.")

    def __init__(self, *args: Any, debut: date, **options: Any) -> None:
        super().__init__(*args, **options)
        self._debut = debut

    def clean_fin(self) -> date:
        """After the first day."""
        fin: date = self.cleaned_data["fin"]
        if fin <= self._debut:
            raise ValidationError("La fin du rôle doit venir après son premier jour.")
        return fin


class MotifForm(forms.Form):
    """Why."""

    motif = forms.CharField(
        label="Motif",
        max_length=200,
        help_text="Il reste dans le journal scellé : ne nommez personne.",
    )


if TYPE_CHECKING:
    _FormulaireOrganisation = forms.ModelForm[Organisation]
else:
    _FormulaireOrganisation = forms.ModelForm


class OrganisationForm(_FormulaireOrganisation):
    """A party to the market. The emitter code stays as it was given: everything declared carries it."""

    lots = _lots("Ceux que tient l'opérateur. Aucun pour une autre organisation.")

    class Meta:
        model = Organisation
        fields = ("nom", "nature", "code_emetteur", "lots")
        help_texts = {
            "code_emetteur": "Pour un opérateur : deux caractères, par exemple 8A. Il ne change plus ensuite."
        }

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if self.instance.pk:
            del self.fields["code_emetteur"], self.fields["nature"]
