"""Addresses of the envois."""

from django.urls import path

from cepage.echanges.reception import views

app_name = "reception"

urlpatterns = [
    path("", views.liste, name="liste"),
    path("deposer/", views.deposer, name="deposer"),
    path("calendrier/", views.calendrier, name="calendrier"),
    path("depots/<uuid:depot>/", views.depot, name="depot"),
    path("essais/<uuid:depot>/", views.essai, name="essai"),
    path("<slug:identifiant>/", views.accuse, name="accuse"),
    path("<slug:identifiant>/accuse.<str:format_>", views.telecharger, name="telecharger"),
    path("<slug:identifiant>/refusees/<slug:fiche>.csv", views.refusees, name="refusees"),
]
