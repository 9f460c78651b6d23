"""Addresses of the market."""

from django.urls import path

from cepage.acheteur.marche import views

app_name = "marche"
urlpatterns = [
    path("", views.lots, name="lots"),
    path("lot/<slug:lot>/", views.lot, name="lot"),
    path("bons/", views.bons_de_commande, name="bons"),
    path("bons/emettre/", views.emettre, name="emettre"),
    path("bons/<str:reference>/", views.bon, name="bon"),
    path("bons/<str:reference>/amender/", views.amender, name="amender"),
]
