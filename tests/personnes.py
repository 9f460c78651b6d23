"""Three fixed people for the tests of pages: Alice owns, Bob shares, Charlie must see nothing."""

from datetime import date

from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client

from cepage.fondations.comptes.enums import Nature, Role
from cepage.fondations.comptes.models import Organisation, Personne
from cepage.fondations.comptes.services import attribuer, ouvrir_compte

DEBUT = date(2020, 1, 1)


def operateur(code: str, lot: str) -> Organisation:
    """The operator of that code, on one lot."""
    return Organisation.objects.get_or_create(
        code_emetteur=code, defaults={"nom": f"Opérateur {code}", "nature": Nature.OPERATEUR, "lots": [lot]}
    )[0]


def _personne(prenom: str, role: Role, organisation: Organisation, lots: tuple[str, ...] = ()) -> Personne:
    personne = ouvrir_compte(
        email=f"{prenom.lower()}@exemple.test", prenom=prenom, nom="Martin", organisation=organisation
    )
    attribuer(personne, role, debut=DEBUT, lots=lots)
    TOTP.activate(personne, generate_totp_secret())
    return personne


def alice() -> Personne:
    """Project director of AB, which holds lot 08."""
    return _personne("Alice", Role.DIRECTEUR_PROJET, operateur("AB", "08"))


def bob() -> Personne:
    """The buyer's référent for lot 08."""
    operateur("AB", "08")
    acheteur = Organisation.objects.create(nom="Acheteur", nature=Nature.ACHETEUR)
    return _personne("Bob", Role.REFERENT, acheteur, lots=("08",))


def charlie() -> Personne:
    """Project director of CD, which holds lot 02."""
    return _personne("Charlie", Role.DIRECTEUR_PROJET, operateur("CD", "02"))


def diane() -> Personne:
    """A counsellor of AB: no right on what was sent, nor on the register."""
    return _personne("Diane", Role.CONSEILLER, operateur("AB", "08"))


def entrer(personne: Personne) -> Client:
    """A browser in which this person is logged in, second factor set."""
    client = Client()
    client.force_login(personne, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client
