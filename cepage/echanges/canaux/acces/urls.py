"""Addresses of the keys."""

from django.urls import path

from cepage.echanges.canaux.acces import views

app_name = "acces"

urlpatterns = [
    path("", views.liste, name="liste"),
    path("creer/", views.creer, name="creer"),
    path("jeton", views.jeton, name="jeton"),
    path("<slug:identifiant>/", views.fiche, name="fiche"),
    path("<slug:identifiant>/renouveler/", views.renouveler, name="renouveler"),
    path("<slug:identifiant>/certificats/", views.joindre, name="joindre"),
    path("<slug:identifiant>/certificats/<int:certificat>/retirer/", views.retirer, name="retirer"),
    path("<slug:identifiant>/revoquer/", views.revoquer, name="revoquer"),
]
