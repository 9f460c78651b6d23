"""Addresses of the journal."""

from django.urls import path

from cepage.fondations.journal import views

app_name = "journal"

urlpatterns = [
    path("", views.journal, name="journal"),
    path("ancres/<int:numero>.tsr", views.jeton, name="jeton"),
]
