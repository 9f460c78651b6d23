"""Addresses of the register."""

from django.urls import path

from cepage.acheteur.registre import views

app_name = "registre"

urlpatterns = [
    path("", views.recherche, name="recherche"),
    path("dossier/<slug:numero>/", views.dossier, name="dossier"),
]
