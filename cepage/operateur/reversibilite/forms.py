"""The forms of the reversibility file."""

from django import forms


def _jour(libelle: str, aide: str = "", *, requis: bool = True) -> forms.DateField:
    return forms.DateField(
        label=libelle,
        help_text=aide,
        required=requis,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": "Donnez ce jour.", "invalid": "Écrivez le jour ainsi : 12/03/2021."},
    )


def _texte(libelle: str, aide: str, longueur: int, lignes: int, *, requis: bool = True) -> forms.CharField:
    return forms.CharField(
        label=libelle,
        help_text=aide,
        max_length=longueur,
        required=requis,
        widget=forms.Textarea(attrs={"rows": lignes}),
    )


class PlanForm(forms.Form):
    """What a successor must know."""

    processus = _texte(
        "Processus et modes opératoires",
        "Comment l'activité se fait, et qui fait quoi. Une ligne vide sépare deux paragraphes.",
        20_000,
        12,
    )
    contacts = _texte("Contacts", "Les interlocuteurs, leur rôle, où les joindre.", 5000, 6)
    vigilance = _texte("Points de vigilance", "Un par ligne.", 10_000, 6, requis=False)
    date_notification = _jour(
        "Bon de commande de l'UO5 notifié le",
        "Vide tant qu'il ne l'est pas ; les délais courent de ce jour.",
        requis=False,
    )
    version = forms.IntegerField(widget=forms.HiddenInput)


class EtapeForm(forms.Form):
    """A step of the planning."""

    libelle = forms.CharField(label="Étape", max_length=200)
    responsable = forms.CharField(label="Responsable", max_length=200)
    du_jour = forms.IntegerField(
        label="Du jour", min_value=0, max_value=365, help_text="En jours après la notification du bon de commande."
    )
    au_jour = forms.IntegerField(label="Au jour", min_value=0, max_value=365)


class IncidentForm(forms.Form):
    """What interrupted or degraded the service."""

    debut = _jour("Survenu le")
    fin = _jour("Réglé le", "Vide s'il dure encore.", requis=False)
    description = _texte("Ce qui s'est passé", "Sans nommer personne.", 500, 3)
    effet = _texte("Effet sur le service", "Combien de personnes, combien de temps.", 500, 3)
    remede = _texte("Ce qui a été fait", "", 500, 3, requis=False)
