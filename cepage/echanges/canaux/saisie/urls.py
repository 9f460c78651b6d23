"""Addresses of the online entry."""

from django.urls import path

from cepage.echanges.canaux.saisie import views, views_journee

app_name = "saisie"

urlpatterns = [
    path("", views_journee.journee, name="journee"),
    path("envoyer/", views_journee.envoyer, name="envoyer"),
    path("envois/<int:numero>/", views_journee.envoi, name="envoi"),
    path("acceptees/", views.acceptees, name="acceptees"),
    path("nouvelle/", views.choisir, name="choisir"),
    path("nouvelle/<slug:sorte>/", views.nouvelle, name="nouvelle"),
    path("fiches/<uuid:identifiant>/", views.fiche, name="fiche"),
    path("fiches/<uuid:identifiant>/retirer/", views.retirer, name="retirer"),
    path("fiches/<uuid:identifiant>/supprimer/", views.supprimer, name="supprimer"),
    path("fiches/<uuid:identifiant>/corriger/", views.corriger, name="corriger"),
    path("fiches/<uuid:identifiant>/annuler/", views.annuler, name="annuler"),
    path("fiches/<uuid:identifiant>/fichier/", views.piece, name="piece"),
]
