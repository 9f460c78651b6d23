"""The forms of the notices: subscribe, filter the deliveries."""

from collections.abc import Iterable
from typing import Any

from django import forms

from cepage.echanges.canaux.acces.models import Cle
from cepage.echanges.canaux.avis.adresses import LONGUEUR
from cepage.echanges.canaux.avis.enums import SOUSCRITS, Etat


class AbonnementForm(forms.Form):
    """A subscription to open."""

    cle = forms.ChoiceField(label="Clé d'accès", help_text="Une clé révoquée n'est plus prévenue.")
    url = forms.CharField(
        label="Adresse à prévenir",
        max_length=LONGUEUR,
        help_text="En HTTPS, par exemple https://si.exemple.fr/avis. Une adresse interne est refusée.",
    )
    evenements = forms.MultipleChoiceField(
        label="De quoi prévenir",
        choices=[(e.value, e.label) for e in SOUSCRITS],
        initial=[SOUSCRITS[0].value],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choisissez au moins un événement."},
    )

    def __init__(self, cles: Iterable[Cle], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        choix = [(c.identifiant, f"{c.nom} ({'bac à sable' if c.bac_a_sable else 'registre'})") for c in cles]
        self.fields["cle"].choices = choix  # type: ignore[attr-defined]


class FiltreAvis(forms.Form):
    """Which notices to show."""

    etat = forms.ChoiceField(label="État", required=False, choices=[("", "Tous"), *Etat.choices])
