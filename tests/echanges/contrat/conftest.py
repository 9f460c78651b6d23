"""Someone who may read the contract."""

from datetime import date

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client

from cepage.fondations.comptes.enums import Nature, Role
from cepage.fondations.comptes.models import Organisation
from cepage.fondations.comptes.services import attribuer, ouvrir_compte


@pytest.fixture
def lectrice(db: None, client: Client) -> Client:
    """A project director of operator AB, logged in."""
    operateur = Organisation.objects.create(
        nom="Opérateur AB", nature=Nature.OPERATEUR, code_emetteur="AB", lots=["03"]
    )
    personne = ouvrir_compte(
        email="alice@exemple.test",
        prenom="Alice",
        nom="Martin",
        organisation=operateur,
        mot_de_passe="un mot de passe assez long 42",
    )
    attribuer(personne, Role.DIRECTEUR_PROJET, debut=date(2020, 1, 1), lots=())
    if not Authenticator.objects.filter(user=personne).exists():
        TOTP.activate(personne, generate_totp_secret())
    client.force_login(personne, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client
