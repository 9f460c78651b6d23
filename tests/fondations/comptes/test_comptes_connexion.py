"""Logging in, the second factor, and every page of the accounts."""

from collections.abc import Callable

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core import mail
from django.test import Client
from django.urls import reverse

from cepage.fondations.comptes.enums import Role
from cepage.fondations.comptes.models import Personne

Fabrique = Callable[..., Personne]
MOT_DE_PASSE = "un mot de passe assez long 42"
Entree = Callable[[Personne], Client]
PAGES_PUBLIQUES = (
    *("account_login", "account_logout", "account_signup", "account_reset_password"),
    *(
        "account_reset_password_done",
        "account_reset_password_from_key_done",
        "account_inactive",
        "accessibilite",
    ),
)
PAGES_PERSONNELLES = (
    *("accueil", "mfa_index", "account_change_password", "account_reauthenticate", "mfa_reauthenticate"),
    *("mfa_list_webauthn", "account_logout", "account_reset_password"),
)
PAGES_A_CONFIRMER = (
    *("mfa_deactivate_totp", "mfa_generate_recovery_codes", "mfa_add_webauthn"),
    *("mfa_view_recovery_codes",),
)


@pytest.mark.django_db
@pytest.mark.parametrize("nom", PAGES_PUBLIQUES)
def test_pages_publiques(client: Client, nom: str) -> None:
    reponse = client.get(reverse(nom))
    if reponse.status_code == 302:
        assert nom == "account_logout"
        return
    texte = reponse.content.decode()
    assert reponse.status_code == 200
    assert '<html lang="fr"' in texte
    assert texte.count("<h1") == 1
    assert "script-src 'self'" in reponse.headers["Content-Security-Policy"]


@pytest.mark.parametrize("nom", PAGES_PERSONNELLES)
def test_pages_personnelles(personne_de: Fabrique, entrer: Entree, nom: str) -> None:
    reponse = entrer(personne_de(Role.MANAGER)).get(reverse(nom))
    assert reponse.status_code == 200
    assert reponse.content.decode().count("<h1") == 1


def _se_connecter(client: Client, personne: Personne) -> None:
    reponse = client.post(reverse("account_login"), {"login": personne.email, "password": MOT_DE_PASSE})
    assert reponse.status_code == 302, reponse.content.decode()


def _relier_une_application(client: Client) -> None:
    """Confirm the password, as asked before any change of the second factor, then link an application."""
    confirmation = client.get(reverse("mfa_activate_totp"))
    assert confirmation.headers["Location"].startswith(reverse("account_reauthenticate"))
    page = client.post(confirmation.headers["Location"], {"password": MOT_DE_PASSE}, follow=True)
    assert page.redirect_chain == [(reverse("mfa_activate_totp"), 302)]
    secret = page.context["form"].secret
    code = format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))
    assert client.post(reverse("mfa_activate_totp"), {"code": code}).status_code == 302


def _code(personne: Personne) -> str:
    secret = Authenticator.objects.get(user=personne, type="totp").data["secret"]
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


def test_sans_second_facteur_on_va_en_choisir_un(personne_de: Fabrique, client: Client) -> None:
    alice = personne_de(Role.MANAGER)
    _se_connecter(client, alice)
    reponse = client.get("/")
    assert reponse.status_code == 302
    assert reponse.headers["Location"] == reverse("mfa_index")
    assert "Ajoutez un second facteur" in client.get(reverse("mfa_index")).content.decode()
    _relier_une_application(client)
    assert client.get("/").status_code == 200


def test_le_second_facteur_est_demande(personne_de: Fabrique, entrer: Entree, client: Client) -> None:
    alice = personne_de(Role.MANAGER)
    entrer(alice)
    client.logout()
    _se_connecter(client, alice)
    assert client.get("/").status_code == 302
    page = client.get(reverse("mfa_authenticate"))
    assert "Votre second facteur" in page.content.decode()
    faux = client.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert "À corriger" in faux.content.decode()
    assert client.post(reverse("mfa_authenticate"), {"code": _code(alice)}).status_code == 302
    assert client.get("/").status_code == 200


@pytest.mark.parametrize("nom", PAGES_A_CONFIRMER)
def test_les_pages_sensibles_redemandent_le_mot_de_passe(personne_de: Fabrique, client: Client, nom: str) -> None:
    alice = personne_de(Role.MANAGER)
    _se_connecter(client, alice)
    _relier_une_application(client)
    reponse = client.get(reverse(nom))
    assert reponse.status_code == 200
    assert reponse.content.decode().count("<h1") == 1


def test_mot_de_passe_faux(personne_de: Fabrique, client: Client) -> None:
    alice = personne_de(Role.MANAGER)
    reponse = client.post(reverse("account_login"), {"login": alice.email, "password": "faux"})
    assert reponse.status_code == 200
    assert "À corriger" in reponse.content.decode()


def test_mot_de_passe_oublie(personne_de: Fabrique, client: Client) -> None:
    alice = personne_de(Role.MANAGER)
    assert client.post(reverse("account_reset_password"), {"email": alice.email}).status_code == 302
    assert len(mail.outbox) == 1
    corps = str(mail.outbox[0].body)
    lien = next(mot for mot in corps.split() if "/mot-de-passe/cle/" in mot).removeprefix("http://testserver")
    page = client.get(lien, follow=True)
    assert "Choisir un nouveau mot de passe" in page.content.decode()
    nouveau = "encore une phrase bien longue 7"
    fini = client.post(page.redirect_chain[-1][0], {"password1": nouveau, "password2": nouveau})
    assert fini.status_code == 302
    alice.refresh_from_db()
    assert alice.check_password(nouveau)
    assert "Ce lien ne sert plus" in client.get(lien, follow=True).content.decode()


def test_personne_ne_s_inscrit(client: Client, db: None) -> None:
    champs = {"email": "intrus@exemple.test", "password1": MOT_DE_PASSE}
    assert client.post(reverse("account_signup"), champs).status_code == 200
    assert Personne.objects.count() == 0


def test_sans_compte_on_est_envoye_a_la_connexion(client: Client, db: None) -> None:
    assert client.get("/").headers["Location"].startswith(reverse("account_login"))
