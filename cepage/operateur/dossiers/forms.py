"""The forms of the dossiers, in the order of the conversation; what is known is not asked again."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms

from cepage.fondations.comptes.models import Personne
from cepage.fondations.referentiels import nomenclatures
from cepage.operateur.dossiers.enums import UO, GenreEtape, TypeCourriel
from cepage.operateur.dossiers.models import CHAMPS_BENEFICIAIRE
from cepage.operateur.dossiers.saisie import ajouter, champ_de_date, champ_du_contrat, choix_de

APPEL = ("nom_naissance", "prenom", "date_naissance", "telephone", "email", "adresse_code_postal")
SITUATION = ("statut", "categorie_sociale", "handicap")
DEMANDE = ("origine_demarche", "motif_sollicitation", "motif_sollicitation_detaille")
_IDENTITE = ("nom_naissance", "prenom", "date_naissance")


class RechercheForm(forms.Form):
    """Whatever is known of the person."""

    q = forms.CharField(
        label="Personne ou dossier",
        required=False,
        max_length=120,
        help_text="Nom, prénom, date de naissance, téléphone ou numéro de dossier, dans l'ordre qu'on veut.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "autofocus": True, "type": "search"}),
    )


def _details(motif: str, choisis: Iterable[str]) -> list[str]:
    return [c for c in choisis if nomenclatures.groupe("motif_sollicitation_detaille", c) != motif]


class _AvecMotif(forms.Form):
    """A request of the person: its reason and the details that go with it."""

    def clean(self) -> dict[str, Any]:
        """The details belong to the reason."""
        valeurs: dict[str, Any] = super().clean() or {}
        motif = valeurs.get("motif_sollicitation", "")
        if motif and _details(motif, valeurs.get("motif_sollicitation_detaille", [])):
            libelle = nomenclatures.libelle("motif_sollicitation", motif)
            self.add_error("motif_sollicitation_detaille", f"Choisissez des précisions de « {libelle} ».")
        return valeurs


def _grouper_les_details(form: forms.Form) -> None:
    """Show the details under the reason they belong to."""
    groupes: dict[str, list[tuple[str, str]]] = {}
    for code in nomenclatures.table("motif_sollicitation_detaille"):
        if code.valable(None):
            libelle = nomenclatures.libelle("motif_sollicitation", code.groupe)
            groupes.setdefault(libelle, []).append((code.code, code.libelle))
    form.fields["motif_sollicitation_detaille"] = forms.MultipleChoiceField(
        label="Précisions sur la demande",
        choices=list(groupes.items()),
        help_text="Une au moins. Maintenez Ctrl pour en choisir plusieurs.",
        widget=forms.SelectMultiple(attrs={"size": "6"}),
        error_messages={"required": "Choisissez au moins une précision."},
    )


class AiguillageForm(_AvecMotif):
    """The call, on one screen: who, in which situation, for what (13 fields with the outcome)."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ajouter(self, "beneficiaire", APPEL, requis=_IDENTITE)
        ajouter(self, "beneficiaire", SITUATION, requis=("statut",))
        statut = choix_de("statut", vide="")
        self.fields["statut"] = forms.MultipleChoiceField(
            label="Situation professionnelle",
            choices=statut,
            help_text="Plusieurs si besoin (salarié et demandeur d'emploi…).",
            widget=forms.SelectMultiple(attrs={"size": "6"}),
            error_messages={"required": "Choisissez la situation de la personne."},
        )
        ajouter(self, "unite_oeuvre", DEMANDE, requis=DEMANDE)
        _grouper_les_details(self)
        self.fields["origine_demarche"].initial = "INDIVIDUELLE"
        self.fields["handicap"].initial = "NSP"

    def de_la_personne(self) -> dict[str, Any]:
        """What goes to the record of the person."""
        return {nom: self.cleaned_data[nom] for nom in (*APPEL, *SITUATION)}

    def de_la_demande(self) -> dict[str, Any]:
        """What goes to the unit."""
        return {nom: self.cleaned_data[nom] for nom in DEMANDE}


class BeneficiaireForm(forms.Form):
    """The whole record of a person."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        noms = [nom for nom in CHAMPS_BENEFICIAIRE if nom != "identifiant_beneficiaire"]
        ajouter(self, "beneficiaire", noms, requis=(*_IDENTITE, "statut"))
        self.fields["adresse_type_voie"] = forms.CharField(label="Type de voie", required=False, max_length=100)
        self.fields["version"] = forms.IntegerField(widget=forms.HiddenInput)


class EngagementForm(_AvecMotif):
    """Engage a unit beyond the UO0."""

    def __init__(self, *args: Any, uo: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["date_engagement"] = champ_de_date("Date d'engagement")
        ajouter(self, "unite_oeuvre", DEMANDE, requis=DEMANDE)
        _grouper_les_details(self)
        if uo == UO.UO22:
            self.fields["alea_uo22"] = champ_du_contrat("unite_oeuvre", "alea_uo22")
        self.fields["derogation_territoriale"] = champ_du_contrat("unite_oeuvre", "derogation_territoriale")
        self.order_fields(["date_engagement", *DEMANDE, "alea_uo22", "derogation_territoriale"])


class ClotureForm(forms.Form):
    """Close a unit on the day the person signed, or of the closing mail."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["le"] = champ_de_date("Date de la signature par la personne, ou du courriel de clôture")
        volontaires = [(c.code, c.libelle) for c in nomenclatures.table("motif_cloture") if c.groupe == "volontaire"]
        self.fields["motif"] = forms.ChoiceField(label="Motif de clôture", choices=[("", "Choisir"), *volontaires])


class RealisationForm(forms.Form):
    """What was done in an UO2: due at its closure."""

    CHAMPS = (
        *("types_service", "prestations_complementaires", "autoprescriptions", "financements_formation"),
        *("decouvertes_metiers", "projet_reconversion_cpir", "etat_projet", "description_service"),
    )
    EXCLUSIFS = {
        "prestations_complementaires": "AUCUNE",
        "financements_formation": "AUCUN",
        "decouvertes_metiers": "AUCUNE",
    }

    def __init__(self, *args: Any, uo: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        noms = [nom for nom in self.CHAMPS if nom != "autoprescriptions"]
        if uo != UO.UO22:
            noms = [nom for nom in noms if nom not in ("etat_projet", "description_service")]
        ajouter(self, "unite_oeuvre", noms)
        prestations = [c for c in choix_de("prestation_complementaire", vide="") if c[0] != "AUCUNE"]
        self.fields["autoprescriptions"] = forms.MultipleChoiceField(
            label="Parmi ces prestations, celles que nous avons réalisées nous-mêmes (auto-prescription)",
            choices=prestations,
            required=False,
            widget=forms.CheckboxSelectMultiple,
        )
        self.order_fields([nom for nom in self.CHAMPS if nom in self.fields])

    def clean(self) -> dict[str, Any]:
        """« Aucune » excludes the others; what was self-prescribed was prescribed."""
        valeurs: dict[str, Any] = super().clean() or {}
        for nom, exclusif in self.EXCLUSIFS.items():
            if exclusif in valeurs.get(nom, []) and len(valeurs[nom]) > 1:
                self.add_error(nom, "« Aucun » exclut les autres réponses : retirez-le, ou retirez les autres.")
        hors = set(valeurs.get("autoprescriptions", [])) - set(valeurs.get("prestations_complementaires", []))
        if hors:
            self.add_error("autoprescriptions", "Cochez d'abord la prestation elle-même.")
        return valeurs

    def pour_l_unite(self) -> dict[str, object]:
        """The columns of the unit: one yes/no per complementary service, in its order."""
        valeurs = dict(self.cleaned_data)
        siennes = set(valeurs.pop("autoprescriptions"))
        prestations = [p for p in valeurs["prestations_complementaires"] if p != "AUCUNE"]
        return {**valeurs, "autoprescription": [p in siennes for p in prestations]}


class RaisonForm(forms.Form):
    """Say why."""

    raison = forms.CharField(label="Raison", max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))


class InteractionForm(forms.Form):
    """A contact."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["le"] = champ_de_date("Date")
        self.fields["mode_contact"] = champ_du_contrat("interaction", "mode_contact", requis=True)
        self.fields["duree_minutes"] = champ_du_contrat("interaction", "duree_minutes")
        self.fields["duree_minutes"].help_text = "Pour information : elle ne change rien au paiement."


class StatutForm(forms.Form):
    """A change of status."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["depuis"] = champ_de_date("Depuis le")
        self.fields["statut"] = champ_du_contrat("beneficiaire", "statut", requis=True)


class EtapeForm(forms.Form):
    """A step outside the units."""

    genre = forms.ChoiceField(label="Étape", choices=GenreEtape.choices)
    precision = forms.CharField(label="Précision", required=False, max_length=300)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["le"] = champ_de_date("Date")
        self.order_fields(["genre", "le", "precision"])


class NoteForm(forms.Form):
    """A private note."""

    texte = forms.CharField(
        label="Note confidentielle",
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="Elle ne sort jamais de chez vous. La personne peut demander à la lire : écrivez des faits utiles.",
    )
    confirmee = forms.BooleanField(label="Garder ces mots : ils sont nécessaires au conseil", required=False)


class PieceForm(forms.Form):
    """A document."""

    fichier = forms.FileField(label="Document", help_text="PDF, ODT, JPEG ou PNG, 10 Mo au plus.")


class CourrielForm(forms.Form):
    """One of the three mails of an UO2.2."""

    type_livrable = forms.ChoiceField(label="Courriel", choices=TypeCourriel.choices)
    objet = forms.CharField(label="Objet", max_length=200)
    texte = forms.CharField(label="Texte du message", max_length=20_000, widget=forms.Textarea(attrs={"rows": 8}))
    envoyer = forms.BooleanField(label="Envoyer maintenant ce message à la personne", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["le"] = champ_de_date("Date")
        self.order_fields(["type_livrable", "le", "objet", "texte", "envoyer"])

    def clean(self) -> dict[str, Any]:
        """One does not send the person's own answer."""
        valeurs: dict[str, Any] = super().clean() or {}
        if valeurs.get("envoyer") and valeurs.get("type_livrable") == TypeCourriel.REPONSE:
            self.add_error("envoyer", "La réponse vient de la personne : elle se consigne, elle ne s'envoie pas.")
        return valeurs


class MainForm(forms.Form):
    """Another counsellor."""

    def __init__(self, *args: Any, conseillers: Iterable[Personne], champ: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choix = [("", "Choisir"), *((str(p.pk), p.nom_complet) for p in conseillers)]
        self.fields["personne"] = forms.ChoiceField(label=champ, choices=choix)


def aujourd_hui_par_defaut(le: date, *noms: str) -> dict[str, date]:
    """Initial values: these dates are today."""
    return dict.fromkeys(noms, le)


class RattachementForm(forms.Form):
    """Whose message it is."""

    identifiant = forms.CharField(
        label="Identifiant de la personne",
        max_length=40,
        help_text="Il est en tête de son dossier, par exemple 8A-000123.",
        error_messages={"required": "Écrivez l'identifiant de la personne."},
    )
