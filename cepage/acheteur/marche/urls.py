"""Addresses of the market."""

from django.urls import path

from cepage.acheteur.marche import views, views_notes

app_name = "marche"
urlpatterns = [
    path("", views.lots, name="lots"),
    path("lot/<slug:lot>/", views.lot, name="lot"),
    path("bons/", views.bons_de_commande, name="bons"),
    path("bons/emettre/", views.emettre, name="emettre"),
    path("bons/<str:reference>/", views.bon, name="bon"),
    path("bons/<str:reference>/amender/", views.amender, name="amender"),
    path("notes/", views_notes.notes, name="notes"),
    path("notes/publier/", views_notes.publier, name="publier_note"),
    path("notes/<str:numero>/", views_notes.note, name="note"),
    path("notes/<str:numero>/attester/", views_notes.attester, name="attester_note"),
]
