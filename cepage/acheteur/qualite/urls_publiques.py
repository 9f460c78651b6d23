"""Addresses of the answer page: open to whoever holds the link."""

from django.urls import path

from cepage.acheteur.qualite import views

urlpatterns = [
    path("<slug:secret>/", views.repondre, name="enquete_repondre"),
    path("<slug:secret>/refuser/", views.refuser, name="enquete_refuser"),
]
