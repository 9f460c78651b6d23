"""Addresses of the décomptes."""

from django.urls import path

from cepage.acheteur.decomptes import views, views_facture, views_prime, views_simulation

app_name = "decomptes"
urlpatterns = [
    path("", views.liste, name="liste"),
    path("calculer/", views.calculer, name="calculer"),
    path("prime/", views_prime.prime, name="prime"),
    path("simuler/", views_simulation.simulation, name="simuler"),
    path("simuler/simulation.<str:extension>", views_simulation.exporter, name="exporter_simulation"),
    path("coordonnees/", views_facture.coordonnees, name="coordonnees"),
    path("dossier/<slug:numero>/", views.dossier, name="dossier"),
    path("<slug:reference>/", views.decompte, name="decompte"),
    path("<slug:reference>/lignes/", views.lignes, name="lignes"),
    path("<slug:reference>/decompte.<str:extension>", views.exporter, name="exporter"),
    path("<slug:reference>/facture/", views_facture.facture, name="facture"),
    path("<slug:reference>/facture/deposer/", views_facture.deposer, name="deposer"),
    path("<slug:reference>/facture/fichier", views_facture.fichier, name="fichier"),
    path("<slug:reference>/facture/suivre/", views_facture.suivre, name="suivre"),
    path("<slug:reference>/accepter/", views.accepter, name="accepter"),
    path("<slug:reference>/deplacer/", views.deplacer, name="deplacer"),
    path("<slug:reference>/remarquer/", views.remarquer, name="remarquer"),
]
