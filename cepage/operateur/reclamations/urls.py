"""Addresses of the complaints."""

from django.urls import path

from cepage.operateur.reclamations import views

app_name = "reclamations"

urlpatterns = [
    path("", views.liste, name="liste"),
    path("nouvelle/", views.nouvelle, name="nouvelle"),
    path("<int:pk>/", views.reclamation, name="reclamation"),
    path("<int:pk>/accuser/", views.accuser, name="accuser"),
    path("<int:pk>/repondre/", views.repondre, name="repondre"),
    path("<int:pk>/mediateur/", views.saisir, name="saisir"),
    path("<int:pk>/lettre.pdf", views.lettre, name="lettre"),
]
