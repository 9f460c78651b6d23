"""Addresses of the online entry."""

from django.urls import path

from cepage.echanges.canaux.saisie import views, views_journee, views_tableur

app_name = "saisie"

urlpatterns = [
    path("", views_journee.journee, name="journee"),
    path("envoyer/", views_journee.envoyer, name="envoyer"),
    path("accuses/<int:numero>/", views_journee.envoi, name="envoi"),
    path("acceptees/", views.acceptees, name="acceptees"),
    path("tableur/", views_tableur.tableur, name="tableur"),
    path("tableur/modele.ods", views_tableur.modele, name="modele"),
    path("nouvelle/", views.choisir, name="choisir"),
    path("nouvelle/<slug:sorte>/", views.nouvelle, name="nouvelle"),
    path("fiches/<int:numero>/", views.fiche, name="fiche"),
    path("fiches/<int:numero>/retirer/", views.retirer, name="retirer"),
    path("fiches/<int:numero>/supprimer/", views.supprimer, name="supprimer"),
    path("fiches/<int:numero>/corriger/", views.corriger, name="corriger"),
    path("fiches/<int:numero>/annuler/", views.annuler, name="annuler"),
    path("fiches/<int:numero>/fichier/", views.piece, name="piece"),
]
