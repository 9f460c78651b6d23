"""Addresses of the calendar of sendings."""

from django.urls import path

from cepage.echanges.suivi import views

app_name = "suivi"

urlpatterns = [
    path("", views.liste, name="liste"),
    path("documents/<int:document>/", views.document, name="document"),
    path("<slug:lot>/<slug:emetteur>/", views.operateur, name="operateur"),
    path("<slug:lot>/<slug:emetteur>/attendus/", views.attendus, name="attendus"),
    path("<slug:lot>/<slug:emetteur>/livrables/<slug:mois>/", views.livrables, name="livrables"),
    path("<slug:lot>/<slug:emetteur>/ecarts/", views.ecarts, name="ecarts"),
    path("<slug:lot>/<slug:emetteur>/constats/", views.constats, name="constats"),
    path("<slug:lot>/<slug:emetteur>/deposer/", views.deposer, name="deposer"),
    path("<slug:lot>/<slug:emetteur>/creneau/", views.creneau, name="creneau"),
    path("<slug:lot>/<slug:emetteur>/regularite.<str:extension>", views.regularite, name="regularite"),
]
