"""The forms of the team."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms

from cepage.fondations.referentiels import nomenclatures
from cepage.operateur.equipe.enums import Degre, DomaineExperience, Profil
from cepage.operateur.equipe.models import Membre, Qualite
from cepage.operateur.equipe.selectors.conseillers import FILTRES

_NIVEAUX = [(str(n), f"Niveau {n}") for n in range(3, 9)]


def jour(libelle: str, aide: str = "", *, requis: bool = True) -> forms.DateField:
    """A day, chosen in the browser's calendar."""
    return forms.DateField(
        label=libelle,
        help_text=aide,
        required=requis,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": "Donnez ce jour.", "invalid": "Écrivez le jour ainsi : 12/03/2021."},
    )


def _heures(libelle: str) -> forms.DecimalField:
    return forms.DecimalField(
        label=libelle,
        min_value=Decimal("0.5"),
        max_value=Decimal(1607),
        decimal_places=1,
        localize=True,
        error_messages={"required": "Donnez le nombre d'heures."},
    )


def _competences(le: date) -> list[tuple[str, str]]:
    valables = [c for c in nomenclatures.table("competence_cep") if c.valable(le)]
    return [(c.code, f"{c.code} {c.libelle}") for c in valables]


class FiltreEquipe(forms.Form):
    """Which people to show."""

    etat = forms.ChoiceField(
        label="Montrer", required=False, choices=[("", "Toute l'équipe"), *((k, v[0]) for k, v in FILTRES.items())]
    )


class FicheForm(forms.Form):
    """Profile, presence, certification."""

    profil = forms.ChoiceField(label="Profil", choices=Profil.choices)
    entree = jour("Entrée dans l'équipe")
    sortie = jour("Premier jour hors de l'équipe", "Vide tant que la personne est présente.", requis=False)
    quotite = forms.DecimalField(
        label="Temps de travail, en ETP",
        min_value=Decimal("0.01"),
        max_value=Decimal(1),
        decimal_places=2,
        localize=True,
        help_text="1 pour un temps plein, 0,8 pour quatre jours sur cinq.",
    )
    certification = forms.CharField(label="Certification", max_length=200, required=False, help_text="Son intitulé.")
    certification_niveau = forms.TypedChoiceField(
        label="Niveau",
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", "Aucune certification"), *_NIVEAUX],
        help_text="Cadre national des certifications : 5 pour bac + 2.",
    )
    certification_du_domaine = forms.BooleanField(
        label="Elle relève de l'insertion ou des transitions professionnelles", required=False
    )
    certification_le = jour("Obtenue le", requis=False)
    version = forms.IntegerField(widget=forms.HiddenInput)


class ExperienceForm(forms.Form):
    """What the person did before, or does."""

    poste = forms.CharField(label="Poste et employeur", max_length=200)
    domaine = forms.ChoiceField(label="Domaine", choices=DomaineExperience.choices)
    debut = jour("Premier jour")
    fin = jour("Premier jour après ce poste", "Vide si la personne l'occupe encore.", requis=False)


class DerogationForm(forms.Form):
    """The buyer's agreement."""

    debut = jour("Premier jour")
    fin = jour("Premier jour sans dérogation")
    motif = forms.CharField(label="Motif", max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
    reference = forms.CharField(
        label="Référence de l'accord de France compétences", max_length=100, help_text="Courriel, relevé de comité…"
    )


class EvaluationForm(forms.Form):
    """How far a competence is held."""

    code = forms.ChoiceField(label="Compétence")
    degre = forms.ChoiceField(label="Degré", choices=Degre.choices)
    le = jour("Évaluée le")

    def __init__(self, *args: Any, le: date, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["code"].choices = _competences(le)  # type: ignore[attr-defined]


class FormationForm(forms.Form):
    """A line of the plan."""

    annee = forms.IntegerField(label="Année du plan", min_value=2020, max_value=2100)
    intitule = forms.CharField(label="Intitulé", max_length=200)
    organisme = forms.CharField(label="Organisme", max_length=200, required=False)
    heures_prevues = _heures("Heures prévues")
    competences = forms.MultipleChoiceField(
        label="Compétences visées", required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, le: date, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["competences"].choices = _competences(le)  # type: ignore[attr-defined]


class SuiviForm(forms.Form):
    """A training followed."""

    date_realisation = jour("Suivie le", "Le dernier jour, si elle en a duré plusieurs.")
    heures_realisees = _heures("Heures suivies")


class AnneeForm(forms.Form):
    """Which year."""

    annee = forms.IntegerField(label="Année", min_value=2020, max_value=2100, required=False)


class MembreForm(forms.Form):
    """A member of the groupement."""

    nom = forms.CharField(label="Nom", max_length=200)
    code = forms.CharField(label="Code", max_length=20, help_text="Court, et propre à ce membre.")
    qualite = forms.ChoiceField(label="Qualité", choices=Qualite.choices)
    debut = jour("Entrée dans le groupement")
    fin = jour("Premier jour hors du groupement", "Vide tant que le membre est présent.", requis=False)


class RattachementForm(forms.Form):
    """Whom a person works for."""

    membre = forms.ChoiceField(label="Travaille pour", required=False)

    def __init__(self, *args: Any, membres: Iterable[Membre], **options: Any) -> None:
        super().__init__(*args, **options)
        choix = [("", "Le mandataire"), *((str(m.pk), m.nom) for m in membres)]
        self.fields["membre"].choices = choix  # type: ignore[attr-defined]
