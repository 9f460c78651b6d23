"""Form fields made from the contract: label, help, list and form of a field have one declaration."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.core.validators import RegexValidator

from cepage.echanges.contrat.fiches import FICHES
from cepage.echanges.contrat.modele import TypeChamp
from cepage.fondations.referentiels import nomenclatures

_AIDES = {
    "adresse_type_voie": "Rue, avenue, impasse…",
    "entree_entreprise": "Mois et année, par exemple 2018-12.",
    "structure": "Le code du site, par exemple S1.",
    "telephone": "Par exemple 06 12 34 56 78.",
}
_LIBELLES = {
    "statut": "Situation professionnelle",
    "structure": "Site de rattachement",
    "handicap": "Obligation d'emploi (handicap)",
    "aiguillage": "Suite donnée",
    "alea_uo22": "Aléa rencontré",
    "derogation_territoriale": "Raison, si la personne ne vit ni ne travaille dans la région",
}


def champ_de_date(libelle: str, *, requis: bool = True, aide: str = "") -> forms.DateField:
    """A day, typed or picked."""
    return forms.DateField(
        label=libelle,
        required=requis,
        help_text=aide,
        input_formats=["%Y-%m-%d", "%d/%m/%Y", "%d%m%Y"],
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"invalid": "Écrivez la date ainsi : 20/05/1985.", "required": "Donnez la date."},
    )


def choix_de(liste: str, *, vide: str = "Choisir", le: date | None = None) -> list[tuple[str, str]]:
    """The options of a code list on a day, in its order, after an empty one."""
    codes = [(c.code, c.libelle) for c in nomenclatures.table(liste) if c.valable(le)]
    return [("", vide), *codes] if vide else codes


def champ_du_contrat(fiche: str, nom: str, *, requis: bool = False, le: date | None = None) -> forms.Field:
    """The form field of a field of a fiche."""
    declare = FICHES[fiche].champ(nom)
    commun: dict[str, Any] = {
        "label": _LIBELLES.get(nom, declare.libelle),
        "required": requis,
        "help_text": _AIDES.get(nom, ""),
        "error_messages": {"required": "Ce champ est nécessaire."},
    }
    if declare.type is TypeChamp.DATE:
        return champ_de_date(commun["label"], requis=requis)
    if declare.type is TypeChamp.CODE and declare.multiple:
        return forms.MultipleChoiceField(
            choices=choix_de(declare.nomenclature, vide="", le=le), widget=forms.CheckboxSelectMultiple, **commun
        )
    if declare.type is TypeChamp.CODE:
        return forms.ChoiceField(choices=choix_de(declare.nomenclature, le=le), **commun)
    if declare.type is TypeChamp.ENTIER:
        return forms.IntegerField(min_value=declare.minimum, max_value=declare.maximum, **commun)
    if declare.type is TypeChamp.BOOLEEN:
        return forms.BooleanField(**commun)
    texte = forms.Textarea(attrs={"rows": 4}) if (declare.longueur_max or 0) > 1000 else forms.TextInput()
    if nom in ("telephone", "email"):
        texte = forms.TextInput(attrs={"type": {"telephone": "tel", "email": "email"}[nom], "autocomplete": "off"})
    motif = forms.CharField(max_length=declare.longueur_max, widget=texte, **commun)
    if declare.motif:
        forme = declare.contrainte or "une autre forme"
        if r"\p" not in declare.motif:
            motif.validators.append(RegexValidator(f"^(?:{declare.motif})$", f"La forme attendue est : {forme}."))
    return motif


def ajouter(form: forms.Form, fiche: str, noms: Iterable[str], *, requis: Iterable[str] = ()) -> None:
    """Add these fields of a fiche to a form, in order."""
    obligatoires = frozenset(requis)
    for nom in noms:
        form.fields[nom] = champ_du_contrat(fiche, nom, requis=nom in obligatoires)
