"""Accounts and roles: what is refused, and by what sentence."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from cepage.fondations.comptes.enums import Nature, Role
from cepage.fondations.comptes.models import Organisation, Personne
from cepage.fondations.comptes.services import attribuer, fermer_compte, ouvrir_compte


def _personne(organisation: Organisation, email: str = "Ana@Exemple.TEST") -> Personne:
    return ouvrir_compte(email=email, prenom="Ana", nom="Roux", organisation=organisation)


def test_le_courriel_se_garde_en_minuscules(operateur: Organisation) -> None:
    assert _personne(operateur).email == "ana@exemple.test"
    assert Personne.objects.get_by_natural_key("ANA@exemple.test").nom_complet == "Ana Roux"


def test_une_adresse_ne_sert_qu_une_fois(operateur: Organisation) -> None:
    _personne(operateur)
    with pytest.raises(ValidationError):
        _personne(operateur, "ana@exemple.test")


def test_la_base_refuse_les_majuscules(operateur: Organisation) -> None:
    personne = _personne(operateur)
    with pytest.raises(IntegrityError), transaction.atomic():
        Personne.objects.filter(pk=personne.pk).update(email="ANA@exemple.test")


def test_un_role_demande_sa_nature(operateur: Organisation) -> None:
    with pytest.raises(ValidationError, match="Acheteur"):
        attribuer(_personne(operateur), Role.REFERENT, debut=date(2020, 1, 1))


def test_la_fin_vient_apres_le_debut(operateur: Organisation) -> None:
    with pytest.raises(ValidationError, match="après son premier jour"):
        attribuer(_personne(operateur), Role.MANAGER, debut=date(2020, 1, 1), fin=date(2020, 1, 1))


def test_un_operateur_a_un_code_et_lui_seul(db: None) -> None:
    with pytest.raises(ValidationError, match="code d'émetteur"):
        Organisation(nom="Sans code", nature=Nature.OPERATEUR).full_clean()
    with pytest.raises(ValidationError, match="code d'émetteur"):
        Organisation(nom="Acheteur", nature=Nature.ACHETEUR, code_emetteur="8A").full_clean()


def test_un_compte_ferme_ne_sert_plus(operateur: Organisation) -> None:
    personne = _personne(operateur)
    fermer_compte(personne)
    personne.refresh_from_db()
    assert (personne.is_active, personne.has_usable_password()) == (False, False)
