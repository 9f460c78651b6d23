"""Addresses of the signed notices."""

from django.urls import path

from cepage.echanges.canaux.avis import views

app_name = "avis"

urlpatterns = [
    path("", views.liste, name="liste"),
    path("abonner/", views.abonner, name="abonner"),
    path("<slug:abonnement>/", views.abonnement, name="abonnement"),
    path("<slug:abonnement>/essayer/", views.essayer, name="essayer"),
    path("<slug:abonnement>/renouveler/", views.renouveler, name="renouveler"),
    path("<slug:abonnement>/fermer/", views.fermer, name="fermer"),
    path("<slug:abonnement>/<uuid:avis>/", views.avis, name="avis"),
    path("<slug:abonnement>/<uuid:avis>/rejouer/", views.rejouer, name="rejouer"),
]
