"""Addresses of the team and of the groupement."""

from django.urls import path

from cepage.operateur.equipe.views import conseillers, groupement

app_name = "equipe"

urlpatterns = [
    path("", conseillers.accueil, name="accueil"),
    path("conseillers/", conseillers.liste, name="liste"),
    path("conseillers/exporter/<slug:extension>/", conseillers.exporter, name="exporter"),
    path("conseillers/<int:pk>/", conseillers.conseiller, name="conseiller"),
    path("conseillers/<int:pk>/fiche/", conseillers.fiche, name="fiche"),
    path("conseillers/<int:pk>/experience/", conseillers.experience, name="experience"),
    path("conseillers/<int:pk>/derogation/", conseillers.derogation, name="derogation"),
    path("conseillers/<int:pk>/competence/", conseillers.competence, name="competence"),
    path("conseillers/<int:pk>/formation/", conseillers.formation, name="formation"),
    path("conseillers/<int:pk>/membre/", groupement.rattacher, name="rattacher"),
    path("groupement/", groupement.accueil, name="groupement"),
    path("groupement/exporter/<slug:extension>/", groupement.exporter, name="exporter_groupement"),
    path("groupement/resultats/<slug:quoi>/", groupement.resultats, name="resultats"),
    path("membres/ajouter/", groupement.ajouter, name="ajouter_membre"),
    path("membres/<int:membre>/", groupement.membre, name="membre"),
    path("membres/<int:membre>/modifier/", groupement.modifier, name="modifier_membre"),
    path("formations/", conseillers.formations, name="formations"),
    path("formations/exporter/<slug:extension>/", conseillers.exporter_les_formations, name="exporter_formations"),
    path("formation/<int:formation>/suivre/", conseillers.suivre, name="suivre"),
    path("retirer/<slug:genre>/<int:objet>/", conseillers.retirer, name="retirer"),
]
