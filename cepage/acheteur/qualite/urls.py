"""Addresses of the results of the surveys."""

from django.urls import path

from cepage.acheteur.qualite import views

app_name = "qualite"

urlpatterns = [path("", views.resultats, name="resultats")]
