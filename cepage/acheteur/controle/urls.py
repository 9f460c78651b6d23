"""Addresses of the controls."""

from django.urls import path

from cepage.acheteur.controle import views, vues_suivi

app_name = "controle"

urlpatterns = [
    path("", vues_suivi.suivi, name="suivi"),
    path("tirer/", vues_suivi.tirer, name="tirer"),
    path("surcontrole/", vues_suivi.surcontrole, name="surcontrole"),
    path("surcontrole/<int:pk>/", vues_suivi.relire, name="relire"),
    path("tirage/<int:pk>/", vues_suivi.tirage, name="tirage"),
    path("tirage/<int:pk>/base.json", vues_suivi.base, name="base"),
    path("tirage/<int:pk>/etablir/<str:emetteur>/", vues_suivi.etablir, name="etablir"),
    path("pv/<int:pk>/", vues_suivi.pv, name="pv"),
    path("pv/<int:pk>/signer/", vues_suivi.signer, name="signer"),
    path("file/", views.file, name="file"),
    path("dossier/<int:pk>/", views.dossier, name="dossier"),
    path("dossier/<int:pk>/grille/", views.grille, name="grille"),
    path("dossier/<int:pk>/pieces/", views.pieces, name="pieces"),
    path("dossier/<int:pk>/livrable/<slug:genre>/", views.livrable, name="livrable"),
    path("dossier/<int:pk>/piece/<int:piece>/", views.piece_jointe, name="piece"),
    path("dossier/<int:pk>/contester/", views.contester, name="contester"),
    path("dossier/<int:pk>/arbitrer/", vues_suivi.arbitrer, name="arbitrer"),
]
