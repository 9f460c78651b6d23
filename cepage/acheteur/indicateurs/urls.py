"""Addresses of the indicators."""

from django.urls import path

from cepage.acheteur.indicateurs import views

app_name = "indicateurs"
urlpatterns = [
    path("", views.tableau_de_bord, name="tableau_de_bord"),
    path("export.<str:extension>", views.exporter, name="exporter"),
    path("<str:code>/", views.indicateur, name="indicateur"),
    path("<str:code>/dossiers/", views.dossiers, name="dossiers"),
]
