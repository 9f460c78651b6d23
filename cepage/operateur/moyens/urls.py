"""Addresses of the means and costs."""

from django.urls import path

from cepage.operateur.moyens import views

app_name = "moyens"

urlpatterns = [
    path("", views.liste, name="liste"),
    path("declarer/", views.choisir, name="choisir"),
    path("declarer/<slug:lot>/<slug:periode>/", views.declarer, name="declarer"),
    path("exporter/<slug:extension>/", views.exporter, name="exporter"),
]
