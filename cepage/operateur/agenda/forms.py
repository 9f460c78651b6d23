"""The forms of the agenda."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django import forms

from cepage.fondations.comptes.models import Personne
from cepage.fondations.referentiels import nomenclatures
from cepage.operateur.agenda import horaires
from cepage.operateur.agenda.enums import Acces, Jour, Mode, MotifAbsence, MotifAnnulation, MotifIndisponibilite
from cepage.operateur.agenda.models import Site
from cepage.operateur.dossiers.models import UniteOeuvre
from cepage.operateur.dossiers.saisie import champ_de_date

RAYONS = (("10", "10 km"), ("30", "30 km"), ("60", "60 km"), ("", "Toute la région"))
_HTTPS = "Une adresse qui commence par https://, de n'importe quel outil de visioconférence."


def _heure(libelle: str, aide: str = "") -> forms.TimeField:
    return forms.TimeField(
        label=libelle,
        help_text=aide,
        input_formats=["%H:%M", "%Hh%M", "%H h %M", "%Hh", "%H"],
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
        error_messages={"invalid": "Écrivez l'heure ainsi : 14:30.", "required": "Donnez l'heure."},
    )


def _choix(libelle: str, choix: Iterable[tuple[Any, Any]], *, requis: bool = True, aide: str = "") -> forms.ChoiceField:
    return forms.ChoiceField(
        label=libelle, choices=list(choix), required=requis, help_text=aide, error_messages={"required": "Choisissez."}
    )


def _minutes(libelle: str, minimum: int, maximum: int, *, requis: bool = True, aide: str = "") -> forms.IntegerField:
    return forms.IntegerField(
        label=libelle,
        min_value=minimum,
        max_value=maximum,
        required=requis,
        help_text=aide,
        error_messages={"required": "Donnez un nombre.", "invalid": "Écrivez un nombre entier."},
    )


def _lien() -> forms.URLField:
    return forms.URLField(
        label="Lien de visioconférence",
        required=False,
        max_length=300,
        assume_scheme="https",
        help_text=_HTTPS,
        error_messages={"invalid": "Cette adresse n'en est pas une : elle commence par https://."},
    )


class CreneauxForm(forms.Form):
    """How, where and from when to look for a slot; kept in the URL."""

    mode = forms.ChoiceField(label="Comment", choices=Mode.choices, required=False)
    du = champ_de_date("À partir du", requis=False)
    rayon = forms.ChoiceField(label="À moins de", choices=RAYONS, required=False)
    site = forms.ChoiceField(label="Site", required=False)

    def __init__(self, *args: Any, sites: Iterable[Site], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["site"].choices = [("", "Tous les sites"), *((str(s.pk), s.libelle) for s in sites)]  # type: ignore[attr-defined]


class SemaineForm(forms.Form):
    """Which week, and whose when one leads a team."""

    semaine = champ_de_date("Semaine du", requis=False)
    conseiller = forms.ChoiceField(label="Conseiller", required=False)

    def __init__(self, *args: Any, conseillers: Iterable[Personne], **options: Any) -> None:
        super().__init__(*args, **options)
        choix = [(str(c.pk), c.nom_complet) for c in conseillers]
        if choix:
            self.fields["conseiller"].choices = choix  # type: ignore[attr-defined]
        else:
            del self.fields["conseiller"]


class SiteForm(forms.Form):
    """A site, as it is declared and as people are told of it."""

    code_implantation = forms.CharField(
        label="Code", max_length=20, help_text="Celui que les dossiers portent ; il ne change plus."
    )
    libelle = forms.CharField(label="Nom du site", max_length=150)
    type_implantation = forms.ChoiceField(label="Type")
    adresse = forms.CharField(label="Adresse", max_length=200, help_text="Numéro et voie.")
    code_postal = forms.RegexField(
        r"^\d{5}$", label="Code postal", error_messages={"invalid": "Cinq chiffres, sans CEDEX."}
    )
    commune = forms.CharField(label="Commune", max_length=100)
    telephone = forms.CharField(label="Téléphone", max_length=20, required=False)
    horaires = forms.CharField(
        label="Horaires d'ouverture",
        max_length=1000,
        help_text=f"Mo Tu We Th Fr Sa Su pour lundi à dimanche. Par exemple : {horaires.EXEMPLE}",
    )
    acces = _choix("Accès en fauteuil", Acces.choices)
    precisions = forms.CharField(
        label="Venir et être accueilli",
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Étage, interphone, transports, boucle magnétique, langue des signes…",
    )
    date_ouverture = champ_de_date("Ouverture")
    date_fermeture = champ_de_date("Fermeture", requis=False, aide="Le premier jour où le site ne reçoit plus.")
    accord_fermeture = forms.CharField(
        label="Accord de France compétences pour fermer",
        max_length=100,
        required=False,
        help_text="Sa référence : une fermeture demande un accord préalable.",
    )
    lot = forms.ChoiceField(label="Lot")

    def __init__(self, *args: Any, lots: Iterable[str], nouveau: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["type_implantation"].choices = [  # type: ignore[attr-defined]
            (c.code, c.libelle) for c in nomenclatures.table("type_implantation")
        ]
        self.fields["lot"].choices = [(lot, f"Lot {lot}") for lot in lots]  # type: ignore[attr-defined]
        for nom in ("lot", "code_implantation") if not nouveau else ("date_fermeture", "accord_fermeture"):
            del self.fields[nom]
        if nouveau and len(list(lots)) == 1:
            self.fields["lot"].widget = forms.HiddenInput()
            self.fields["lot"].initial = next(iter(lots))

    def clean_horaires(self) -> str:
        """Readable hours."""
        texte = str(self.cleaned_data["horaires"]).strip()
        try:
            horaires.lire(texte)
        except horaires.HorairesIllisibles as illisibles:
            raise forms.ValidationError(str(illisibles)) from None
        return texte


class PlageForm(forms.Form):
    """Slots every week."""

    conseiller = forms.ChoiceField(label="Conseiller")
    site = forms.ChoiceField(label="Site")
    jour = forms.TypedChoiceField(label="Chaque", choices=Jour.choices, coerce=int)
    heure_debut = _heure("De", "À l'heure du site.")
    heure_fin = _heure("À")
    duree_minutes = _minutes("Durée d'un rendez-vous, en minutes", 10, 240)
    modes = forms.MultipleChoiceField(
        label="Rendez-vous proposés",
        choices=Mode.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Cochez au moins une façon de recevoir."},
    )
    lien = _lien()
    debut = champ_de_date("À partir du")
    fin = champ_de_date("Jusqu'au", requis=False, aide="Dernier jour compris. Vide : sans fin.")

    def __init__(self, *args: Any, conseillers: Iterable[Personne], sites: Iterable[Site], **options: Any) -> None:
        super().__init__(*args, **options)
        _proposer(self, conseillers, sites)

    def de_la_plage(self) -> dict[str, Any]:
        """What the service takes: the end, said as a last day, is kept as the first day without."""
        valeurs = {nom: self.cleaned_data[nom] for nom in self.fields if nom not in ("conseiller", "site")}
        if valeurs["fin"] is not None:
            valeurs["fin"] += timedelta(days=1)
        return valeurs


def _proposer(form: forms.Form, conseillers: Iterable[Personne], sites: Iterable[Site]) -> None:
    siens = [(str(c.pk), c.nom_complet) for c in conseillers]
    form.fields["conseiller"].choices = siens  # type: ignore[attr-defined]
    if len(siens) == 1:
        form.fields["conseiller"].widget = forms.HiddenInput()
        form.fields["conseiller"].initial = siens[0][0]
    form.fields["site"].choices = [(str(s.pk), s.libelle) for s in sites]  # type: ignore[attr-defined]


class FinForm(forms.Form):
    """The last day of a plage."""

    dernier = champ_de_date("Dernier jour", aide="Les rendez-vous déjà pris après ce jour restent : déplacez-les.")


class IndisponibiliteForm(forms.Form):
    """Who or which site receives nobody, and when."""

    qui = forms.ChoiceField(label="Qui, ou quel site")
    du = champ_de_date("Du")
    de = _heure("De")
    au = champ_de_date("Au")
    a = _heure("À")
    motif = _choix("Motif", MotifIndisponibilite.choices, aide="Jamais une raison de santé.")

    def __init__(self, *args: Any, conseillers: Iterable[Personne], sites: Iterable[Site], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["qui"].choices = [  # type: ignore[attr-defined]
            *((f"c{c.pk}", c.nom_complet) for c in conseillers),
            *((f"s{s.pk}", f"{s.libelle} (le site)") for s in sites),
        ]

    def clean(self) -> dict[str, Any]:
        """It ends after it begins."""
        valeurs = super().clean() or {}
        if {"du", "de", "au", "a"} <= valeurs.keys():
            debut, fin = (datetime.combine(valeurs[j], valeurs[h]) for j, h in (("du", "de"), ("au", "a")))
            if fin <= debut:
                self.add_error("a", "La fin vient après le début.")
        return valeurs


class AtelierForm(forms.Form):
    """A workshop."""

    titre = forms.CharField(label="Sujet", max_length=150, error_messages={"required": "Donnez le sujet."})
    conseiller = forms.ChoiceField(label="Animé par")
    site = forms.ChoiceField(label="Site")
    mode = forms.ChoiceField(label="Comment", choices=[c for c in Mode.choices if c[0] != Mode.TELEPHONE])
    lien = _lien()
    le = champ_de_date("Jour")
    heure = _heure("De", "À l'heure du site.")
    minutes = _minutes("Durée, en minutes", 15, 480)
    capacite = _minutes("Nombre de places", 2, 100)

    def __init__(self, *args: Any, conseillers: Iterable[Personne], sites: Iterable[Site], **options: Any) -> None:
        super().__init__(*args, **options)
        _proposer(self, conseillers, sites)


class AutreHoraireForm(forms.Form):
    """Any time agreed with the person, inside a plage or not."""

    conseiller = forms.ChoiceField(label="Avec")
    site = forms.ChoiceField(label="Site")
    mode = forms.ChoiceField(label="Comment", choices=Mode.choices)
    lien = _lien()
    le = champ_de_date("Jour")
    heure = _heure("De", "À l'heure du site.")
    minutes = _minutes("Durée, en minutes", 10, 240)

    def __init__(self, *args: Any, conseillers: Iterable[Personne], sites: Iterable[Site], **options: Any) -> None:
        super().__init__(*args, **options)
        _proposer(self, conseillers, sites)


class AnnulationForm(forms.Form):
    """Who cancels."""

    motif = _choix("Pourquoi", MotifAnnulation.choices)


class AbsenceForm(forms.Form):
    """Why the person did not come."""

    motif = _choix("Pourquoi", MotifAbsence.choices, aide="Ne dites rien de la vie de la personne.")


class VenueForm(forms.Form):
    """The person came: in which unit the contact is noted."""

    unite = forms.ChoiceField(
        label="Noter le contact dans", required=False, help_text="Le contact est déclaré : rien à ressaisir au dossier."
    )
    minutes = _minutes("Durée, en minutes", 0, 600, requis=False, aide="Pour information.")

    def __init__(self, *args: Any, unites: Iterable[UniteOeuvre], **options: Any) -> None:
        super().__init__(*args, **options)
        choix = [(str(u.pk), f"{u.libelle} {u.numero_dossier}") for u in unites]
        self.fields["unite"].choices = [*choix, ("", "Aucune unité pour l'instant")]  # type: ignore[attr-defined]


def lundi_de(jour: date) -> date:
    """The Monday of its week."""
    return jour - timedelta(days=jour.weekday())
