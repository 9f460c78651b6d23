"""The forms of the keys: open one, renew its secret."""

from collections.abc import Iterable
from datetime import timedelta

from django import forms

from cepage.echanges.canaux.acces.actions import LIBELLES, PAR_DEFAUT
from cepage.echanges.canaux.acces.adresses import normaliser
from cepage.echanges.canaux.acces.enums import Usage

DUREES = ((90, "3 mois"), (180, "6 mois"), (365, "1 an"))
RECOUVREMENTS = (
    (0, "Aucun : l'ancien secret s'arrête tout de suite"),
    (1, "1 jour"),
    (7, "7 jours"),
    (30, "30 jours"),
)


class CleForm(forms.Form):
    """A key to open."""

    emetteur = forms.ChoiceField(label="Opérateur")
    nom = forms.CharField(
        label="Nom de la clé",
        max_length=100,
        help_text="Le logiciel ou le serveur qui s'en servira, par exemple « Serveur de production ».",
    )
    bac_a_sable = forms.TypedChoiceField(
        label="Données atteintes",
        choices=[("1", "Bac à sable : des données d'essai, à part du registre"), ("0", "Registre réel")],
        coerce=lambda valeur: valeur == "1",
        initial="1",
        widget=forms.RadioSelect,
    )
    actions = forms.MultipleChoiceField(
        label="Ce que la clé permet",
        choices=list(LIBELLES.items()),
        initial=list(PAR_DEFAUT),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choisissez au moins une action."},
    )
    adresses = forms.CharField(
        label="Adresses permises",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Une adresse ou un réseau par ligne, par exemple 203.0.113.7. "
        "Vide : toutes. Le contrat demande une adresse fixe (CCTP annexe 3 §1).",
    )
    duree = forms.TypedChoiceField(label="Durée", choices=DUREES, coerce=int, initial=365)

    def __init__(self, operateurs: Iterable[tuple[str, str]], *args: object, **options: object) -> None:
        super().__init__(*args, **options)  # type: ignore[arg-type]
        choix = list(operateurs)
        self.fields["emetteur"].choices = choix  # type: ignore[attr-defined]
        if len(choix) == 1:
            self.fields["emetteur"].widget = forms.HiddenInput()
            self.fields["emetteur"].initial = choix[0][0]

    def clean_adresses(self) -> list[str]:
        """The networks, one a line."""
        try:
            return [normaliser(ligne) for ligne in self.cleaned_data["adresses"].splitlines() if ligne.strip()]
        except ValueError as erreur:
            raise forms.ValidationError(str(erreur)) from None

    @property
    def vie(self) -> timedelta:
        """How long the key lasts."""
        return timedelta(days=self.cleaned_data["duree"])


class RenouvellementForm(forms.Form):
    """How long the old secret stays valid beside the new one."""

    recouvrement = forms.TypedChoiceField(
        label="L'ancien secret reste valable",
        choices=RECOUVREMENTS,
        coerce=int,
        initial=7,
        widget=forms.RadioSelect,
        help_text="Le temps de poser le nouveau secret sur vos serveurs.",
    )


class CertificatForm(forms.Form):
    """A certificate to bind to a key."""

    certificat = forms.CharField(
        label="Certificat X.509",
        widget=forms.Textarea(attrs={"rows": 6, "autocomplete": "off", "spellcheck": "false"}),
        help_text="Collez-le en entier, de -----BEGIN CERTIFICATE----- à -----END CERTIFICATE-----. "
        "La clé privée reste chez vous.",
        error_messages={"required": "Collez le certificat."},
    )
    usage = forms.ChoiceField(
        label="Ce qu'il fait", choices=Usage.choices, initial=Usage.MESSAGE, widget=forms.RadioSelect
    )
    entite = forms.CharField(
        label="Nom de l'autorité",
        required=False,
        max_length=255,
        help_text="Pour des assertions InterOPS seulement : la valeur de leur champ Issuer.",
    )

    def clean(self) -> dict[str, str]:
        """An authority has a name; a certificate that signs messages has none."""
        choisis: dict[str, str] = super().clean() or {}
        autorite = choisis.get("usage") == Usage.ASSERTION
        if autorite and not choisis.get("entite"):
            self.add_error("entite", "Donnez le nom de l'autorité, tel que dans le champ Issuer de ses assertions.")
        if not autorite and choisis.get("entite"):
            self.add_error("entite", "Un certificat qui signe les messages n'a pas de nom d'autorité : laissez vide.")
        return choisis
