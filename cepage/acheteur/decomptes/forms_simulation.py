"""The form of a simulation: one change of the rules, from a day, over past months. It is kept in the address."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms

from cepage.acheteur.decomptes.simulation import SimulationImpossible, bornes
from cepage.acheteur.marche.forms import UNITES, champ_date
from cepage.fondations.regles.parametres import Regles, charger_marche, marches
from cepage.fondations.regles.surcharge import Changements, PrixSuppose
from cepage.fondations.regles.unites import UNITES as LECTURES
from cepage.fondations.regles.unites import ValeurMalFormee

PRIX = "prix"
MARCHE = "marche."
MOIS_MAX = 24
_ESSAI = "simulation"
_SIMULABLES = frozenset({"oui_non", "liste"})


def changements_possibles(regles: Regles) -> list[tuple[str, str]]:
    """What may be changed: the rules of payment that a page can write, a price, the rules of another market."""
    parametres = [
        (p.cle, p.libelle) for p in regles if p.cle.startswith("paiement.") and p.valeurs[-1].unite in _SIMULABLES
    ]
    autres = [
        (f"{MARCHE}{code}", f"Toutes les règles de : {_libelle(code)}") for code in marches() if code != regles.marche
    ]
    return [(PRIX, "Prix d'une unité"), *sorted(parametres, key=lambda couple: couple[1]), *autres]


def _libelle(code: str) -> str:
    return str(charger_marche(code).parametre("marche.libelle").valeurs[-1].valeur)


class SimulationForm(forms.Form):
    """What changes, from when, over which months."""

    changement = forms.ChoiceField(label="Ce qui change")
    valeur = forms.CharField(
        label="Nouvelle valeur",
        required=False,
        max_length=200,
        help_text="« oui » ou « non » ; des codes séparés par des virgules, comme ELP, PP ; un prix, comme 310,50. "
        "Vide pour les règles d'un autre marché.",
    )
    lot = forms.ChoiceField(label="Lot du prix", required=False)
    uo = forms.ChoiceField(label="Unité du prix", required=False, choices=[("", "—"), *UNITES])
    debut = champ_date("À partir du")
    depuis = forms.CharField(label="Premier mois recalculé", max_length=7, help_text="Par exemple 2021-01.", strip=True)
    jusqu_a = forms.CharField(
        label="Dernier mois recalculé", max_length=7, help_text=f"Par exemple 2021-12 ; {MOIS_MAX} mois au plus."
    )

    def __init__(self, donnees: object, regles: Regles, lots: Iterable[tuple[str, str]]) -> None:
        super().__init__(donnees)  # type: ignore[arg-type]
        self._regles = regles
        self.fields["changement"].choices = changements_possibles(regles)  # type: ignore[attr-defined]
        self.fields["lot"].choices = [("", "—"), *lots]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Add `changements`, `premier` and `fin` (excluded); what is wrong is said at the field to mend."""
        lus: dict[str, Any] = super().clean() or {}
        if {"depuis", "jusqu_a"} <= lus.keys():
            try:
                lus["premier"], lus["fin"] = bornes(lus["depuis"], lus["jusqu_a"])
            except SimulationImpossible:
                self.add_error("depuis", "Écrivez les deux mois comme 2021-01, le premier d'abord.")
            else:
                if (lus["fin"] - lus["premier"]).days > MOIS_MAX * 31:
                    self.add_error("jusqu_a", f"Recalculez {MOIS_MAX} mois au plus à la fois.")
        if {"changement", "debut"} <= lus.keys() and not self.errors:
            try:
                lus["changements"] = self._changements(lus)
            except ValeurMalFormee as erreur:
                self.add_error("valeur", f"{erreur.message} {erreur.remede}")
        return lus

    def _changements(self, lus: dict[str, Any]) -> Changements:
        quoi, debut = str(lus["changement"]), lus["debut"]
        assert isinstance(debut, date)
        if quoi.startswith(MARCHE):
            return Changements(_ESSAI, quoi.removeprefix(MARCHE), {}, ())
        valeur = str(lus.get("valeur", "")).strip()
        if quoi == PRIX:
            if not (lus.get("lot") and lus.get("uo")):
                raise ValeurMalFormee("un prix est celui d'un lot et d'une unité.", "Choisissez les deux.")
            montant = LECTURES["euros_ht"](valeur.replace(",", "."))
            assert isinstance(montant, Decimal)
            return Changements(_ESSAI, None, {}, (PrixSuppose(lus["lot"], lus["uo"], debut, montant),))
        unite = self._regles.parametre(quoi).valeurs[-1].unite
        codes = [code.strip() for code in valeur.split(",") if code.strip()]
        brute: Any = codes if unite == "liste" else valeur.lower()
        LECTURES[unite](brute)
        return Changements(_ESSAI, None, {quoi: [{"valeur": brute, "debut": debut.isoformat()}]}, ())
