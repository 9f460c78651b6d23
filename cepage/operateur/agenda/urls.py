"""Addresses of the agenda; no personal data in any."""

from django.urls import path

from cepage.operateur.agenda.views import flux, lieux, plages, rendez_vous, reservation, semaine

app_name = "agenda"

urlpatterns = [
    path("", semaine.agenda, name="semaine"),
    path("sites/", lieux.sites, name="sites"),
    path("sites/ouvrir/", lieux.nouveau, name="nouveau_site"),
    path("sites/<int:pk>/", lieux.site, name="site"),
    path("sites/<int:pk>/modifier/", lieux.modifier, name="modifier_site"),
    path("sites/<int:pk>/semaine/", semaine.du_site, name="semaine_site"),
    path("sites/<int:pk>/creneaux/<int:horizon>/", lieux.creneaux, name="creneaux"),
    path("sites/<int:pk>/attendre/<int:personne>/", reservation.attendre_au_site, name="attendre"),
    path("attente/<int:pk>/retirer/", lieux.retirer_de_l_attente, name="retirer_attente"),
    path("plages/", plages.plages, name="plages"),
    path("plages/ouvrir/", plages.ouvrir, name="ouvrir_plage"),
    path("plages/<int:pk>/finir/", plages.finir, name="finir_plage"),
    path("absences/noter/", plages.absence, name="noter_absence"),
    path("absences/<int:pk>/lever/", plages.lever, name="lever_absence"),
    path("prendre/<int:pk>/", reservation.prendre, name="prendre"),
    path("prendre/<int:pk>/autre-horaire/", reservation.autre_horaire, name="autre_horaire"),
    path("ateliers/", rendez_vous.ateliers, name="ateliers"),
    path("ateliers/prevoir/", rendez_vous.nouvel_atelier, name="nouvel_atelier"),
    path("ateliers/<int:pk>/inscrire/<int:personne>/", reservation.inscrire_a_l_atelier, name="inscrire"),
    path("rendez-vous/<int:pk>/", rendez_vous.rendez_vous, name="rendez_vous"),
    path("rendez-vous/<int:pk>/deplacer/", rendez_vous.deplacer, name="deplacer"),
    path("rendez-vous/<int:pk>/annuler/", rendez_vous.annuler_atelier, name="annuler_atelier"),
    path("flux/", flux.flux, name="flux"),
    path("flux/revoquer/", flux.revoquer, name="revoquer_flux"),
    path("place/<int:pk>/annuler/", rendez_vous.annuler, name="annuler"),
    path("place/<int:pk>/venue/", rendez_vous.venue, name="venue"),
    path("place/<int:pk>/absence/", rendez_vous.absence, name="absence"),
]
