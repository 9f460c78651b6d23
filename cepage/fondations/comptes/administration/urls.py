"""Addresses of the administrator's pages."""

from django.urls import path

from cepage.fondations.comptes.administration import views

app_name = "administration"
urlpatterns = [
    path("", views.liste, name="liste"),
    path("chercher/", views.chercher, name="chercher"),
    path("comptes.<str:extension>", views.exporter, name="exporter"),
    path("ouvrir/", views.ouvrir, name="ouvrir"),
    path("organisations/", views.organisations, name="organisations"),
    path("organisations/ajouter/", views.organisation, name="ajouter_organisation"),
    path("organisations/<int:organisation>/", views.organisation, name="organisation"),
    path("<int:compte>/", views.compte, name="compte"),
    path("<int:compte>/inviter/", views.inviter, name="inviter"),
    path("<int:compte>/role/", views.donner_role, name="donner_role"),
    path("<int:compte>/role/<int:attribution>/fin/", views.finir_role, name="finir_role"),
    path("<int:compte>/fermer/", views.fermer, name="fermer"),
    path("<int:compte>/rouvrir/", views.rouvrir, name="rouvrir"),
    path("<int:compte>/second-facteur/", views.second_facteur, name="second_facteur"),
]
