"""Addresses of the accounts: home, log in and out, password, second factor.

Only the pages of django-allauth that this service uses: an address changes through an administrator.
"""

from allauth.account import views as compte
from django.urls import include, path, re_path

from cepage.fondations.comptes import views
from cepage.fondations.comptes.recherche import views as recherche

urlpatterns = [
    path("", views.accueil, name="accueil"),
    path("sante/", views.sante, name="sante"),
    path("accessibilite/", views.accessibilite, name="accessibilite"),
    path("recherche/", recherche.recherche, name="recherche"),
    path("recherche/raccourci/", recherche.raccourci, name="recherche_raccourci"),
    path("demo/entrer/<slug:role>", views.demo_entrer, name="demo_entrer"),
    path("comptes/", include("cepage.fondations.comptes.administration.urls")),
    path("compte/connexion/", compte.login, name="account_login"),
    path("compte/deconnexion/", compte.logout, name="account_logout"),
    path("compte/ferme/", compte.account_inactive, name="account_inactive"),
    path("compte/inscription/", compte.signup, name="account_signup"),
    path("compte/confirmer/", compte.reauthenticate, name="account_reauthenticate"),
    path("compte/mot-de-passe/", compte.password_change, name="account_change_password"),
    path("compte/mot-de-passe/choisir/", compte.password_set, name="account_set_password"),
    path("compte/mot-de-passe/oublie/", compte.password_reset, name="account_reset_password"),
    path("compte/mot-de-passe/envoye/", compte.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^compte/mot-de-passe/cle/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        compte.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "compte/mot-de-passe/change/",
        compte.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    path("compte/second-facteur/", include("allauth.mfa.urls")),
]
