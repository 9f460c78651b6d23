"""The fixed people of these tests: Alice owns, Bob shares, Charlie must see nothing."""

from collections.abc import Callable
from datetime import date

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client

from cepage.fondations.comptes.enums import NATURES_DU_ROLE, Nature, Role
from cepage.fondations.comptes.models import Organisation, Personne
from cepage.fondations.comptes.services import attribuer, ouvrir_compte

MOT_DE_PASSE = "un mot de passe assez long 42"


def _operateur(code: str, lot: str) -> Organisation:
    nature = Nature.OPERATEUR
    return Organisation.objects.create(nom=f"Opérateur {code}", nature=nature, code_emetteur=code, lots=[lot])


@pytest.fixture
def operateur(db: None) -> Organisation:
    """Operator 8A, on lot 08."""
    return Organisation.objects.create(nom="Opérateur 8A", nature=Nature.OPERATEUR, code_emetteur="8A", lots=["08"])


@pytest.fixture
def autre_operateur(db: None) -> Organisation:
    """Operator 3B, on lot 03."""
    return Organisation.objects.create(nom="Opérateur 3B", nature=Nature.OPERATEUR, code_emetteur="3B", lots=["03"])


@pytest.fixture
def personne_de(operateur: Organisation) -> Callable[..., Personne]:
    """Makes a person with a role, in an organisation of the nature it asks."""

    def creer(role: Role, *, lots: tuple[str, ...] = (), organisation: Organisation | None = None) -> Personne:
        nature = NATURES_DU_ROLE[role]
        if organisation is None:
            organisation = (
                operateur
                if nature == Nature.OPERATEUR
                else Organisation.objects.get_or_create(nom=f"Organisation {nature}", nature=nature)[0]
            )
        rang = Personne.objects.count()
        personne = ouvrir_compte(
            email=f"{role}{rang}@exemple.test",
            prenom="Alice",
            nom=f"Martin {rang}",
            organisation=organisation,
            mot_de_passe=MOT_DE_PASSE,
        )
        attribuer(personne, role, debut=date(2020, 1, 1), lots=lots)
        return personne

    return creer


@pytest.fixture
def entrer(client: Client) -> Callable[[Personne], Client]:
    """Logs a person in, second factor set."""

    def connecter(personne: Personne) -> Client:
        if not Authenticator.objects.filter(user=personne).exists():
            TOTP.activate(personne, generate_totp_secret())
        client.force_login(personne, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return connecter
