"""Addresses of the reversibility file."""

from django.urls import path

from cepage.operateur.reversibilite import views

app_name = "reversibilite"

urlpatterns = [
    path("", views.accueil, name="accueil"),
    path("dossier.pdf", views.document, name="document"),
    path("plan/", views.plan, name="plan"),
    path("etape/", views.etape, name="etape"),
    path("etape/<int:etape>/retirer/", views.retirer, name="retirer"),
    path("incident/", views.incident, name="incident"),
    path("incident/<int:incident>/", views.regler, name="regler"),
    path("exporter/", views.exporter, name="exporter"),
    path("exports/<int:export>/", views.telecharger, name="telecharger"),
]
