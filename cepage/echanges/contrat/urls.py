"""Addresses of the contract."""

from django.urls import path

from cepage.echanges.contrat import views

app_name = "contrat"

urlpatterns = [
    path("", views.dictionnaire, name="dictionnaire"),
    path("listes/<slug:nom>/", views.liste, name="liste"),
    path("codes/", views.codes, name="codes"),
    path("codes/<slug:code>/", views.code, name="code"),
    path("documents/<str:nom>", views.telecharger, name="telecharger"),
]
