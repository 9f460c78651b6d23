"""Addresses of the service: its page, its operations, its description."""

from django.urls import path

from cepage.echanges.canaux.soap import views

app_name = "soap"

urlpatterns = [
    path("", views.accueil, name="accueil"),
    path("v1", views.service, name="service"),
    path("<str:nom>", views.schema, name="schema"),
]
