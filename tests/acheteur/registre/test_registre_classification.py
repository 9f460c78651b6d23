"""Every column of the register is classified from the contract."""

import pytest
from django.apps import apps

from cepage.acheteur.registre.models import TABLES, champs_propres
from cepage.echanges.contrat.fiches import FICHES
from cepage.echanges.contrat.modele import Sensibilite
from cepage.fondations.socle.classification import classification, defauts, verifier_la_classification


@pytest.mark.parametrize("nom", TABLES)
def test_chaque_colonne_du_registre_est_classee(nom: str) -> None:
    assert list(defauts(TABLES[nom])) == []


@pytest.mark.parametrize("nom", TABLES)
def test_la_sensibilite_suit_le_contrat(nom: str) -> None:
    classees = classification(TABLES[nom])
    for champ in champs_propres(FICHES[nom]):
        sensibilite = classees[champ.nom]["sensibilite"]
        if champ.sensibilite in {Sensibilite.NIR, Sensibilite.SANTE, Sensibilite.PARCOURS_LIBRE}:
            assert sensibilite == "sensible", champ.nom
        elif champ.sensibilite in {Sensibilite.TECHNIQUE, Sensibilite.MARCHE}:
            assert sensibilite == "interne", champ.nom
        else:
            assert sensibilite == "personnelle", champ.nom
        personnelle = sensibilite in {"personnelle", "sensible"}
        assert ("24 mois" in classees[champ.nom]["conservation"]) is personnelle
        assert ("jamais" in classees[champ.nom]["effacement"]) is not personnelle


@pytest.mark.parametrize("application", ["socle", "comptes", "reception", "registre", "marche"])
def test_le_controle_de_classification_passe(application: str) -> None:
    assert verifier_la_classification([apps.get_app_config(application)]) == []
