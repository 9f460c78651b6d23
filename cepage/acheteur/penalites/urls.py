"""Addresses of the pénalités."""

from django.urls import path

from cepage.acheteur.penalites import views

app_name = "penalites"
urlpatterns = [
    path("", views.liste, name="liste"),
    path("constats/", views.constats, name="constats"),
    path("proposer/<slug:constat>/", views.proposer, name="proposer"),
    path("<slug:reference>/", views.penalite, name="penalite"),
    path("<slug:reference>/decider/", views.decider, name="decider"),
    path("<slug:reference>/contester/", views.contester, name="contester"),
]
