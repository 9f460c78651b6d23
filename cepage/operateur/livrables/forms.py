"""The forms of the livrables: one field per section of the contract, and those of the signature."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms

from cepage.operateur.livrables.enums import EtatLivrable, Identification, Moyen
from cepage.operateur.livrables.selectors import A_COMMENCER
from cepage.operateur.livrables.trame import LONGUEUR_MAX, Section, trame

TAILLE_MAX = 10_000_000
_SUR_PLACE = (Identification.PIECE, Identification.CONNUE)


class FiltreLivrables(forms.Form):
    """Which livrables to show."""

    etat = forms.ChoiceField(
        label="État",
        required=False,
        choices=[("", "Tous"), (A_COMMENCER, "À commencer"), *EtatLivrable.choices],
    )
    miens = forms.BooleanField(label="Seulement ceux que je suis", required=False)


def _champ(section: Section) -> forms.Field:
    if section.options:
        return forms.ChoiceField(
            label=section.libelle,
            help_text=section.aide,
            required=False,
            choices=list(section.options.items()),
            widget=forms.RadioSelect,
        )
    return forms.CharField(
        label=section.libelle,
        help_text=section.aide,
        required=False,
        strip=False,
        max_length=LONGUEUR_MAX,
        widget=forms.Textarea(attrs={"rows": 8}),
    )


class RedactionForm(forms.Form):
    """The sections of a livrable; nothing is required while writing. `version` is the one the page was opened on."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, type_livrable: str, donnees: Mapping[str, Any] | None = None, **options: Any) -> None:
        super().__init__(donnees, **options)
        for section in trame(type_livrable).sections:
            self.fields[section.code] = _champ(section)

    @property
    def textes(self) -> dict[str, str]:
        """The texts as typed."""
        return {nom: valeur for nom, valeur in self.cleaned_data.items() if nom != "version"}


class DemandeForm(forms.Form):
    """How the person will sign, and how they are recognised."""

    moyen = forms.ChoiceField(
        label="Comment la personne signe-t-elle ?", choices=Moyen.choices, widget=forms.RadioSelect
    )
    identification = forms.ChoiceField(
        label="Sur place, comment l'avez-vous reconnue ?",
        required=False,
        choices=[(i.value, i.label) for i in _SUR_PLACE],
        widget=forms.RadioSelect,
    )
    courriel = forms.EmailField(
        label="À distance, à quelle adresse de courriel ?",
        required=False,
        help_text="Vérifiez-la avec la personne : le lien et le code y partent. Sinon, sa copie y est envoyée.",
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )

    def clean(self) -> dict[str, Any]:
        """Each means asks for its own."""
        donnees: dict[str, Any] = super().clean() or {}
        moyen = donnees.get("moyen")
        if moyen == Moyen.SUR_PLACE and not donnees.get("identification"):
            self.add_error("identification", "Dites comment vous avez reconnu la personne.")
        if moyen == Moyen.A_DISTANCE and not donnees.get("courriel") and "courriel" not in self.errors:
            self.add_error("courriel", "Écrivez l'adresse où envoyer le lien, ou choisissez un autre moyen.")
        return donnees


class MentionForm(forms.Form):
    """The words of the person."""

    mention = forms.CharField(
        label="Écrivez vous-même : lu et approuvé",
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none"}),
        error_messages={"required": "Écrivez les mots « lu et approuvé » pour signer."},
    )


class CodeForm(MentionForm):
    """The words of the person, and the code received."""

    code = forms.CharField(
        label="Code reçu par courriel",
        help_text="Six chiffres.",
        max_length=12,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
        error_messages={"required": "Recopiez le code reçu par courriel."},
    )
    field_order = ("code", "mention")


class RaisonForm(forms.Form):
    """Why one does not sign, or takes a request back."""

    raison = forms.CharField(
        label="Pourquoi ?", max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class PapierForm(forms.Form):
    """The scan of the paper, and the day written on it."""

    fichier = forms.FileField(
        label="Document signé, numérisé en PDF",
        help_text="10 Mo au plus. Les deux signatures et les mots « lu et approuvé » doivent être lisibles.",
        error_messages={"required": "Choisissez le PDF du document signé."},
    )
    signe_le = forms.DateField(
        label="Jour où la personne a signé",
        help_text="Celui qui est écrit sur le papier.",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": "Donnez le jour écrit sur le papier."},
    )
    atteste = forms.BooleanField(
        label="J'atteste que la personne a écrit « lu et approuvé » de sa main et signé",
        error_messages={"required": "Vérifiez les mots et la signature sur le papier, puis cochez."},
    )

    def clean_fichier(self) -> Any:
        """Refuse what is too heavy before reading it."""
        fichier = self.cleaned_data["fichier"]
        if fichier.size > TAILLE_MAX:
            raise forms.ValidationError("Ce fichier dépasse 10 Mo : numérisez-le avec une résolution plus basse.")
        return fichier

    def clean_signe_le(self) -> date:
        """A plain date."""
        jour: date = self.cleaned_data["signe_le"]
        return jour


class VerifierForm(forms.Form):
    """A file, or a reference."""

    fichier = forms.FileField(label="Le fichier PDF", required=False, help_text="10 Mo au plus. Il n'est pas gardé.")
    reference = forms.CharField(
        label="Ou sa référence", required=False, max_length=20, help_text="Par exemple S-7F3K-9QWD-2X."
    )

    def clean(self) -> dict[str, Any]:
        """One of the two."""
        donnees: dict[str, Any] = super().clean() or {}
        fichier = donnees.get("fichier")
        if not fichier and not donnees.get("reference"):
            raise forms.ValidationError("Choisissez un fichier, ou écrivez une référence.")
        if fichier and fichier.size > TAILLE_MAX:
            self.add_error("fichier", "Ce fichier dépasse 10 Mo.")
        return donnees
